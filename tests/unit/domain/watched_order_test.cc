#include <gtest/gtest.h>

#include "domain/merge.h"
#include "domain/order_record.h"
#include "domain/shipping_rules.h"
#include "domain/timestamp.h"
#include "domain_fixtures.h"
#include "merge_order_fixture.h"

namespace storebridge::domain {
namespace {

// An order whose contents are not followed any more: it is collected, has left or was ended here.
class WatchedOrderTest : public MergeOrderTest {};

TEST_F(WatchedOrderTest, RaisesANoticeWhenACollectedOrderChanges) {
  connector::v1::Order seen = Later();
  seen.mutable_shipping_address()->set_city("Espoo");
  seen.mutable_lines(0)->set_quantity(3);
  seen.mutable_lines(1)->set_refunded_quantity(1);
  AddLine(seen, "l-3", "MUG-1", 1);
  const v1::Order existing = InState(OrderState::kCollecting);

  const OrderMerge merge = Merge(&existing, seen);

  EXPECT_EQ(merge.outcome, Outcome::kUnchanged);
  EXPECT_EQ(merge.record.SerializeAsString(), existing.SerializeAsString());
  ASSERT_EQ(merge.notices.size(), 1U);
  EXPECT_EQ(merge.notices[0].reason, "ORDER_CHANGED_WHILE_COLLECTING");
  for (const char* part : {"1001",
                           "the shipping address",
                           "quantity 3 instead of 2",
                           "'TEE-2' has 1 refunded",
                           "was added"}) {
    EXPECT_NE(merge.notices[0].message.find(part), std::string::npos) << merge.notices[0].message;
  }
  EXPECT_FALSE(merge.notices[0].resolution.empty());
}

TEST_F(WatchedOrderTest, RaisesANoticeWhenWhatGoesIntoTheParcelIsChangedWhileCollecting) {
  connector::v1::Order before = PaidOrder();
  before.set_gift_message("Happy birthday!");
  before.add_documents()->set_url("https://web.example/invoice/1001.pdf");
  const v1::Order existing = TakenOver(before, products_, OrderState::kCollecting);
  before.set_modified_ms(before.modified_ms() + 1000);
  connector::v1::Order after = before;
  after.set_gift_message("Happy name day!");
  after.set_incoterm("DAP");
  after.mutable_documents(0)->set_url("https://web.example/invoice/1002.pdf");

  EXPECT_TRUE(Merge(&existing, before).notices.empty());
  const OrderMerge merge = Merge(&existing, after);

  EXPECT_EQ(merge.outcome, Outcome::kUnchanged);
  ASSERT_EQ(merge.notices.size(), 1U);
  for (const char* part : {"the gift message", "the documents", "the delivery term"}) {
    EXPECT_NE(merge.notices[0].message.find(part), std::string::npos) << merge.notices[0].message;
  }
  EXPECT_EQ(merge.notices[0].message.find("birthday"), std::string::npos);
}

TEST_F(WatchedOrderTest, RaisesANoticeWhenACollectedOrderIsCancelled) {
  const v1::Order existing = InState(OrderState::kCollecting);

  for (const connector::v1::Order& seen : {Cancelled(), Refunded()}) {
    const OrderMerge merge = Merge(&existing, seen);
    EXPECT_EQ(merge.outcome, Outcome::kUnchanged);
    ASSERT_EQ(merge.notices.size(), 1U);
    EXPECT_EQ(merge.notices[0].reason, "ORDER_CANCELLED_WHILE_COLLECTING");
  }
}

TEST_F(WatchedOrderTest, RaisesANoticeWhenThePaymentOfACollectedOrderIsTakenBack) {
  const v1::Order existing = InState(OrderState::kCollecting);
  connector::v1::Order unpaid = Later();
  unpaid.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);
  unpaid.set_store_state("on-hold");
  connector::v1::Order at_the_door = unpaid;
  SetMoney(*at_the_door.mutable_cash_on_delivery(), 37, 500'000'000);

  const OrderMerge merge = Merge(&existing, unpaid);

  ASSERT_EQ(merge.notices.size(), 1U);
  EXPECT_EQ(merge.notices[0].reason, "ORDER_UNPAID_WHILE_COLLECTING");
  EXPECT_EQ(merge.notices[0].message,
            "Order 1001 does not count as paid any more in the store, where it is 'on-hold', while "
            "the warehouse collects it.");
  EXPECT_EQ(merge.record.payment().state(), v1::PAYMENT_STATE_PAID) << "it goes on as it was";
  EXPECT_TRUE(Merge(&existing, at_the_door).notices.empty());
}

TEST_F(WatchedOrderTest, RaisesANoticeWhenOtherMoneyIsToBeCollectedAtTheDoor) {
  connector::v1::Order seen = PaidOrder();
  SetMoney(*seen.mutable_cash_on_delivery(), 37, 500'000'000);
  const v1::Order existing = TakenOver(seen, products_, OrderState::kCollecting);
  connector::v1::Order less = Later();
  SetMoney(*less.mutable_cash_on_delivery(), 25);

  const OrderMerge merge = Merge(&existing, less);

  ASSERT_EQ(merge.notices.size(), 1U);
  EXPECT_NE(merge.notices[0].message.find("the money to collect at the door"), std::string::npos)
      << merge.notices[0].message;
}

TEST_F(WatchedOrderTest, SaysThatALineOfACollectedOrderIsOfAnotherProduct) {
  const v1::Order existing = TakenOver(PaidOrderOf("71"), products_, OrderState::kCollecting);

  const OrderMerge merge = Merge(&existing, LaterOf("72"));

  ASSERT_EQ(merge.notices.size(), 1U);
  EXPECT_NE(merge.notices[0].message.find("is of another product"), std::string::npos)
      << merge.notices[0].message;
}

TEST_F(WatchedOrderTest, FollowsTheStoresWordWhenItFollowsNothingElse) {
  const v1::Order cancelled =
      CancelOrder(InState(OrderState::kNew), "customer called", kNow).value();
  const v1::Order fresh = InState(OrderState::kNew);
  const v1::Order store_cancelled = Merge(&fresh, Cancelled()).record;
  connector::v1::Order seen = Cancelled();
  seen.set_modified_ms(seen.modified_ms() + 1000);
  seen.set_store_state("trash");
  seen.mutable_shipping_address()->set_city("Espoo");

  for (const v1::Order& existing : {InState(OrderState::kCollecting),
                                    Sent(),
                                    InState(OrderState::kReturned),
                                    cancelled,
                                    store_cancelled}) {
    const OrderMerge merge = Merge(&existing, seen);

    EXPECT_EQ(merge.outcome, Outcome::kWritten);
    EXPECT_EQ(merge.wish, OrderWish::kKeep);
    EXPECT_EQ(merge.record.store_state(), "trash");
    EXPECT_NE(merge.record.etag(), existing.etag());
    EXPECT_EQ(merge.record.state(), existing.state());
    EXPECT_EQ(merge.record.shipping_address().city(), "Helsinki");
    EXPECT_EQ(Merge(&merge.record, seen).outcome, Outcome::kUnchanged) << "once";
  }
}

TEST_F(WatchedOrderTest, RaisesNoNoticeForPaymentTimesAndStoreWords) {
  connector::v1::Order seen = Later();
  seen.set_store_state("picking");
  seen.set_paid_ms(kConnected + 5000);
  seen.set_payment_method("card");
  const v1::Order existing = InState(OrderState::kCollecting);

  EXPECT_TRUE(Merge(&existing, seen).notices.empty());
}

TEST_F(WatchedOrderTest, RaisesNoNoticeForItsOwnShipment) {
  const v1::Order partly = PartlySent();
  connector::v1::Order echo = Later();
  echo.mutable_lines(0)->set_fulfilled_quantity(1);
  connector::v1::Order foreign = Later();
  foreign.mutable_lines(0)->set_fulfilled_quantity(2);

  EXPECT_TRUE(Merge(&partly, Later()).notices.empty()) << "the store does not know yet";
  EXPECT_TRUE(Merge(&partly, echo).notices.empty()) << "the store knows";
  EXPECT_EQ(Merge(&partly, foreign).notices.size(), 1U) << "somebody else sent one too";
}

TEST_F(WatchedOrderTest, ChangesNothingAfterwards) {
  for (const v1::Order& existing : {Sent(), InState(OrderState::kReturned)}) {
    for (const connector::v1::Order& seen : {Later(), Cancelled(), Refunded(), Completed()}) {
      const OrderMerge merge = Merge(&existing, seen);
      EXPECT_EQ(merge.outcome, Outcome::kUnchanged);
      EXPECT_EQ(merge.wish, OrderWish::kKeep);
      EXPECT_TRUE(merge.notices.empty());
    }
  }
}

TEST_F(WatchedOrderTest, SaysWhatTheStoreAddedToAnOrderThatHasLeft) {
  products_.Set("EBOOK", ProductFacts::Standing::kActive, false);
  const v1::Order sent = Sent();
  connector::v1::Order seen = Later();
  seen.mutable_lines(0)->set_quantity(5);
  seen.mutable_lines(0)->set_refunded_quantity(1);
  AddLine(seen, "l-3", "CUP-9", 3);
  AddLine(seen, "l-4", "EBOOK", 1);

  const OrderMerge merge = Merge(&sent, seen);

  EXPECT_EQ(merge.outcome, Outcome::kUnchanged);
  ASSERT_EQ(merge.notices.size(), 1U);
  EXPECT_EQ(merge.notices[0].reason, "ORDER_GREW_AFTER_SHIPPING");
  EXPECT_EQ(merge.notices[0].message,
            "Order 1001 has left, and the store has more of it as paid: 2 of MUG-1; 3 of CUP-9. "
            "Nothing of that is sent.");
  connector::v1::Order unpaid = seen;
  unpaid.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);
  connector::v1::Order completed = seen;
  completed.set_progress(connector::v1::Order::PROGRESS_COMPLETED);
  EXPECT_TRUE(Merge(&sent, unpaid).notices.empty());
  EXPECT_TRUE(Merge(&sent, completed).notices.empty());
}

TEST_F(WatchedOrderTest, TakesWhatSomebodyElseSentForNoAddition) {
  connector::v1::Order before = PaidOrder();
  before.mutable_lines(0)->set_quantity(5);
  before.mutable_lines(0)->set_fulfilled_quantity(3);
  const v1::Order sent = ShipOrder(TakenOver(before, products_, OrderState::kCollecting),
                                   {.shipment_id = "0000000000002"},
                                   kNow)
                             .value()
                             .order;
  ASSERT_EQ(sent.lines(0).shipped_quantity(), 2);
  before.set_modified_ms(before.modified_ms() + 1000);
  connector::v1::Order told = before;
  told.mutable_lines(0)->set_fulfilled_quantity(5);

  EXPECT_TRUE(Merge(&sent, before).notices.empty()) << "the store was not told yet";
  EXPECT_TRUE(Merge(&sent, told).notices.empty());
}

// ---- after it was cancelled or closed short here

TEST_F(WatchedOrderTest, SaysThatACancelledOrderIsOpenInTheStoreUntilTheStoreEndsIt) {
  const v1::Order ended = CancelOrder(InState(OrderState::kNew), "out of stock", kNow).value();
  connector::v1::Order unpaid = Later();
  unpaid.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);

  const OrderMerge merge = Merge(&ended, Later());

  EXPECT_EQ(merge.outcome, Outcome::kUnchanged);
  ASSERT_EQ(merge.notices.size(), 1U);
  EXPECT_EQ(merge.notices[0].reason, "ORDER_OPEN_IN_STORE");
  EXPECT_EQ(merge.notices[0].message,
            "Order 1001 was cancelled here (out of stock), but is open in the store.");
  for (const connector::v1::Order& seen : {Cancelled(), Refunded(), Completed(), unpaid}) {
    EXPECT_TRUE(Merge(&ended, seen).notices.empty());
  }
}

TEST_F(WatchedOrderTest, SaysWhatIsToBeRefundedOfAnOrderThatWasClosedShort) {
  const v1::Order part = PartlySent();
  const v1::Order ended = CancelOrder(part, "broken", kNow).value();
  connector::v1::Order half = Later();
  half.mutable_lines(0)->set_refunded_quantity(1);
  connector::v1::Order whole = half;
  whole.mutable_lines(1)->set_refunded_quantity(1);

  ASSERT_EQ(Merge(&ended, Later()).notices.size(), 1U);
  EXPECT_EQ(Merge(&ended, Later()).notices[0].message,
            "Order 1001 was closed short here (broken), not sent: 1 of MUG-1; 1 of TEE-2. The "
            "store still expects it.");
  EXPECT_EQ(Merge(&ended, half).notices.size(), 1U);
  EXPECT_EQ(Merge(&ended, Completed()).notices.size(), 1U) << "complete is not refunded";
  EXPECT_TRUE(Merge(&ended, whole).notices.empty());
  EXPECT_TRUE(Merge(&ended, Refunded()).notices.empty());
}

TEST_F(WatchedOrderTest, RaisesANoticeWhenAnEngravingIsChangedWhileCollecting) {
  connector::v1::Order before = PaidOrder();
  connector::v1::Header& engraving = *before.mutable_lines(0)->add_attributes();
  engraving.set_name("Engraving");
  engraving.set_value("ANNA");
  const v1::Order existing = TakenOver(before, products_, OrderState::kCollecting);
  before.set_modified_ms(before.modified_ms() + 1000);
  connector::v1::Order after = before;
  after.mutable_lines(0)->mutable_attributes(0)->set_value("BRUNO");

  EXPECT_TRUE(Merge(&existing, before).notices.empty());
  const OrderMerge merge = Merge(&existing, after);

  ASSERT_EQ(merge.notices.size(), 1U);
  EXPECT_NE(merge.notices[0].message.find("other options"), std::string::npos);
  EXPECT_EQ(merge.notices[0].message.find("BRUNO"), std::string::npos);
}

TEST_F(WatchedOrderTest, RaisesANoticeWhenAnotherOrderHasTheIdOfOneThatHasLeft) {
  const v1::Order existing = Sent();
  connector::v1::Order other = Later();
  other.set_placed_ms(MsFromTimestamp(existing.shipments(0).ship_time()) + 1);

  const OrderMerge merge = Merge(&existing, other);

  EXPECT_EQ(merge.outcome, Outcome::kUnchanged);
  ASSERT_EQ(merge.notices.size(), 1U);
  EXPECT_EQ(merge.notices[0].reason, kIdReused);
  EXPECT_TRUE(Merge(&existing, Later()).notices.empty());
}

}  // namespace
}  // namespace storebridge::domain
