#include "domain/order_state.h"

#include "domain/enum_table.h"
#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

using Row = EnumRow<OrderState, v1::OrderState>;

constexpr std::array kTable = {
    Row{OrderState::kAwaitingPayment, v1::ORDER_STATE_AWAITING_PAYMENT, "AWAITING_PAYMENT"},
    Row{OrderState::kDraft, v1::ORDER_STATE_DRAFT, "DRAFT"},
    Row{OrderState::kNew, v1::ORDER_STATE_NEW, "NEW"},
    Row{OrderState::kPending, v1::ORDER_STATE_PENDING, "PENDING"},
    Row{OrderState::kOnHold, v1::ORDER_STATE_ON_HOLD, "ON_HOLD"},
    Row{OrderState::kCollecting, v1::ORDER_STATE_COLLECTING, "COLLECTING"},
    Row{OrderState::kShipped, v1::ORDER_STATE_SHIPPED, "SHIPPED"},
    Row{OrderState::kCancelled, v1::ORDER_STATE_CANCELLED, "CANCELLED"},
    Row{OrderState::kReturned, v1::ORDER_STATE_RETURNED, "RETURNED"},
};
static_assert(IsInOrder(kTable) && kTable.size() == kOrderStates.size());

}  // namespace

Result<OrderState> OrderStateFrom(v1::OrderState state) {
  if (const auto found = FindByProto(kTable, state)) {
    return *found;
  }
  return Error{.code = Code::kInternal,
               .reason = "ORDER_STATE_UNKNOWN",
               .message = fmt::format(
                   "an order has the unknown state {}; was it written by a newer version?",
                   static_cast<int>(state)),
               .facts = {{"state", std::to_string(static_cast<int>(state))}}};
}

v1::OrderState ToProto(OrderState state) {
  return RowOf(kTable, state).proto;
}

std::string_view OrderStateName(OrderState state) {
  return RowOf(kTable, state).name;
}

Result<OrderState> ParseOrderStateName(std::string_view name) {
  if (const auto found = FindByName(kTable, name)) {
    return *found;
  }
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "ORDER_STATE_NAME",
      .message = fmt::format(
          "'{}' is not a state of an order; allowed are {}", Shown(name), JoinNames(kTable)),
      .facts = {{"state", Shown(name)}}};
}

}  // namespace storebridge::domain
