#include "domain/order_record.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "domain/record_hash.h"

namespace storebridge::domain {

std::int64_t OpenQuantity(const v1::OrderLine& line) {
  if (!line.is_shippable()) {
    return 0;
  }
  std::int64_t open = std::max<std::int64_t>(line.quantity(), 0);
  for (const std::int64_t gone :
       {line.refunded_quantity(), line.fulfilled_elsewhere_quantity(), line.shipped_quantity()}) {
    // Stays within 0 and `quantity`, so it cannot overflow.
    open -= std::clamp<std::int64_t>(gone, 0, open);
  }
  return open;
}

void ResolveLines(v1::Order& order, const ProductLookup& products, const LineDoubts& doubts) {
  for (int i = 0; i < order.lines_size(); ++i) {
    v1::OrderLine& line = *order.mutable_lines(i);
    const bool has_product = !line.product_code().empty() && !doubts.contains(i);
    const ProductFacts facts = has_product ? products(line.product_code()) : ProductFacts{};
    line.set_product(facts.name);
    if (facts.standing != ProductFacts::Standing::kUnknown) {
      line.set_is_shippable(line.is_shippable() && facts.is_shippable);
    }
    line.set_open_quantity(OpenQuantity(line));
  }
}

void CloseLines(v1::Order& order) {
  for (v1::OrderLine& line : *order.mutable_lines()) {
    line.set_open_quantity(0);
  }
}

bool NothingOpen(const v1::Order& order) {
  return std::none_of(order.lines().begin(), order.lines().end(), [](const v1::OrderLine& line) {
    return line.open_quantity() > 0;
  });
}

bool IsClosedShort(const v1::Order& order) {
  return order.state() == v1::ORDER_STATE_SHIPPED && !order.shipments().empty() &&
         std::any_of(order.lines().begin(), order.lines().end(), [](const v1::OrderLine& line) {
           return OpenQuantity(line) > 0;
         });
}

Status PassThrough(v1::Order& order, OrderState to, std::string_view reason) {
  SB_TRY(const OrderState from, OrderStateFrom(order.state()));
  if (from != to && !MayBecome(from, to)) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "ORDER_STATE",
                 .message = fmt::format("order {} is {} and cannot become {}",
                                        order.order_number(),
                                        OrderStateName(from),
                                        OrderStateName(to)),
                 .facts = {{"order", order.order_number()},
                           {"state", std::string(OrderStateName(from))},
                           {"wanted_state", std::string(OrderStateName(to))}}};
  }
  order.set_state(ToProto(to));
  order.set_state_reason(std::string(reason));
  if (to == OrderState::kCancelled) {
    CloseLines(order);
  }
  return Ok();
}

Status MoveTo(v1::Order& order, OrderState to, std::string_view reason, std::int64_t now_ms) {
  SB_CHECK(PassThrough(order, to, reason));
  Stamp(order, now_ms);
  return Ok();
}

bool IsStoreReason(std::string_view state_reason) {
  constexpr std::array kReasons = {
      kCancelledInStore, kRefundedInStore, kCompletedInStore, kNothingLeftToSend};
  return std::find(kReasons.begin(), kReasons.end(), state_reason) != kReasons.end();
}

}  // namespace storebridge::domain
