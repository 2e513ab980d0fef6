#include "domain/order_state.h"

#include <set>
#include <utility>

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

using S = OrderState;

TEST(OrderStateTest, AllowsExactlyTheTransitionsOfTheTable) {
  const std::set<std::pair<S, S>> allowed = {
      {S::kAwaitingPayment, S::kDraft},
      {S::kAwaitingPayment, S::kNew},
      {S::kAwaitingPayment, S::kPending},
      {S::kAwaitingPayment, S::kOnHold},
      {S::kAwaitingPayment, S::kCancelled},
      {S::kDraft, S::kAwaitingPayment},
      {S::kDraft, S::kNew},
      {S::kDraft, S::kPending},
      {S::kDraft, S::kOnHold},
      {S::kDraft, S::kCancelled},
      {S::kNew, S::kAwaitingPayment},
      {S::kNew, S::kDraft},
      {S::kNew, S::kPending},
      {S::kNew, S::kOnHold},
      {S::kNew, S::kCollecting},
      {S::kNew, S::kCancelled},
      {S::kPending, S::kAwaitingPayment},
      {S::kPending, S::kDraft},
      {S::kPending, S::kNew},
      {S::kPending, S::kOnHold},
      {S::kPending, S::kCancelled},
      {S::kOnHold, S::kAwaitingPayment},
      {S::kOnHold, S::kDraft},
      {S::kOnHold, S::kNew},
      {S::kOnHold, S::kPending},
      {S::kOnHold, S::kCancelled},
      {S::kCollecting, S::kAwaitingPayment},
      {S::kCollecting, S::kDraft},
      {S::kCollecting, S::kNew},
      {S::kCollecting, S::kPending},
      {S::kCollecting, S::kShipped},
      {S::kCollecting, S::kCancelled},
      {S::kShipped, S::kReturned},
      {S::kCancelled, S::kAwaitingPayment},
      {S::kCancelled, S::kDraft},
      {S::kCancelled, S::kNew},
      {S::kCancelled, S::kPending},
      {S::kCancelled, S::kOnHold},
  };

  for (const S from : kOrderStates) {
    for (const S to : kOrderStates) {
      EXPECT_EQ(MayBecome(from, to), allowed.count({from, to}) == 1)
          << OrderStateName(from) << " to " << OrderStateName(to);
    }
  }
}

TEST(OrderStateTest, ConvertsEveryProtoValueOrSaysThatItIsUnknown) {
  std::set<S> met;
  for (int number = v1::OrderState_MIN; number <= v1::OrderState_MAX; ++number) {
    const auto proto = static_cast<v1::OrderState>(number);
    const Result<S> state = OrderStateFrom(proto);
    ASSERT_EQ(state.has_value(), proto != v1::ORDER_STATE_UNSPECIFIED) << number;
    if (state) {
      EXPECT_EQ(ToProto(*state), proto);
      met.insert(*state);
    }
  }

  EXPECT_EQ(met.size(), kOrderStates.size());
  EXPECT_EQ(OrderStateFrom(static_cast<v1::OrderState>(77)).error().code, Code::kInternal);
}

TEST(OrderStateTest, ReadsItsOwnNames) {
  for (const S state : kOrderStates) {
    EXPECT_EQ(ParseOrderStateName(OrderStateName(state)).value(), state);
    EXPECT_EQ("ORDER_STATE_" + std::string(OrderStateName(state)),
              v1::OrderState_Name(ToProto(state)));
  }
}

TEST(OrderStateTest, NamesTheAllowedStatesWhenOneIsUnknown) {
  const Error error = ParseOrderStateName("new").error();

  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_NE(error.message.find("AWAITING_PAYMENT, DRAFT, NEW"), std::string::npos) << error.message;
}

TEST(OrderStateTest, ReservesForNewAndForWhatWasReservedWhenItWasParked) {
  for (const S state : kOrderStates) {
    EXPECT_EQ(HoldsReservation(state, false), state == S::kNew);
    EXPECT_EQ(HoldsReservation(state, true), state == S::kNew || state == S::kOnHold);
  }
}

}  // namespace
}  // namespace storebridge::domain
