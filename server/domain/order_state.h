#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/result.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::domain {

// Where an order is in the warehouse's work; see the comments in order.proto.
enum class OrderState {
  kAwaitingPayment,
  kDraft,
  kNew,
  kPending,
  kOnHold,
  kCollecting,
  kShipped,
  kCancelled,
  kReturned,
};

inline constexpr std::array kOrderStates = {
    OrderState::kAwaitingPayment,
    OrderState::kDraft,
    OrderState::kNew,
    OrderState::kPending,
    OrderState::kOnHold,
    OrderState::kCollecting,
    OrderState::kShipped,
    OrderState::kCancelled,
    OrderState::kReturned,
};

// Takes a state out of a record. kInternal for a value that nobody may have written.
Result<OrderState> OrderStateFrom(v1::OrderState state);
v1::OrderState ToProto(OrderState state);

// The name that people use: `NEW`, `AWAITING_PAYMENT`.
std::string_view OrderStateName(OrderState state);
// Reads such a name. kInvalidArgument lists the allowed ones.
Result<OrderState> ParseOrderStateName(std::string_view name);

// Whether the store's edits are still followed: nothing was picked, and it was not ended.
constexpr bool FollowsStore(OrderState state) {
  switch (state) {
    case OrderState::kAwaitingPayment:
    case OrderState::kDraft:
    case OrderState::kNew:
    case OrderState::kPending:
    case OrderState::kOnHold:
      return true;
    case OrderState::kCollecting:
    case OrderState::kShipped:
    case OrderState::kCancelled:
    case OrderState::kReturned:
      return false;
  }
  return false;
}

// Whether an order may go from one state to another. A state does not become itself.
constexpr bool MayBecome(OrderState from, OrderState to) {
  if (from == to) {
    return false;
  }
  switch (from) {
    case OrderState::kAwaitingPayment:
    case OrderState::kDraft:
    case OrderState::kPending:
    case OrderState::kOnHold:
      return FollowsStore(to) || to == OrderState::kCancelled;
    case OrderState::kNew:
      return FollowsStore(to) || to == OrderState::kCancelled || to == OrderState::kCollecting;
    case OrderState::kCollecting:
      // Cancelled or put back by people only: what the store says is an issue then.
      return to == OrderState::kShipped || to == OrderState::kCancelled ||
             (FollowsStore(to) && to != OrderState::kOnHold);
    case OrderState::kShipped:
      return to == OrderState::kReturned;
    case OrderState::kCancelled:
      // The store made it active again.
      return FollowsStore(to);
    case OrderState::kReturned:
      return false;
  }
  return false;
}

// Whether stock is reserved in this state. An order on hold keeps the reservation that it had.
constexpr bool HoldsReservation(OrderState state, bool was_reserved) {
  return state == OrderState::kNew || (state == OrderState::kOnHold && was_reserved);
}

static_assert(MayBecome(OrderState::kNew, OrderState::kCollecting));
static_assert(MayBecome(OrderState::kCollecting, OrderState::kShipped));
static_assert(MayBecome(OrderState::kCancelled, OrderState::kNew));
static_assert(!MayBecome(OrderState::kNew, OrderState::kShipped));
static_assert(MayBecome(OrderState::kCollecting, OrderState::kCancelled));
static_assert(MayBecome(OrderState::kCollecting, OrderState::kNew));
static_assert(!MayBecome(OrderState::kCollecting, OrderState::kOnHold));
static_assert(!MayBecome(OrderState::kPending, OrderState::kCollecting));
static_assert(!MayBecome(OrderState::kShipped, OrderState::kCancelled));
static_assert(!MayBecome(OrderState::kReturned, OrderState::kNew));

}  // namespace storebridge::domain
