#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/order_state.h"
#include "domain/stock_basis.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::domain {

// What is known of one product for one store.
struct StockFacts {
  // Pieces on the shelf, without those that are picked. None until it was first set.
  std::optional<std::int64_t> on_hand;
  StockBasis basis = StockBasis::kSalable;
  std::int64_t buffer = 0;
  // Reserved for orders of all stores.
  std::int64_t reserved_all = 0;
  // Reserved for orders of the other stores.
  std::int64_t reserved_other_stores = 0;
  // Taken by this store for orders that are not reserved here.
  std::int64_t seen_this_store = 0;
  // Picked for this store's orders, and the store was not told of the shipment yet.
  std::int64_t picked_this_store = 0;
};

// What the store should show; none while on_hand is not known: then nothing is written. 0 is a
// value.
//   SALABLE:  on_hand - reserved_all - seen_this_store - buffer
//   PHYSICAL: on_hand + picked_this_store - reserved_other_stores - buffer
std::optional<std::int64_t> PublishedQuantity(const StockFacts& facts);

// Pieces by product id (last part of its name).
using ProductQuantities = std::map<std::string, std::int64_t>;

// What an order still needs from the shelf: open quantities, one product's lines added up. Lines
// without a product are left out; such an order is a DRAFT.
ProductQuantities NeedsOf(const v1::Order& order);

// Why pieces of a product are not free; the same words as ports::ClaimKind.
enum class ClaimPhase {
  kSeen,      // The store took them for an order that is not reserved here.
  kReserved,  // Reserved here; still on the shelf.
  kPicked,    // Deducted from the shelf, and the store was not told of the shipment yet.
};

// The states in which an order can claim pieces in a phase. Of SHIPPED ones, which claim what their
// store was not told of yet, there are too many to be looked through: they are left out.
std::vector<OrderState> StatesClaiming(ClaimPhase phase);

// What an order claims of a product at most. A store may show any number, also one that nobody
// could order; those of millions of such orders can still be added up.
inline constexpr std::int64_t kClaimQuantityMax = 1'000'000'000'000;

// Pieces of one product that an order claims. `product` is the last part of its name.
struct ProductClaim {
  std::string product;
  ClaimPhase phase = ClaimPhase::kSeen;
  std::int64_t quantity = 0;
  bool operator==(const ProductClaim&) const = default;
};

// What claims depend on besides the order.
struct ClaimFacts {
  // The store has lowered its own stock number for the order. When not known, true is safe: it only
  // lowers what is published.
  bool stock_taken = false;
  // The order was reserved when it was put ON_HOLD and still is.
  bool is_reserved = false;
};

// The claims of an order in its state, by product, without zeros. They replace those it had.
// kInternal when the record has an unknown state.
//   AWAITING_PAYMENT, DRAFT, PENDING: kSeen of what is open, if the store took it. NEW: kReserved.
//   ON_HOLD: one or the other. COLLECTING, SHIPPED: kPicked of what is open and of what was shipped
//   and not told. CANCELLED, RETURNED: none.
Result<std::vector<ProductClaim>> ClaimsFor(const v1::Order& order, const ClaimFacts& facts);

}  // namespace storebridge::domain
