#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class CancelTest : public EngineDay {
 protected:
  explicit CancelTest(cv1::StockBasis basis = cv1::STOCK_BASIS_SALABLE) : EngineDay(basis) {}

  // Ten mugs on the shelf, and one order of three.
  void NewOrder() {
    Sell("MUG", "p1");
    Connect();
    SetStock("MUG", 10);
    Order("1001", "MUG", 3);
    Pass(kMinute);
    ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  }
  void CollectedOrder() {
    NewOrder();
    ASSERT_TRUE(Collect("1001"));
  }
  Result<v1::Order> Ship(std::int64_t quantity) {
    v1::ShipmentLine part;
    part.set_external_line_id("l1");
    part.set_quantity(quantity);
    return EngineDay::Ship("1001", "JJFI1", {part});
  }
  Result<v1::Order> Cancel(const std::string& reason = "one is broken") {
    Result<v1::Order> order =
        Wait<v1::Order>([&](auto done) { commands_->CancelOrder(Ref("1001"), reason, "", done); });
    Settle();
    return order;
  }
  std::vector<std::string> OpenReasons() {
    std::vector<std::string> reasons;
    for (const v1::Issue& issue : OpenIssues()) {
      reasons.push_back(issue.reason());
    }
    return reasons;
  }
};

using Reasons = std::vector<std::string>;

TEST_F(CancelTest, PutsCollectedGoodsBackOnTheShelf) {
  CollectedOrder();
  ASSERT_EQ(StockOf("MUG").on_hand(), 7);
  ASSERT_EQ(StockOf("MUG").picked(), 3);

  const Result<v1::Order> cancelled = Cancel();

  ASSERT_TRUE(cancelled) << cancelled.error().message;
  EXPECT_EQ(cancelled->state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(cancelled->lines(0).open_quantity(), 0);
  EXPECT_EQ(StockOf("MUG").on_hand(), 10);
  EXPECT_EQ(StockOf("MUG").picked(), 0);
  EXPECT_EQ(Shown("p1"), 10);
  EXPECT_TRUE(store_.shipment_pushes.empty());
}

TEST_F(CancelTest, GivesTheGoodsToAnOrderThatWaits) {
  CollectedOrder();
  Order("1002", "MUG", 9);
  Pass(kMinute);
  ASSERT_EQ(Get("1002").state(), v1::ORDER_STATE_PENDING);

  ASSERT_TRUE(Cancel());

  EXPECT_EQ(Get("1002").state(), v1::ORDER_STATE_NEW);
}

TEST_F(CancelTest, ClosesAnOrderShortAfterAPartHasLeft) {
  CollectedOrder();
  ASSERT_TRUE(Ship(1));

  const Result<v1::Order> closed = Cancel();

  ASSERT_TRUE(closed) << closed.error().message;
  EXPECT_EQ(closed->state(), v1::ORDER_STATE_SHIPPED);
  EXPECT_EQ(closed->lines(0).shipped_quantity(), 1);
  EXPECT_EQ(closed->lines(0).open_quantity(), 0);
  EXPECT_EQ(StockOf("MUG").on_hand(), 9);
  EXPECT_EQ(StockOf("MUG").picked(), 0);
  ASSERT_EQ(store_.shipment_pushes.size(), 1U);
  EXPECT_FALSE(store_.shipment_pushes[0].completes_order());
}

TEST_F(CancelTest, DoesItOnce) {
  CollectedOrder();
  ASSERT_TRUE(Ship(1));
  const v1::Order once = *Cancel();
  const std::int64_t commits = storage_->commits();

  const Result<v1::Order> again = Cancel("again");

  ASSERT_TRUE(again);
  EXPECT_EQ(again->etag(), once.etag());
  EXPECT_EQ(storage_->commits(), commits);
  EXPECT_EQ(StockOf("MUG").on_hand(), 9);
}

TEST_F(CancelTest, NeverCompletesAShortOrderInTheStoreWhateverTheMoment) {
  CollectedOrder();
  cv1::Failure down;
  down.set_code(cv1::Failure::CODE_TRANSIENT);
  store_.failing["shipments.push"] = down;
  ASSERT_TRUE(Ship(1));
  ASSERT_TRUE(Cancel());

  store_.failing.clear();
  Pass(30 * kMinute);

  ASSERT_EQ(store_.shipment_pushes.size(), 1U);
  EXPECT_FALSE(store_.shipment_pushes[0].completes_order());
}

TEST_F(CancelTest, TellsAStoreThatTakesNoPartsWhatHasLeft) {
  host_.manifest().set_partial_shipments(false);
  CollectedOrder();
  ASSERT_TRUE(Ship(1));
  ASSERT_TRUE(store_.shipment_pushes.empty());

  ASSERT_TRUE(Cancel());

  ASSERT_EQ(store_.shipment_pushes.size(), 1U);
  EXPECT_TRUE(store_.shipment_pushes[0].completes_order());
  EXPECT_EQ(store_.shipment_pushes[0].lines(0).quantity(), 1);
  EXPECT_EQ(store_.shipment_pushes[0].parcels(0).tracking_code(), "JJFI1");
}

TEST_F(CancelTest, TellsAPersonWhatToDoInTheStoreUntilItIsDone) {
  CollectedOrder();
  ASSERT_TRUE(Cancel("customer called"));
  ASSERT_EQ(OpenReasons(), Reasons{"ORDER_OPEN_IN_STORE"});
  EXPECT_EQ(OpenIssues()[0].message(),
            "Order 1001 was cancelled here (customer called), but is open in the store.");
  Pass(5 * kMinute);
  ASSERT_EQ(OpenReasons(), Reasons{"ORDER_OPEN_IN_STORE"});

  store_.orders["1001"].set_progress(cv1::Order::PROGRESS_CANCELLED);
  Modify(store_.orders["1001"]);
  Pass(kMinute);

  EXPECT_TRUE(OpenReasons().empty());
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_CANCELLED);
}

TEST_F(CancelTest, AsksToRefundWhatWasNotSent) {
  CollectedOrder();
  ASSERT_TRUE(Ship(1));
  ASSERT_TRUE(Cancel());
  ASSERT_EQ(OpenReasons(), Reasons{"ORDER_OPEN_IN_STORE"});

  store_.orders["1001"].mutable_lines(0)->set_refunded_quantity(2);
  Modify(store_.orders["1001"]);
  Pass(kMinute);

  EXPECT_TRUE(OpenReasons().empty());
}

TEST_F(CancelTest, EndsAnOrderThatTheStoreCancelledWhileItWasCollected) {
  CollectedOrder();
  store_.orders["1001"].set_progress(cv1::Order::PROGRESS_CANCELLED);
  Modify(store_.orders["1001"]);
  Pass(kMinute);
  ASSERT_EQ(OpenReasons(), Reasons{"ORDER_CANCELLED_WHILE_COLLECTING"});

  ASSERT_TRUE(Cancel());

  EXPECT_TRUE(OpenReasons().empty());
  EXPECT_EQ(StockOf("MUG").on_hand(), 10);
}

TEST_F(CancelTest, LetsAPersonPutAsideWhatWasShippedAllTheSame) {
  CollectedOrder();
  store_.orders["1001"].set_progress(cv1::Order::PROGRESS_CANCELLED);
  Modify(store_.orders["1001"]);
  Pass(kMinute);
  ASSERT_TRUE(EngineDay::Ship("1001", "JJFI1"));
  ASSERT_EQ(OpenReasons(), Reasons{"ORDER_CANCELLED_WHILE_COLLECTING"});
  const std::string name = OpenIssues()[0].name();

  const Result<v1::Issue> retried = Wait<v1::Issue>(
      [&](auto done) { engine_->RetryIssue("acme", name.substr(name.rfind('/') + 1), done); });

  ASSERT_TRUE(retried) << retried.error().message;
  EXPECT_EQ(retried->state(), v1::Issue::STATE_RESOLVED);
}

TEST_F(CancelTest, AsksNothingOfThePersonWhoNeverPaid) {
  Sell("MUG", "p1");
  Connect();
  Order("1001", "MUG", 3).set_payment_state(cv1::PAYMENT_STATE_UNPAID);
  Pass(kMinute);

  ASSERT_TRUE(Cancel());

  EXPECT_TRUE(OpenReasons().empty());
}

TEST_F(CancelTest, KeepsTheReservationOnHoldAndGoesOnAfterwards) {
  NewOrder();

  ASSERT_TRUE(Wait<v1::Order>(
      [&](auto done) { commands_->HoldOrder(Ref("1001"), "fraud check", "", done); }));
  Settle();
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_ON_HOLD);
  EXPECT_EQ(StockOf("MUG").reserved(), 3);
  EXPECT_FALSE(Collect("1001"));
  ASSERT_TRUE(Wait<v1::Order>([&](auto done) { commands_->ReleaseOrder(Ref("1001"), "", done); }));

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(StockOf("MUG").reserved(), 3);
}

TEST_F(CancelTest, ShipsFewerThanOrderedAndThenTheRest) {
  CollectedOrder();
  ASSERT_TRUE(Ship(1));
  EXPECT_EQ(Get("1001").lines(0).open_quantity(), 2);
  EXPECT_FALSE(Ship(3)) << "more than is open";

  ASSERT_TRUE(Ship(2));

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_SHIPPED);
  EXPECT_FALSE(Cancel()) << "all of it has left";
  EXPECT_EQ(StockOf("MUG").on_hand(), 7);
}

class PhysicalCancelTest : public CancelTest {
 protected:
  PhysicalCancelTest() : CancelTest(cv1::STOCK_BASIS_PHYSICAL) {}
};

TEST_F(PhysicalCancelTest, ShowsTheSameShelfBeforeAndAfter) {
  CollectedOrder();
  ASSERT_EQ(Shown("p1"), 10) << "picked, not told";

  ASSERT_TRUE(Cancel());

  EXPECT_EQ(Shown("p1"), 10) << "back on the shelf; the store subtracts its own open order";
}

}  // namespace
}  // namespace storebridge::testing
