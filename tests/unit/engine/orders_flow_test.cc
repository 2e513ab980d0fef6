#include <algorithm>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class OrdersFlowTest : public EngineDay {
 protected:
  // Two products of one code, of which the first has it here, and an order of the second.
  void OrderOfASharedCode() {
    Sell("MUG", "p1");
    Sell("MUG", "p2");
    Connect();
    SetStock("MUG", 5);
    Order("1001", "MUG", 1).mutable_lines(0)->set_external_product_id("p2");
    Pass(kMinute);
  }
  // An order that the warehouse collects, and one more.
  v1::Order Collected() {
    Sell("MUG", "p1");
    Connect();
    SetStock("MUG", 10);
    Order("1001", "MUG", 2);
    Pass(kMinute);
    return *Collect("1001");
  }
  // All of 1001 has left, and the store has one piece more of it.
  cv1::Order& GrownAfterShipping() {
    Collected();
    EXPECT_TRUE(Ship("1001", "JJFI1"));
    cv1::Order& order = store_.orders["1001"];
    order.mutable_lines(0)->set_quantity(3);
    Modify(order);
    return order;
  }
  std::vector<std::string> OpenReasons() {
    std::vector<std::string> reasons;
    for (const v1::Issue& issue : OpenIssues()) {
      reasons.push_back(issue.reason());
    }
    return reasons;
  }
  std::int64_t OrderChanges() {
    std::int64_t count = 0;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const std::vector<v1::Change> changes, tx.changes().List("acme", 0, 1000));
      count = std::count_if(changes.begin(), changes.end(), [](const v1::Change& change) {
        return change.type() == v1::Change::TYPE_ORDER;
      });
      return Ok();
    });
    EXPECT_TRUE(read);
    return count;
  }
};

using Reasons = std::vector<std::string>;

TEST_F(OrdersFlowTest, TakesAPaidOrderOverAsNewWhenAllOfItIsThere) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);

  Order("1001", "MUG", 2);
  Pass(kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(OrdersFlowTest, LetsAnOrderWaitForStockAndGoOnByItself) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 1);
  Order("1001", "MUG", 2);
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_PENDING);

  SetStock("MUG", 2);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(OrdersFlowTest, ReservesWholeOrdersOldestFirst) {
  Sell("MUG", "p1");
  Connect();
  Order("1001", "MUG", 3);
  Pass(kMinute);
  Order("1002", "MUG", 3);
  Pass(kMinute);

  SetStock("MUG", 4);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Get("1002").state(), v1::ORDER_STATE_PENDING);
}

TEST_F(OrdersFlowTest, ReservesAnOrderOnlyWhenAllItsProductsAreThere) {
  Sell("CUP", "p1");
  Sell("MUG", "p2");
  Connect();
  cv1::Order& order = Order("1001", "CUP", 2);
  *order.add_lines() = order.lines(0);
  order.mutable_lines(1)->set_external_id("l2");
  order.mutable_lines(1)->set_product_code("MUG");
  order.mutable_grand_total()->set_units(40);
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_PENDING) << "stock of neither was set";

  SetStock("CUP", 2);
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_PENDING);
  SetStock("CUP", 0);
  SetStock("MUG", 2);
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_PENDING);
  SetStock("CUP", 1);
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_PENDING);
  SetStock("CUP", 2);
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(OrdersFlowTest, SaysWhatIsWrongAndHealsWithinTwoPolls) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  Order("1001", "MUG", 1).mutable_shipping_address()->set_postal_code("ABC");
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_DRAFT);
  ASSERT_EQ(Get("1001").problems_size(), 1);
  EXPECT_EQ(Get("1001").problems(0).field(), "shipping_address.postal_code");
  EXPECT_EQ(OpenIssues().size(), 1);

  store_.orders["1001"].mutable_shipping_address()->set_postal_code("00100");
  Modify(store_.orders["1001"]);
  Pass(2 * kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(OrdersFlowTest, ChecksADraftAgainWhenItsProductComes) {
  Connect();
  Order("1001", "MUG", 1);
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_DRAFT);

  Sell("MUG", "p1");
  Pass(16 * kMinute);
  SetStock("MUG", 5);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(OrdersFlowTest, SendsNoOtherProductThatHasTheSameCode) {
  OrderOfASharedCode();

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_DRAFT);
  ASSERT_EQ(Get("1001").problems_size(), 1);
  EXPECT_EQ(Get("1001").problems(0).reason(), "PRODUCT_AMBIGUOUS");
  const std::int64_t before = storage_->commits();
  Pass(5 * kMinute);
  EXPECT_EQ(storage_->commits(), before) << "a look that settles nothing costs no commit";
}

TEST_F(OrdersFlowTest, GoesByTheCodeAloneWhereTheStoreIsSaidToBeSo) {
  OrderOfASharedCode();
  SetStock("MUG", 5);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_DRAFT);
  engine::StoreChange change;
  change.key = {"acme", "web"};
  change.merge_settings = [](v1::StoreSettings& settings) { settings.set_match_by_code(true); };

  ASSERT_TRUE(Wait<v1::Store>(
      [&](auto done) { commands_->UpdateStore(std::move(change), std::move(done)); }));
  Settle();

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(OrdersFlowTest, GoesOnByItselfWhenEachProductHasItsOwnCode) {
  OrderOfASharedCode();
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_DRAFT);

  store_.products["p1"].set_product_code("MUG-1");
  Pass(17 * kMinute);
  SetStock("MUG", 1);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_TRUE(OpenIssues().empty());
  const v1::Order order = Get("1001");
  ASSERT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const v1::Product product, tx.products().GetByCode("acme", "MUG"));
    EXPECT_EQ(order.lines(0).product(), product.name());
    EXPECT_EQ(product.listings(0).external_id(), "p2");
    return Ok();
  }));
}

TEST_F(OrdersFlowTest, ChecksADraftAgainWhenItsProductTurnsOutToBeADownload) {
  Sell("EBOOK", "p1");
  Connect();
  Order("1001", "EBOOK", 1).mutable_shipping_address()->set_postal_code("ABC");
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_DRAFT);

  store_.products["p1"].set_is_virtual(true);
  Pass(16 * kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(Get("1001").state_reason(), "nothing left to send");
}

TEST_F(OrdersFlowTest, SendsWhatWasSoldAsAThingAlsoWhenItsProductIsADownloadSince) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  cv1::Order& order = Order("1001", "MUG", 2);
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);

  store_.products["p1"].set_is_virtual(true);
  Pass(16 * kMinute);
  order.set_customer_note("Ring twice");
  order.set_modified_ms(clock_.NowMs());
  Pass(kMinute);

  EXPECT_EQ(Get("1001").customer_note(), "Ring twice");
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Get("1001").lines(0).open_quantity(), 2);
}

TEST_F(OrdersFlowTest, TakesAnOrderOverWhoseProductTurnsOutToBeAThing) {
  store_.lists_open_orders = true;
  host_.manifest().set_order_feed(cv1::ORDER_FEED_OPEN_SET);
  Sell("BOOK", "p1").set_is_virtual(true);
  Connect();
  Order("1001", "BOOK", 1);
  Pass(2 * kMinute);
  ASSERT_TRUE(Orders().empty());
  ASSERT_TRUE(store_.fetches.back().empty()) << "it is remembered";

  store_.products["p1"].set_is_virtual(false);
  Pass(std::chrono::hours(25));
  SetStock("BOOK", 1);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(OrdersFlowTest, NeverShipsThePast) {
  Sell("MUG", "p1");
  for (int i = 0; i < 50; ++i) {
    cv1::Order& order = Order(std::to_string(i), "MUG", 1);
    order.set_progress(cv1::Order::PROGRESS_COMPLETED);
    order.set_placed_ms(clock_.NowMs() - 365LL * 24 * 3600 * 1000);
    order.set_paid_ms(order.placed_ms());
  }
  Connect();
  Pass(2 * kMinute);

  EXPECT_TRUE(Orders().empty());
}

TEST_F(OrdersFlowTest, KeepsAnUnpaidOrderAwayFromTheWarehouseUntilItIsPaid) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  Order("1001", "MUG", 1).set_payment_state(cv1::PAYMENT_STATE_UNPAID);
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_AWAITING_PAYMENT);

  store_.orders["1001"].set_payment_state(cv1::PAYMENT_STATE_PAID);
  Modify(store_.orders["1001"]);
  Pass(kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(OrdersFlowTest, FreesTheReservationOfAnOrderThatIsCancelledInTheStore) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 2);
  Order("1001", "MUG", 2);
  Pass(kMinute);
  Order("1002", "MUG", 2);
  Pass(kMinute);
  ASSERT_EQ(Get("1002").state(), v1::ORDER_STATE_PENDING);

  store_.orders["1001"].set_progress(cv1::Order::PROGRESS_CANCELLED);
  store_.orders["1001"].set_stock_taken(false);
  Modify(store_.orders["1001"]);
  Pass(kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(Get("1002").state(), v1::ORDER_STATE_NEW);
}

TEST_F(OrdersFlowTest, MakesACancellationWhileCollectingAnIssue) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 2);
  Order("1001", "MUG", 1);
  Pass(kMinute);
  ASSERT_TRUE(Collect("1001"));

  store_.orders["1001"].set_progress(cv1::Order::PROGRESS_CANCELLED);
  Modify(store_.orders["1001"]);
  Pass(kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_COLLECTING);
  ASSERT_EQ(OpenIssues().size(), 1);
  EXPECT_EQ(OpenIssues()[0].reason(), "ORDER_CANCELLED_WHILE_COLLECTING");
}

TEST_F(OrdersFlowTest, RefusesAShipmentOfWhoHasNotSeenThatTheStoreCancelledIt) {
  const std::string etag = Collected().etag();
  const std::int64_t changes = OrderChanges();

  store_.orders["1001"].set_progress(cv1::Order::PROGRESS_CANCELLED);
  store_.orders["1001"].set_store_state("cancelled");
  Modify(store_.orders["1001"]);
  Pass(3 * kMinute);
  engine::Commands::ShipRequest request{
      .order = Ref("1001"), .parcels = {}, .lines = {}, .etag = etag};
  const Result<v1::Order> shipped =
      Wait<v1::Order>([&](auto done) { commands_->ShipOrder(request, {}, done); });

  ASSERT_FALSE(shipped);
  EXPECT_EQ(shipped.error().code, Code::kAborted);
  EXPECT_EQ(Get("1001").store_state(), "cancelled");
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_COLLECTING);
  EXPECT_EQ(OrderChanges(), changes + 1) << "told once";
}

TEST_F(OrdersFlowTest, FollowsTheWordThatItsOwnShipmentBroughtAboutAndIsQuietThen) {
  Collected();
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  store_.orders["1001"].set_progress(cv1::Order::PROGRESS_COMPLETED);
  store_.orders["1001"].set_store_state("completed");
  Modify(store_.orders["1001"]);
  Pass(2 * kMinute);
  ASSERT_EQ(Get("1001").store_state(), "completed");
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_SHIPPED);
  const std::int64_t commits = storage_->commits();
  const std::string etag = Get("1001").etag();

  Pass(5 * kMinute);

  EXPECT_EQ(storage_->commits(), commits);
  EXPECT_EQ(Get("1001").etag(), etag);
  EXPECT_EQ(store_.shipment_pushes.size(), 1U);
}

TEST_F(OrdersFlowTest, MakesAPaymentThatIsTakenBackWhileCollectingAnIssueUntilItIsThereAgain) {
  Collected();
  store_.orders["1001"].set_payment_state(cv1::PAYMENT_STATE_UNPAID);
  store_.orders["1001"].set_store_state("on-hold");
  Modify(store_.orders["1001"]);
  Pass(kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_COLLECTING);
  EXPECT_EQ(OpenReasons(), Reasons{"ORDER_UNPAID_WHILE_COLLECTING"});

  store_.orders["1001"].set_payment_state(cv1::PAYMENT_STATE_PAID);
  store_.orders["1001"].set_store_state("processing");
  store_.orders["1001"].set_customer_note("ring twice");
  Modify(store_.orders["1001"]);
  Pass(kMinute);

  EXPECT_EQ(OpenReasons(), Reasons{"ORDER_CHANGED_WHILE_COLLECTING"}) << "one of two has gone";
}

TEST_F(OrdersFlowTest, MakesWhatIsAddedAfterShippingAnIssueUntilItIsTakenOff) {
  cv1::Order& order = GrownAfterShipping();
  Pass(40 * kMinute);

  ASSERT_EQ(OpenReasons(), Reasons{"ORDER_GREW_AFTER_SHIPPING"});
  EXPECT_NE(OpenIssues()[0].message().find("1 of MUG"), std::string::npos);
  EXPECT_EQ(OpenIssues()[0].occurrences(), 1) << "not at each poll";

  order.mutable_lines(0)->set_refunded_quantity(1);
  Modify(order);
  Pass(kMinute);

  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(OrdersFlowTest, LooksAgainAtWhatWasAddedWhenTheStoreListsTheOrderNoMore) {
  store_.lists_open_orders = true;
  host_.manifest().set_order_feed(cv1::ORDER_FEED_OPEN_SET);
  cv1::Order& order = GrownAfterShipping();
  Pass(2 * kMinute);
  ASSERT_EQ(OpenReasons(), Reasons{"ORDER_GREW_AFTER_SHIPPING"});

  order.set_progress(cv1::Order::PROGRESS_COMPLETED);
  Modify(order);
  Pass(2 * kMinute);

  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(OrdersFlowTest, OneBadRecordStopsNoneOfTheOthers) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 100);
  for (int i = 0; i < 20; ++i) {
    Order(std::to_string(2000 + i), "MUG", 1);
  }
  store_.orders["2007"].clear_number();
  cv1::BadRecord bad;
  bad.set_is_order(true);
  bad.set_external_id("2999");
  bad.set_message("$.line_items[0].quantity is the string \"two\", expected an integer");
  store_.bad.push_back(bad);
  Pass(kMinute);

  EXPECT_EQ(Orders().size(), 19);
  EXPECT_EQ(OpenIssues().size(), 2);
}

TEST_F(OrdersFlowTest, ARoundWithoutChangesCostsNoCommit) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  Order("1001", "MUG", 2);
  Pass(3 * kMinute);
  const std::int64_t before = storage_->commits();
  const int pulls = store_.sessions["orders.pull"];

  Pass(5 * kMinute);

  EXPECT_EQ(storage_->commits(), before);
  EXPECT_EQ(store_.sessions["orders.pull"], pulls + 5);
  EXPECT_GE(ShowStore().flows(1).idle_runs(), 5);
}

TEST_F(OrdersFlowTest, AsksForCredentialsAfterThreeRefusalsAndWorksAgainWhenResumed) {
  Sell("MUG", "p1");
  Connect();
  cv1::Failure refused;
  refused.set_code(cv1::Failure::CODE_AUTH);
  refused.set_message("401");
  for (int i = 0; i < 3; ++i) {
    store_.fail_next["orders.pull"] = refused;
    executor_.AdvanceUntil([&] { return !store_.fail_next.contains("orders.pull"); }, 2 * kMinute);
    Settle();
  }
  ASSERT_EQ(ShowStore().state(), v1::Store::STATE_NEEDS_CREDENTIALS);
  const int pulls = store_.sessions["orders.pull"];
  Pass(30 * kMinute);
  EXPECT_EQ(store_.sessions["orders.pull"], pulls);
  const Result<v1::SyncRun> run = Wait<v1::SyncRun>([&](auto done) {
    engine_->StartRun({.store = {"acme", "web"}, .flow = domain::Flow::kOrders}, {}, done);
  });
  ASSERT_FALSE(run);
  EXPECT_TRUE(run.error().message.ends_with("UpdateStore, or call ResumeStore."))
      << run.error().message;

  ASSERT_TRUE(Wait<v1::Store>([&](auto done) { commands_->ResumeStore({"acme", "web"}, done); }));
  Settle();

  EXPECT_GT(store_.sessions["orders.pull"], pulls);
}

TEST_F(OrdersFlowTest, DeliversByItselfWhatCameWhileTheStoreWasDown) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  cv1::Failure down;
  down.set_code(cv1::Failure::CODE_TRANSIENT);
  down.set_message("connection refused");
  Order("1001", "MUG", 1);
  store_.failing["orders.pull"] = down;
  Pass(60 * kMinute);
  ASSERT_TRUE(Orders().empty());

  store_.failing.clear();
  Pass(6 * kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(ShowStore().flows(1).failures(), 0);
}

}  // namespace
}  // namespace storebridge::testing
