#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/order_decision.h"
#include "domain/product_lookup.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/shipment.pb.h"

// What people and the warehouse do to an order. Each gives the order as it is afterwards, stamped;
// the etag is the old one when nothing was to be done. kFailedPrecondition, reason ORDER_STATE,
// when the order's state does not allow it.
namespace storebridge::domain {

inline constexpr int kShipmentsMax = 200;

// NEW to COLLECTING. Harmless when it is collecting already. What was reserved is deducted from the
// shelf by the caller.
Result<v1::Order> CollectOrder(const v1::Order& order, std::int64_t now_ms);

// Goods that left.
struct Departure {
  // Our 13-character id for the shipment.
  std::string shipment_id;
  // All that is open when empty. A line is named by its external id; by its product code alone
  // where only one line has it.
  std::vector<v1::ShipmentLine> lines = {};
  std::vector<v1::Parcel> parcels = {};
  // When it left; now when absent. At most one day ahead.
  std::optional<std::int64_t> ship_ms = {};
};

struct ShippedOrder {
  v1::Order order;
  // The new shipment, which is also the last of the order's; its report is WAITING.
  v1::Shipment shipment;
};

// Records that goods of a COLLECTING order left; SHIPPED when nothing is left to send.
// kInvalidArgument, reasons SHIPMENT_LINE, SHIPMENT_QUANTITY, PARCEL, TOO_MANY_PARCELS, SHIP_TIME;
// kFailedPrecondition, reasons ORDER_STATE, NOTHING_TO_SHIP and TOO_MANY_SHIPMENTS.
Result<ShippedOrder> ShipOrder(const v1::Order& order,
                               const Departure& departure,
                               std::int64_t now_ms);

// Cancels what has not left, for good: CANCELLED. An order of which a part has left is closed short
// instead: SHIPPED, with nothing open. What was collected and not sent is put back on the shelf by
// the caller. Harmless when cancelled or closed short
// already. kInvalidArgument, reason REASON, without a reason.
Result<v1::Order> CancelOrder(const v1::Order& order, std::string_view reason, std::int64_t now_ms);

// NEW, PENDING or DRAFT to ON_HOLD. Harmless when on hold already. Keep its reservation.
// kInvalidArgument, reason REASON.
Result<v1::Order> HoldOrder(const v1::Order& order, std::string_view reason, std::int64_t now_ms);

struct ReleasedOrder {
  // Awaits payment, is a DRAFT, or is PENDING until the caller has reserved (see
  // OrderMerge::record).
  v1::Order order;
  OrderWish wish = OrderWish::kKeep;
};

// What the store said of an order while it was collected.
enum class StoreWord { kNothing, kCancelled, kUnpaid };

// Takes a COLLECTING order back of which nothing has left, and decides by the rules; what they
// accepted before stays accepted. What was picked is put back on the shelf by the caller. The order
// stays as it is, with kKeep, where it is not being collected. kInvalidArgument, reason REASON;
// kFailedPrecondition, reasons ORDER_STATE, ORDER_LEFT_IN_PART and ORDER_CANCELLED_IN_STORE.
Result<ReleasedOrder> PutBackOrder(const v1::Order& order,
                                   std::string_view reason,
                                   StoreWord word,
                                   const ProductLookup& products,
                                   std::int64_t now_ms);

// Takes an order off hold and decides by the rules. One that the rules decide already stays as it
// is, with kKeep.
Result<ReleasedOrder> ReleaseOrder(const v1::Order& order,
                                   const ProductLookup& products,
                                   std::int64_t now_ms);

}  // namespace storebridge::domain
