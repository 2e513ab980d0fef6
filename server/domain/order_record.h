#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.h"
#include "domain/line_doubts.h"
#include "domain/order_state.h"
#include "domain/product_lookup.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::domain {

// Pieces of a line that have not been sent: ordered - refunded - fulfilled elsewhere - shipped,
// never below 0; 0 for what cannot be shipped.
std::int64_t OpenQuantity(const v1::OrderLine& line);

// Writes `product`, `is_shippable` and `open_quantity` of all lines. A line in doubt gets no
// product.
void ResolveLines(v1::Order& order, const ProductLookup& products, const LineDoubts& doubts);

// Takes all that is open off the lines: nothing of the order is to be sent any more.
void CloseLines(v1::Order& order);

// Whether no line has an open quantity.
bool NothingOpen(const v1::Order& order);

// Whether the order is SHIPPED although not all of it was sent: the rest was cancelled here.
bool IsClosedShort(const v1::Order& order);

// As MoveTo, for who moves the order on at once: it is not stamped.
Status PassThrough(v1::Order& order, OrderState to, std::string_view reason);

// Moves an order to a state with its reason ("" for none) and stamps it. Staying in a state is
// fine. Nothing of one that is cancelled stays open. kFailedPrecondition, reason ORDER_STATE, when
// the order may not become that: nothing was changed then.
Status MoveTo(v1::Order& order, OrderState to, std::string_view reason, std::int64_t now_ms);

// Why an order was cancelled by the store's word: values of `state_reason`. It comes back when the
// store makes it active again; one that a person cancelled here does not.
inline constexpr std::string_view kCancelledInStore = "cancelled in the store";
inline constexpr std::string_view kRefundedInStore = "refunded in the store";
inline constexpr std::string_view kCompletedInStore = "completed in the store";
inline constexpr std::string_view kNothingLeftToSend = "nothing left to send";
bool IsStoreReason(std::string_view state_reason);

}  // namespace storebridge::domain
