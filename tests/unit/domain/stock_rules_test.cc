#include "domain/stock_rules.h"

#include <limits>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "domain/shipping_rules.h"
#include "domain_fixtures.h"

namespace storebridge::domain {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST(PublishedQuantityTest, LeavesOutEverythingPromisedWhereTheStoreCountsSales) {
  EXPECT_EQ(PublishedQuantity(
                {.on_hand = 10, .reserved_all = 3, .seen_this_store = 2, .picked_this_store = 9}),
            5);
  EXPECT_EQ(PublishedQuantity(
                {.on_hand = 10, .buffer = 4, .reserved_all = 3, .reserved_other_stores = 3}),
            3);
}

TEST(PublishedQuantityTest, LeavesTheStoresOwnOrdersInWhereItSubtractsThemItself) {
  const StockFacts sold_two = {.on_hand = 10, .basis = StockBasis::kPhysical, .reserved_all = 2};
  EXPECT_EQ(PublishedQuantity(sold_two), 10) << "8 would leave 6 for sale";

  const StockFacts picked_two = {
      .on_hand = 8, .basis = StockBasis::kPhysical, .picked_this_store = 2};
  EXPECT_EQ(PublishedQuantity(picked_two), 10) << "until the store is told of the shipment";

  const StockFacts others = {.on_hand = 10,
                             .basis = StockBasis::kPhysical,
                             .buffer = 1,
                             .reserved_all = 5,
                             .reserved_other_stores = 3};
  EXPECT_EQ(PublishedQuantity(others), 6);
}

TEST(PublishedQuantityTest, NeverIsBelowZeroAndSendsZero) {
  EXPECT_EQ(PublishedQuantity({.on_hand = 0}), 0);
  EXPECT_EQ(PublishedQuantity({.on_hand = 1, .reserved_all = 5}), 0);
  EXPECT_EQ(PublishedQuantity({.on_hand = 3, .buffer = 10}), 0);
}

TEST(PublishedQuantityTest, WritesNothingWhileStockWasNeverSet) {
  EXPECT_EQ(PublishedQuantity({.on_hand = std::nullopt, .picked_this_store = 5}), std::nullopt);
}

TEST(PublishedQuantityTest, SurvivesNumbersThatCannotBe) {
  EXPECT_EQ(PublishedQuantity({.on_hand = -kMost, .buffer = kMost, .reserved_all = kMost}), 0);
  EXPECT_EQ(PublishedQuantity(
                {.on_hand = kMost, .basis = StockBasis::kPhysical, .picked_this_store = kMost}),
            kMost);
}

class ClaimsTest : public testing::Test {
 protected:
  std::vector<ProductClaim> Of(const v1::Order& order, ClaimFacts facts = {}) {
    return ClaimsFor(order, facts).value();
  }
  v1::Order InState(OrderState state) { return TakenOver(PaidOrder(), products_, state); }
  static std::vector<ProductClaim> All(ClaimPhase phase) {
    return {{"mug-1", phase, 2}, {"tee-2", phase, 1}};
  }

  FakeProducts products_;
};

TEST_F(ClaimsTest, FollowTheState) {
  const ClaimFacts taken{.stock_taken = true};
  for (const OrderState state : {OrderState::kAwaitingPayment,
                                 OrderState::kDraft,
                                 OrderState::kPending,
                                 OrderState::kOnHold}) {
    EXPECT_EQ(Of(InState(state), taken), All(ClaimPhase::kSeen));
    EXPECT_TRUE(Of(InState(state)).empty()) << "the store did not take it";
  }
  EXPECT_EQ(Of(InState(OrderState::kNew), taken), All(ClaimPhase::kReserved));
  EXPECT_EQ(Of(InState(OrderState::kOnHold), {.stock_taken = true, .is_reserved = true}),
            All(ClaimPhase::kReserved));
  EXPECT_EQ(Of(InState(OrderState::kCollecting), taken), All(ClaimPhase::kPicked));
  EXPECT_TRUE(Of(InState(OrderState::kCancelled), taken).empty());
  EXPECT_TRUE(Of(InState(OrderState::kReturned), taken).empty());
}

// Who looks for claims of a phase looks in these states, and must not miss one.
TEST_F(ClaimsTest, AreOfTheStatesThatCanHaveThem) {
  std::set<std::pair<ClaimPhase, OrderState>> met;
  std::set<std::pair<ClaimPhase, OrderState>> named;
  for (const ClaimPhase phase : {ClaimPhase::kSeen, ClaimPhase::kReserved, ClaimPhase::kPicked}) {
    for (const OrderState state : StatesClaiming(phase)) {
      named.emplace(phase, state);
    }
  }
  for (const OrderState state : kOrderStates) {
    for (const bool is_reserved : {false, true}) {
      for (const ProductClaim& claim :
           Of(InState(state), {.stock_taken = true, .is_reserved = is_reserved})) {
        met.emplace(claim.phase, state);
      }
    }
  }
  EXPECT_EQ(met, named) << "this order has left nothing untold: SHIPPED claims nothing";
}

TEST_F(ClaimsTest, AddUpLinesOfOneProduct) {
  connector::v1::Order seen = PaidOrder();
  AddLine(seen, "l-3", "MUG-1", 4);

  EXPECT_EQ(NeedsOf(TakenOver(seen, products_, OrderState::kNew)),
            (ProductQuantities{{"mug-1", 6}, {"tee-2", 1}}));
}

TEST_F(ClaimsTest, AreNoMoreThanCanBeAddedUp) {
  for (const auto& [shown, claimed] :
       {std::pair{kClaimQuantityMax, kClaimQuantityMax},
        std::pair{kClaimQuantityMax + 1, kClaimQuantityMax},
        std::pair{std::numeric_limits<std::int64_t>::max(), kClaimQuantityMax}}) {
    v1::Order order = InState(OrderState::kDraft);
    order.mutable_lines(0)->set_quantity(shown);

    EXPECT_EQ(Of(order, {.stock_taken = true}).front(),
              (ProductClaim{"mug-1", ClaimPhase::kSeen, claimed}))
        << shown;
  }
}

TEST_F(ClaimsTest, StayUntilTheStoreIsToldOfTheShipment) {
  v1::Order order =
      ShipOrder(InState(OrderState::kCollecting), {.shipment_id = "0000000000002"}, kNow)
          .value()
          .order;
  v1::StoreReport& report = *order.mutable_shipments(0)->mutable_store_report();

  for (const auto state : {v1::StoreReport::STATE_WAITING, v1::StoreReport::STATE_SENDING}) {
    report.set_state(state);
    EXPECT_EQ(Of(order), All(ClaimPhase::kPicked));
  }
  for (const auto state : {v1::StoreReport::STATE_ACCEPTED,
                           v1::StoreReport::STATE_CONFIRMED,
                           v1::StoreReport::STATE_REFUSED,
                           v1::StoreReport::STATE_NOT_SUPPORTED}) {
    report.set_state(state);
    EXPECT_TRUE(Of(order).empty());
  }
}

TEST_F(ClaimsTest, ShrinkWithEachPartThatTheStoreKnows) {
  v1::ShipmentLine line;
  line.set_external_line_id("l-1");
  line.set_quantity(1);
  v1::Order order =
      ShipOrder(
          InState(OrderState::kCollecting), {.shipment_id = "0000000000002", .lines = {line}}, kNow)
          .value()
          .order;
  EXPECT_EQ(Of(order), All(ClaimPhase::kPicked));

  order.mutable_shipments(0)->mutable_store_report()->set_state(v1::StoreReport::STATE_ACCEPTED);

  EXPECT_EQ(Of(order),
            (std::vector<ProductClaim>{{"mug-1", ClaimPhase::kPicked, 1},
                                       {"tee-2", ClaimPhase::kPicked, 1}}));
}

// One story of 10 pieces in both kinds of store: what is offered for sale is always what is free.
TEST_F(ClaimsTest, NeverOfferMoreOrLessThanIsFree) {
  const v1::Order order = InState(OrderState::kNew);
  const std::int64_t sold = NeedsOf(order).at("mug-1");

  EXPECT_EQ(PublishedQuantity({.on_hand = 10, .seen_this_store = sold}), 8) << "seen, salable";
  EXPECT_EQ(PublishedQuantity({.on_hand = 10, .reserved_all = sold}), 8) << "reserved, salable";
  EXPECT_EQ(PublishedQuantity({.on_hand = 8, .picked_this_store = sold}), 8) << "picked, salable";
  const StockBasis physical = StockBasis::kPhysical;
  EXPECT_EQ(*PublishedQuantity({.on_hand = 10, .basis = physical, .seen_this_store = sold}) - sold,
            8);
  EXPECT_EQ(*PublishedQuantity({.on_hand = 10, .basis = physical, .reserved_all = sold}) - sold, 8);
  EXPECT_EQ(*PublishedQuantity({.on_hand = 8, .basis = physical, .picked_this_store = sold}) - sold,
            8);
  EXPECT_EQ(PublishedQuantity({.on_hand = 8, .basis = physical}), 8)
      << "told: the store lowered it itself";
}

}  // namespace
}  // namespace storebridge::domain
