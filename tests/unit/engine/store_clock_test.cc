// A store's clock that is set back hides nothing, and a page of the past undoes nothing.
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class StoreClockTest : public EngineDay {
 protected:
  // An order that was not paid yet when it was first seen.
  cv1::Order& Unpaid() {
    Sell("MUG", "p1");
    Connect();
    SetStock("MUG", 5);
    cv1::Order& order = Order("1001", "MUG", 1);
    order.set_payment_state(cv1::PAYMENT_STATE_UNPAID);
    Pass(kMinute);
    EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_AWAITING_PAYMENT);
    return order;
  }
  static void Pay(cv1::Order& order, std::int64_t modified_ms) {
    order.set_payment_state(cv1::PAYMENT_STATE_PAID);
    order.set_modified_ms(modified_ms);
  }
};

TEST_F(StoreClockTest, APaymentIsSeenAlthoughTheClockWasSetBack) {
  cv1::Order& order = Unpaid();

  Pay(order, order.modified_ms() - 600'000);
  Pass(kMinute);
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_AWAITING_PAYMENT)
      << "it may be a page of the past";
  Pass(3 * kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(StoreClockTest, WhatFollowsAfterItIsComparedWithTheNewTime) {
  cv1::Order& order = Unpaid();
  const std::int64_t before_ms = order.modified_ms();
  Pay(order, before_ms - 600'000);
  Pass(4 * kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);

  order.set_progress(cv1::Order::PROGRESS_CANCELLED);
  order.set_modified_ms(before_ms - 500'000);
  Pass(kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_CANCELLED);
}

TEST_F(StoreClockTest, APageOfThePastUndoesNothing) {
  cv1::Order& order = Unpaid();
  const cv1::Order past = order;
  Pass(kMinute);
  Pay(order, clock_.NowMs());
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  const cv1::Order now = order;

  for (int i = 0; i < 6; ++i) {
    order = i % 2 == 0 ? past : now;
    Pass(kMinute);
    ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW) << i;
  }
}

TEST_F(StoreClockTest, LooksAgainAtAnOrderThatThePollsDoNotShow) {
  store_.lists_open_orders = true;
  cv1::Order& order = Unpaid();

  Pay(order, order.modified_ms() - 600'000);
  Pass(kMinute);
  store_.hidden.insert("1001");
  Pass(3 * kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

TEST_F(StoreClockTest, APersonWhoAsksForItNeedNotWait) {
  cv1::Order& order = Unpaid();
  cv1::BadRecord& bad = store_.bad.emplace_back();
  bad.set_is_order(true);
  bad.set_external_id("1001");
  bad.set_message("$.total is missing");
  Pass(kMinute);
  const std::string name = OpenIssues().at(0).name();
  store_.bad.clear();
  Pay(order, order.modified_ms() - 600'000);

  ASSERT_TRUE(Wait<v1::Issue>(
      [&](auto done) { engine_->RetryIssue("acme", name.substr(name.rfind('/') + 1), done); }));

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

}  // namespace
}  // namespace storebridge::testing
