#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/names.h"
#include "domain/order_decision.h"
#include "domain/order_notices.h"
#include "domain/product_lookup.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/product.pb.h"

// Dominance lives here and nowhere else. An observation (connector.v1) becomes a record
// (storebridge.v1) only through these functions. What the store owns (product information, contents
// of orders) overwrites ours. What the platform owns (order state, shipments, shipped quantities,
// stock) is carried over from the record that is there; what a store shows as stock is no part of a
// record.
//
// The other direction is closed by type: the only things a connector can be given to write are
// connector.v1.StockLevel and connector.v1.Shipment, and neither has a field that a store owns.
namespace storebridge::domain {

inline constexpr std::size_t kProductCodeMax = 100;
inline constexpr std::size_t kProductTitleBytesMax = 1000;
// Fact of PRODUCT_CODE_DUPLICATE: the store's id of the product that has the code.
inline constexpr const char* kOtherListing = "other_external_id";
// Reason for leaving an order alone that may pass: its products may be others one day.
inline constexpr std::string_view kNothingToSend = "NOTHING_TO_SEND";

// ---- products

struct ProductContext {
  StoreKey store;
  // Our id for a product that is not there yet.
  std::string new_id = {};
  std::int64_t now_ms = 0;
};

struct ProductMerge {
  v1::Product record;
  // Whether `record` differs from the one that was there and is to be written. False for the
  // deletion of something unknown; `record` is empty then.
  bool changed = false;
};

// Which record an observed product belongs to. `by_listing` is the product that lists this external
// id of this store now, `by_code` the one with the observed product code; either may be nullptr.
struct ProductTarget {
  // The record to merge into; nullptr for a new one. A product whose code was changed in its only
  // store keeps its record, and with it its stock.
  const v1::Product* existing = nullptr;
  // A record that loses this listing: when the merge went well, write WithoutListing of it too.
  const v1::Product* leaves = nullptr;
};
ProductTarget FindTarget(const v1::Product* by_listing,
                         const v1::Product* by_code,
                         const connector::v1::Product& seen,
                         const StoreKey& store);

// The product without its listing of an external id in a store; active while another listing is.
v1::Product WithoutListing(const v1::Product& product,
                           const StoreKey& store,
                           std::string_view external_id,
                           std::int64_t now_ms);

// Merges an observed product into the record that is there, or makes one (`existing` is nullptr).
// An absent optional field means that the store has no such field and keeps what is there; an empty
// one clears it. A deleted one loses its listing. kInvalidArgument, reasons PRODUCT_ID_MISSING,
// PRODUCT_CODE_MISSING, PRODUCT_CODE_FORMAT, PRODUCT_TITLE_TOO_LONG, PRODUCT_TEXT, PRODUCT_PRICE;
// kAlreadyExists, reason PRODUCT_CODE_DUPLICATE, when the store lists that code twice.
Result<ProductMerge> MergeProduct(const v1::Product* existing,
                                  const connector::v1::Product& seen,
                                  const ProductContext& context);

// ---- orders

struct OrderContext {
  StoreKey store;
  // Our id for an order that is not there yet.
  std::string new_id = {};
  std::int64_t now_ms = 0;
  // Orders paid before this are not taken over; 0 takes all.
  std::int64_t orders_from_ms = 0;
  bool hold_new_orders = false;
  // modified_ms of the newest observation so far, where it is kept beside the record; 0 when not
  // known.
  std::int64_t last_modified_ms = 0;
  // The observation was fetched after all others and is no page of the past: it counts although the
  // store's clock calls it older. That clock was set back.
  bool is_newest = false;
  ProductLookup products = {};
};

struct OrderMerge {
  enum class Outcome {
    kIgnored,    // Not taken over: see ignored_reason. `record` is empty.
    kUnchanged,  // Nothing to write. `record` is the one that was there. There may be notices.
    kOlder,      // As kUnchanged, because the store's clock calls it older than what is known.
    kWritten,    // Write `record`.
  };
  Outcome outcome = Outcome::kUnchanged;
  // BEFORE_ORDERS_FROM, COMPLETED, CANCELLED, REFUNDED or NOTHING_TO_SEND.
  std::string ignored_reason;
  // Has the state that `wish` asks for, stamped. For kReady: the state it had when that is NEW or
  // PENDING, else PENDING; the caller reserves and calls MoveTo, which also stamps what is new.
  v1::Order record;
  OrderWish wish = OrderWish::kKeep;
  // Of a COLLECTING order: those of kNoticesWhileCollecting. Of one that has left or was cancelled
  // or closed short here: those of kNoticesAfterwards. An earlier one that is not among them has
  // gone.
  std::vector<OrderNotice> notices;
  // Whether the store has lowered its own stock number for it; for ClaimsFor.
  bool stock_taken = false;
};

// Merges an observed order into the record that is there, or takes it over (`existing` is nullptr).
// Before COLLECTING the store's edits are followed; while COLLECTING they become notices;
// afterwards they change nothing. The store's own word for its state is followed always: who acts
// on the etag from before learns that the store has moved. An observation that is older than the
// newest one by the store's clock changes nothing, unless the context says that it is the newest.
// kInvalidArgument, reason ORDER_MALFORMED, when the connector broke the contract.
Result<OrderMerge> MergeOrder(const v1::Order* existing,
                              const connector::v1::Order& seen,
                              const OrderContext& context);

// Checks a DRAFT again without a new observation, when its products may have come. kUnchanged in
// every other state. Uses `products` and `now_ms` of the context. `stock_taken` is not known and
// false: keep the one from before.
Result<OrderMerge> Revalidate(const v1::Order& order, const OrderContext& context);

}  // namespace storebridge::domain
