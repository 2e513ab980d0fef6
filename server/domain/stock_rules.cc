#include "domain/stock_rules.h"

#include <algorithm>
#include <limits>

#include "domain/names.h"
#include "domain/order_record.h"

namespace storebridge::domain {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

std::int64_t SaturatingAdd(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    return a < 0 ? Limits::min() : Limits::max();
  }
  return sum;
}

std::int64_t SaturatingSubtract(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) {
    return a < 0 ? Limits::min() : Limits::max();
  }
  return difference;
}

std::string ProductIdOf(const v1::OrderLine& line) {
  Result<MerchantChild> name = ParseProductName(line.product());
  return name ? std::move(name).value().id : std::string();
}

// Whether the store may still not know of a shipment. One that is being sent counts as not told: if
// it fails, the store needs the pieces to accept it the next time. What was refused for good is
// left to people, and never gives stock back.
bool IsUntold(const v1::Shipment& shipment) {
  const v1::StoreReport::State state = shipment.store_report().state();
  return state == v1::StoreReport::STATE_WAITING || state == v1::StoreReport::STATE_SENDING;
}

// Shipped pieces of a line that the store was not told of.
std::int64_t UntoldQuantity(const v1::Order& order, const v1::OrderLine& line) {
  std::int64_t untold = 0;
  for (const v1::Shipment& shipment : order.shipments()) {
    if (!IsUntold(shipment)) {
      continue;
    }
    for (const v1::ShipmentLine& sent : shipment.lines()) {
      if (sent.external_line_id() == line.external_id()) {
        untold = SaturatingAdd(untold, sent.quantity());
      }
    }
  }
  return untold;
}

ProductQuantities PickedBy(const v1::Order& order, OrderState state) {
  ProductQuantities picked;
  for (const v1::OrderLine& line : order.lines()) {
    const std::string product = ProductIdOf(line);
    if (!product.empty()) {
      // What a closed order did not send is back on the shelf.
      const std::int64_t open = state == OrderState::kCollecting ? OpenQuantity(line) : 0;
      const std::int64_t quantity = SaturatingAdd(open, UntoldQuantity(order, line));
      picked[product] = SaturatingAdd(picked[product], quantity);
    }
  }
  return picked;
}

std::vector<ProductClaim> Claims(const ProductQuantities& quantities, ClaimPhase phase) {
  std::vector<ProductClaim> claims;
  for (const auto& [product, quantity] : quantities) {
    if (quantity > 0) {
      claims.push_back(
          {.product = product, .phase = phase, .quantity = std::min(quantity, kClaimQuantityMax)});
    }
  }
  return claims;
}

}  // namespace

std::optional<std::int64_t> PublishedQuantity(const StockFacts& facts) {
  if (!facts.on_hand) {
    return std::nullopt;
  }
  std::int64_t quantity = *facts.on_hand;
  switch (facts.basis) {
    case StockBasis::kSalable:
      quantity = SaturatingSubtract(quantity, facts.reserved_all);
      quantity = SaturatingSubtract(quantity, facts.seen_this_store);
      break;
    case StockBasis::kPhysical:
      quantity = SaturatingAdd(quantity, facts.picked_this_store);
      quantity = SaturatingSubtract(quantity, facts.reserved_other_stores);
      break;
  }
  return std::max<std::int64_t>(SaturatingSubtract(quantity, facts.buffer), 0);
}

ProductQuantities NeedsOf(const v1::Order& order) {
  ProductQuantities needs;
  for (const v1::OrderLine& line : order.lines()) {
    const std::int64_t open = OpenQuantity(line);
    const std::string product = ProductIdOf(line);
    if (open > 0 && !product.empty()) {
      needs[product] = SaturatingAdd(needs[product], open);
    }
  }
  return needs;
}

std::vector<OrderState> StatesClaiming(ClaimPhase phase) {
  switch (phase) {
    case ClaimPhase::kSeen:
      return {OrderState::kPending,
              OrderState::kDraft,
              OrderState::kOnHold,
              OrderState::kAwaitingPayment};
    case ClaimPhase::kReserved:
      return {OrderState::kNew, OrderState::kOnHold};
    case ClaimPhase::kPicked:
      return {OrderState::kCollecting};
  }
  return {};
}

Result<std::vector<ProductClaim>> ClaimsFor(const v1::Order& order, const ClaimFacts& facts) {
  SB_TRY(const OrderState state, OrderStateFrom(order.state()));
  if (HoldsReservation(state, facts.is_reserved)) {
    return Claims(NeedsOf(order), ClaimPhase::kReserved);
  }
  if (FollowsStore(state)) {
    return facts.stock_taken ? Claims(NeedsOf(order), ClaimPhase::kSeen)
                             : std::vector<ProductClaim>();
  }
  if (state == OrderState::kCollecting || state == OrderState::kShipped) {
    return Claims(PickedBy(order, state), ClaimPhase::kPicked);
  }
  return std::vector<ProductClaim>();
}

}  // namespace storebridge::domain
