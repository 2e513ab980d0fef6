#include "engine/refs.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/names.h"

namespace storebridge::engine {
namespace {

Error NoSuchNumber(const OrderRef& ref) {
  return Error{.code = Code::kNotFound,
               .reason = "ORDER_NOT_FOUND",
               .message = fmt::format("'{}' has no order with the number '{}'",
                                      domain::MerchantName(ref.merchant),
                                      ref.order_number),
               .facts = {{"merchant", ref.merchant}, {"order_number", ref.order_number}}};
}

Error AmbiguousNumber(const OrderRef& ref, const std::vector<std::string>& ids) {
  std::string names;
  for (const std::string& id : ids) {
    names +=
        fmt::format("{}'{}'", names.empty() ? "" : " and ", domain::OrderName(ref.merchant, id));
  }
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "ORDER_NUMBER_AMBIGUOUS",
      .message = fmt::format("more than one order has the number '{}': {}; ask for one by its name",
                             ref.order_number,
                             names),
      .facts = {{"order_number", ref.order_number}, {"orders", names}}};
}

// The order's id.
Result<std::string> OrderIdOf(const ports::ReadTx& tx, const OrderRef& ref) {
  if (!ref.order.empty()) {
    return ref.order;
  }
  SB_TRY(std::vector<std::string> ids, tx.orders().FindByNumber(ref.merchant, ref.order_number));
  if (ids.empty()) {
    SB_CHECK(tx.merchants().Get(ref.merchant));
    return NoSuchNumber(ref);
  }
  if (ids.size() > 1) {
    return AmbiguousNumber(ref, ids);
  }
  return std::move(ids.front());
}

}  // namespace

Result<v1::Product> FindProduct(const ports::ReadTx& tx, const ProductRef& ref) {
  return ref.product_code.empty() ? tx.products().Get(ref.merchant, ref.product)
                                  : tx.products().GetByCode(ref.merchant, ref.product_code);
}

Result<ports::OrderRecord> FindOrder(const ports::ReadTx& tx, const OrderRef& ref) {
  SB_TRY(const std::string id, OrderIdOf(tx, ref));
  return tx.orders().Get(ref.merchant, id);
}

Result<std::string> FindOrderBytes(const ports::ReadTx& tx, const OrderRef& ref) {
  SB_TRY(const std::string id, OrderIdOf(tx, ref));
  return tx.orders().GetBytes(ref.merchant, id);
}

}  // namespace storebridge::engine
