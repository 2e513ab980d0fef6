#include "domain/payment_state.h"

#include "domain/enum_table.h"

namespace storebridge::domain {
namespace {

using Row = EnumRow<PaymentState, v1::PaymentState>;
constexpr std::array kTable = {
    Row{PaymentState::kUnpaid, v1::PAYMENT_STATE_UNPAID, "UNPAID"},
    Row{PaymentState::kAuthorized, v1::PAYMENT_STATE_AUTHORIZED, "AUTHORIZED"},
    Row{PaymentState::kPaid, v1::PAYMENT_STATE_PAID, "PAID"},
    Row{PaymentState::kRefunded, v1::PAYMENT_STATE_REFUNDED, "REFUNDED"},
};
static_assert(IsInOrder(kTable));

using SeenRow = EnumRow<PaymentState, connector::v1::PaymentState>;
constexpr std::array kSeenTable = {
    SeenRow{PaymentState::kUnpaid, connector::v1::PAYMENT_STATE_UNPAID, "UNPAID"},
    SeenRow{PaymentState::kAuthorized, connector::v1::PAYMENT_STATE_AUTHORIZED, "AUTHORIZED"},
    SeenRow{PaymentState::kPaid, connector::v1::PAYMENT_STATE_PAID, "PAID"},
    SeenRow{PaymentState::kRefunded, connector::v1::PAYMENT_STATE_REFUNDED, "REFUNDED"},
};
static_assert(IsInOrder(kSeenTable));

}  // namespace

Result<PaymentState> PaymentStateFrom(v1::PaymentState state) {
  if (const auto found = FindByProto(kTable, state)) {
    return *found;
  }
  return Error{.code = Code::kInternal,
               .reason = "PAYMENT_STATE_UNKNOWN",
               .message = fmt::format(
                   "an order has the unknown payment state {}; was it written by a newer version?",
                   static_cast<int>(state)),
               .facts = {{"payment_state", std::to_string(static_cast<int>(state))}}};
}

Result<PaymentState> PaymentStateFrom(connector::v1::PaymentState state) {
  if (const auto found = FindByProto(kSeenTable, state)) {
    return *found;
  }
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "ORDER_MALFORMED",
      .message = fmt::format("the connector gave payment_state {}; it has to say one of {}",
                             static_cast<int>(state),
                             JoinNames(kSeenTable)),
      .facts = {{"payment_state", std::to_string(static_cast<int>(state))}}};
}

v1::PaymentState ToProto(PaymentState state) {
  return RowOf(kTable, state).proto;
}

}  // namespace storebridge::domain
