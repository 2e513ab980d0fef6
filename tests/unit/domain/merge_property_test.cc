#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "domain/merge.h"
#include "domain/order_record.h"
#include "domain/shipping_rules.h"
#include "domain/stock_rules.h"
#include "domain_fixtures.h"

// Claims about every order of events, tried with many of them. A failure names the seed.
namespace storebridge::domain {
namespace {

constexpr int kRounds = 300;

// A store's life of one order: each observation is later than the one before.
std::vector<connector::v1::Order> Life(std::mt19937& random) {
  std::vector<connector::v1::Order> life;
  connector::v1::Order seen = PaidOrder();
  for (int i = 0; i < 8; ++i) {
    seen.set_modified_ms(seen.modified_ms() + 1000);
    switch (random() % 6) {
      case 0:
        seen.mutable_lines(0)->set_quantity(1 + static_cast<std::int64_t>(random() % 4));
        break;
      case 1:
        seen.mutable_shipping_address()->set_postal_code(random() % 2 == 0 ? "00100" : "1");
        break;
      case 2:
        seen.set_payment_state(random() % 2 == 0 ? connector::v1::PAYMENT_STATE_PAID
                                                 : connector::v1::PAYMENT_STATE_UNPAID);
        break;
      case 3:
        seen.set_progress(random() % 2 == 0 ? connector::v1::Order::PROGRESS_OPEN
                                            : connector::v1::Order::PROGRESS_CANCELLED);
        break;
      case 4:
        seen.mutable_lines(1)->set_refunded_quantity(static_cast<std::int64_t>(random() % 2));
        break;
      default:
        seen.set_customer_note(seen.customer_note() + "!");
        break;
    }
    life.push_back(seen);
  }
  return life;
}

// What the engine does with a merge, with stock for everything.
void Apply(const OrderMerge& merge, v1::Order& order) {
  if (merge.outcome != OrderMerge::Outcome::kWritten) {
    return;
  }
  order = merge.record;
  if (merge.wish == OrderWish::kReady) {
    ASSERT_TRUE(MoveTo(order, OrderState::kNew, "", kNow));
  }
}

v1::Order Taken(const FakeProducts& products) {
  v1::Order order;
  Apply(MergeOrder(nullptr, PaidOrder(), ContextWith(products)).value(), order);
  return order;
}

TEST(MergePropertyTest, EndsWithTheNewestObservationInWhateverOrderTheyCome) {
  const FakeProducts products;
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    std::mt19937 random(seed);
    const std::vector<connector::v1::Order> life = Life(random);
    std::vector<connector::v1::Order> shuffled = life;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    v1::Order order = Taken(products);
    v1::Order direct = order;
    OrderContext context = ContextWith(products);

    for (const connector::v1::Order& seen : shuffled) {
      Apply(MergeOrder(&order, seen, context).value(), order);
      context.last_modified_ms = std::max(context.last_modified_ms, seen.modified_ms());
    }
    Apply(MergeOrder(&direct, life.back(), ContextWith(products)).value(), direct);

    EXPECT_EQ(order.state(), direct.state()) << "seed " << seed;
    // The contents of a cancelled order are of no use to anybody: they stay as they were.
    if (direct.state() != v1::ORDER_STATE_CANCELLED) {
      EXPECT_EQ(order.etag(), direct.etag()) << "seed " << seed;
    }
  }
}

TEST(MergePropertyTest, ChangesNothingTheSecondTime) {
  const FakeProducts products;
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    std::mt19937 random(seed);
    v1::Order order = Taken(products);
    for (const connector::v1::Order& seen : Life(random)) {
      Apply(MergeOrder(&order, seen, ContextWith(products)).value(), order);
      EXPECT_NE(MergeOrder(&order, seen, ContextWith(products)).value().outcome,
                OrderMerge::Outcome::kWritten)
          << "seed " << seed;
    }
  }
}

TEST(MergePropertyTest, NeverMovesAnOrderThatTheWarehouseHas) {
  const FakeProducts products;
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    std::mt19937 random(seed);
    const v1::Order collecting = CollectOrder(Taken(products), kNow).value();
    const v1::Order shipped =
        ShipOrder(collecting, {.shipment_id = "0000000000002"}, kNow).value().order;
    for (const connector::v1::Order& seen : Life(random)) {
      for (const v1::Order* order : {&collecting, &shipped}) {
        const OrderMerge merge = MergeOrder(order, seen, ContextWith(products)).value();
        EXPECT_EQ(merge.record.SerializeAsString(), order->SerializeAsString()) << "seed " << seed;
        EXPECT_EQ(merge.wish, OrderWish::kKeep);
      }
    }
  }
}

TEST(MergePropertyTest, MakesOnlyAllowedTransitions) {
  const FakeProducts products;
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    std::mt19937 random(seed);
    v1::Order order = Taken(products);
    for (const connector::v1::Order& seen : Life(random)) {
      const OrderState before = OrderStateFrom(order.state()).value();
      const Result<OrderMerge> merge = MergeOrder(&order, seen, ContextWith(products));
      ASSERT_TRUE(merge) << "seed " << seed << ": " << merge.error().message;
      const OrderState after = OrderStateFrom(merge->record.state()).value();
      EXPECT_TRUE(before == after || MayBecome(before, after)) << "seed " << seed;
      Apply(*merge, order);
    }
  }
}

TEST(MergePropertyTest, ClaimsNeverExceedWhatWasOrdered) {
  const FakeProducts products;
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    std::mt19937 random(seed);
    v1::Order order = Taken(products);
    for (const connector::v1::Order& seen : Life(random)) {
      Apply(MergeOrder(&order, seen, ContextWith(products)).value(), order);
      const std::vector<ProductClaim> claims =
          ClaimsFor(order, {.stock_taken = true, .is_reserved = false}).value();
      for (const ProductClaim& claim : claims) {
        const std::int64_t ordered =
            claim.product == "mug-1" ? order.lines(0).quantity() : order.lines(1).quantity();
        EXPECT_GT(claim.quantity, 0);
        EXPECT_LE(claim.quantity, ordered) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace storebridge::domain
