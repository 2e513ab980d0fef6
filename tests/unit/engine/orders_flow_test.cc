#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class OrdersFlowTest : public EngineDay {};

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
