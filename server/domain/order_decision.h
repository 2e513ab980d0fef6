#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.h"
#include "domain/product_lookup.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::domain {

// What the rules want of an order before stock is looked at.
enum class OrderWish {
  kAwaitingPayment,
  kDraft,
  kReady,  // NEW when all of it can be reserved, else PENDING: the caller decides by stock
           // (stock_rules.h).
  kHold,
  kCancelled,
  kKeep,  // Leave the state alone.
};

// Decides by payment and contents of an order that is not collected yet: kAwaitingPayment,
// kCancelled (nothing left to send), kDraft or kReady. Writes `problems` and what follows from
// products and quantities in the lines. Money at the door counts as paid. `accepted` is the order
// as it was when it was last right or waited for payment, or nullptr: a product that went off sale
// since then does not make it wrong.
OrderWish DecideByContents(v1::Order& order,
                           const ProductLookup& products,
                           const v1::Order* accepted);

// Whether the order is paid, or is paid at the door.
bool IsDue(const v1::Order& order);

// Brings the order to the state that is wished and stamps it. kReady leaves NEW and PENDING as they
// are, and is PENDING otherwise. `reason` is for kHold and kCancelled; a state that stays keeps its
// own. kFailedPrecondition as MoveTo.
Status TakeWish(v1::Order& order, OrderWish wish, std::string_view reason, std::int64_t now_ms);

// Why an order has nothing left to send: kRefundedInStore, kCompletedInStore or kNothingLeftToSend.
std::string_view EndReason(const v1::Order& order);

}  // namespace storebridge::domain
