#include "unfit_records.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "domain/merge.h"

namespace storebridge::run {
namespace {

namespace cv1 = connector::v1;

// Reasons of problems that no store's data excuse: what the connector says is in another form than
// the contract's.
constexpr std::array<std::string_view, 4> kOfConnector{
    "CURRENCY", "CURRENCY_MISSING", "QUANTITY", "REGION_CODE"};

// Reasons of a product that the merchant mends in the store.
constexpr std::array<std::string_view, 4> kOfStore{
    "PRODUCT_CODE_MISSING", "PRODUCT_CODE_FORMAT", "PRODUCT_TITLE_TOO_LONG", "PRODUCT_TEXT"};

template <typename Reasons>
bool IsAmong(const Reasons& reasons, std::string_view reason) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

const domain::StoreKey& AnyStore() {
  static const domain::StoreKey store{"storebridge-run", "store"};
  return store;
}

// Every product is there: this is not about them.
domain::ProductFacts AnyProduct(std::string_view /*product_code*/) {
  return {.standing = domain::ProductFacts::Standing::kActive};
}

// The order as if it was paid and all of it was to be sent: the server looks at the contents of no
// other.
cv1::Order AsToBeSent(const cv1::Order& seen) {
  cv1::Order order = seen;
  order.set_payment_state(cv1::PAYMENT_STATE_PAID);
  order.set_progress(cv1::Order::PROGRESS_OPEN);
  for (cv1::OrderLine& line : *order.mutable_lines()) {
    line.set_refunded_quantity(0);
    line.set_fulfilled_quantity(0);
    line.set_is_virtual(false);
    line.set_quantity(line.quantity() == 0 ? 1 : line.quantity());
  }
  return order;
}

}  // namespace

std::optional<Unfit> UnfitOrder(const cv1::Order& order) {
  const domain::OrderContext context{
      .store = AnyStore(), .new_id = "1", .now_ms = 1, .products = AnyProduct};
  const Result<domain::OrderMerge> taken = domain::MergeOrder(nullptr, order, context);
  if (!taken) {
    return Unfit{.words = taken.error().message};
  }
  const Result<domain::OrderMerge> sent = domain::MergeOrder(nullptr, AsToBeSent(order), context);
  if (!sent) {
    return std::nullopt;
  }
  for (const v1::OrderProblem& problem : sent->record.problems()) {
    if (IsAmong(kOfConnector, problem.reason())) {
      return Unfit{.words = problem.message()};
    }
  }
  return std::nullopt;
}

std::optional<Unfit> UnfitProduct(const cv1::Product& product) {
  const Result<domain::ProductMerge> taken =
      domain::MergeProduct(nullptr, product, {.store = AnyStore(), .new_id = "1", .now_ms = 1});
  if (taken) {
    return std::nullopt;
  }
  return Unfit{.words = taken.error().message,
               .is_of_store = IsAmong(kOfStore, taken.error().reason)};
}

std::optional<Unfit> UnfitFor(const std::string& operation, bool is_order) {
  const std::string wanted = is_order ? "orders.pull" : "products.pull";
  if (operation == wanted) {
    return std::nullopt;
  }
  return Unfit{.words = "the server takes it from " + wanted + " alone, not from " + operation};
}

std::string UnfitText(bool is_order, const std::string& external_id, const Unfit& unfit) {
  const std::string kind = is_order ? "order" : "product";
  return kind + " " + (external_id.empty() ? "without an id" : external_id) + ": " + unfit.words;
}

}  // namespace storebridge::run
