#include <gtest/gtest.h>

#include "domain/merge.h"
#include "domain/order_record.h"
#include "domain/shipping_rules.h"
#include "domain/stock_rules.h"
#include "domain/timestamp.h"
#include "domain_fixtures.h"
#include "merge_order_fixture.h"

namespace storebridge::domain {
namespace {

// ---- first seen

TEST_F(MergeOrderTest, TakesOverAPaidOrderThatIsRight) {
  const OrderMerge merge = Merge(nullptr, PaidOrder());

  EXPECT_EQ(merge.outcome, Outcome::kWritten);
  EXPECT_EQ(merge.wish, OrderWish::kReady);
  EXPECT_TRUE(merge.stock_taken);
  EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_PENDING) << "NEW only when stock was reserved";
  EXPECT_EQ(merge.record.name(), "merchants/demo/orders/0000000000001");
  EXPECT_EQ(merge.record.store(), "merchants/demo/stores/web");
  EXPECT_EQ(merge.record.lines(0).product(), "merchants/demo/products/mug-1");
  EXPECT_EQ(merge.record.lines(0).open_quantity(), 2);
  EXPECT_EQ(MsFromTimestamp(merge.record.payment().pay_time()), kConnected + 2000);
  EXPECT_TRUE(merge.record.etag().empty()) << "stamped by who moves it on";
}

TEST_F(MergeOrderTest, WaitsForPayment) {
  for (const auto payment :
       {connector::v1::PAYMENT_STATE_UNPAID, connector::v1::PAYMENT_STATE_AUTHORIZED}) {
    connector::v1::Order seen = PaidOrder();
    seen.set_payment_state(payment);

    const OrderMerge merge = Merge(nullptr, seen);

    EXPECT_EQ(merge.wish, OrderWish::kAwaitingPayment);
    EXPECT_FALSE(merge.record.etag().empty());
    EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_AWAITING_PAYMENT);
    EXPECT_TRUE(merge.record.problems().empty());
  }
}

TEST_F(MergeOrderTest, SendsWhatIsPaidAtTheDoor) {
  connector::v1::Order seen = PaidOrder();
  seen.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);
  seen.clear_paid_ms();
  SetMoney(*seen.mutable_cash_on_delivery(), 37, 500'000'000);

  EXPECT_EQ(Merge(nullptr, seen).wish, OrderWish::kReady);
}

TEST_F(MergeOrderTest, DraftsAPaidOrderWithWrongDetails) {
  connector::v1::Order seen = PaidOrder();
  seen.mutable_shipping_address()->set_postal_code("100");
  AddLine(seen, "l-3", "CUP-9", 1);

  const OrderMerge merge = Merge(nullptr, seen);

  EXPECT_EQ(merge.wish, OrderWish::kDraft);
  EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_DRAFT);
  EXPECT_EQ(merge.record.problems_size(), 2);
}

TEST_F(MergeOrderTest, ParksTestOrdersAndOrdersOfACarefulStore) {
  connector::v1::Order test = PaidOrder();
  test.set_is_test(true);
  EXPECT_EQ(Merge(nullptr, test).record.state(), v1::ORDER_STATE_ON_HOLD);
  EXPECT_EQ(Merge(nullptr, test).record.state_reason(), "the store marks it as a test");

  context_.hold_new_orders = true;
  const OrderMerge merge = Merge(nullptr, PaidOrder());
  EXPECT_EQ(merge.wish, OrderWish::kHold);
  EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_ON_HOLD);
}

TEST_F(MergeOrderTest, NeverShipsThePast) {
  connector::v1::Order old = PaidOrder();
  old.set_paid_ms(kConnected - 1);
  connector::v1::Order unknown = PaidOrder();
  unknown.clear_paid_ms();
  unknown.set_placed_ms(kConnected - 1);
  connector::v1::Order sent = PaidOrder();
  sent.mutable_lines(0)->set_fulfilled_quantity(2);
  sent.mutable_lines(1)->set_refunded_quantity(1);

  EXPECT_EQ(Merge(nullptr, old).ignored_reason, "BEFORE_ORDERS_FROM");
  EXPECT_EQ(Merge(nullptr, unknown).ignored_reason, "BEFORE_ORDERS_FROM");
  EXPECT_EQ(Merge(nullptr, sent).ignored_reason, "NOTHING_TO_SEND");
  EXPECT_EQ(Merge(nullptr, Completed()).ignored_reason, "COMPLETED");
  EXPECT_EQ(Merge(nullptr, Cancelled()).ignored_reason, "CANCELLED");
  EXPECT_EQ(Merge(nullptr, Refunded()).ignored_reason, "REFUNDED");
  EXPECT_EQ(Merge(nullptr, Refunded()).outcome, Outcome::kIgnored);
}

TEST_F(MergeOrderTest, TakesOverAnOldOrderThatIsPaidNow) {
  connector::v1::Order seen = PaidOrder();
  seen.set_placed_ms(kConnected - 1'000'000);

  EXPECT_EQ(Merge(nullptr, seen).wish, OrderWish::kReady);
}

TEST_F(MergeOrderTest, SendsOnlyWhatIsLeft) {
  connector::v1::Order seen = PaidOrder();
  seen.mutable_lines(0)->set_quantity(5);
  seen.mutable_lines(0)->set_refunded_quantity(1);
  seen.mutable_lines(0)->set_fulfilled_quantity(2);
  seen.mutable_lines(1)->set_is_virtual(true);

  const OrderMerge merge = Merge(nullptr, seen);

  EXPECT_EQ(merge.record.lines(0).open_quantity(), 2);
  EXPECT_EQ(merge.record.lines(0).fulfilled_elsewhere_quantity(), 2);
  EXPECT_EQ(merge.record.lines(1).open_quantity(), 0);
}

TEST_F(MergeOrderTest, KeepsEveryPaidOrderEvenOneWithoutLines) {
  connector::v1::Order seen = PaidOrder();
  seen.clear_lines();

  EXPECT_EQ(Merge(nullptr, seen).wish, OrderWish::kDraft);
}

TEST_F(MergeOrderTest, RefusesWhatTheContractForbids) {
  const auto reason = [&](const auto& change) {
    connector::v1::Order seen = PaidOrder();
    change(seen);
    const Result<OrderMerge> merge = MergeOrder(nullptr, seen, context_);
    return merge ? std::string("none") : merge.error().reason;
  };

  EXPECT_EQ(reason([](auto&) {}), "none");
  EXPECT_EQ(reason([](auto& seen) { seen.clear_external_id(); }), "ORDER_MALFORMED");
  EXPECT_EQ(reason([](auto& seen) { seen.set_number(" "); }), "ORDER_MALFORMED");
  EXPECT_EQ(reason([](auto& seen) { seen.set_number("1\n2"); }), "ORDER_MALFORMED");
  EXPECT_EQ(reason([](auto& seen) { seen.clear_payment_state(); }), "ORDER_MALFORMED");
  EXPECT_EQ(reason([](auto& seen) { seen.clear_progress(); }), "ORDER_MALFORMED");
  EXPECT_EQ(reason([](auto& seen) { seen.mutable_lines(1)->set_external_id("l-1"); }),
            "ORDER_MALFORMED");
  EXPECT_EQ(reason([](auto& seen) { seen.mutable_lines(1)->clear_external_id(); }),
            "ORDER_MALFORMED");
  EXPECT_EQ(reason([](auto& seen) { seen.mutable_lines(0)->set_refunded_quantity(-1); }),
            "ORDER_MALFORMED");
  EXPECT_EQ(reason([](auto& seen) {
              seen.clear_paid_ms();
              seen.clear_placed_ms();
            }),
            "ORDER_MALFORMED");
}

// ---- before collecting

TEST_F(MergeOrderTest, ChangesNothingWhenTheSameIsSeenAgain) {
  for (const OrderState state : {OrderState::kNew, OrderState::kPending}) {
    const v1::Order existing = TakenOver(PaidOrder(), products_, state);
    v1::Order stamped = existing;
    ASSERT_TRUE(MoveTo(stamped, state, "", kNow));

    EXPECT_EQ(Merge(&stamped, Later()).outcome, Outcome::kUnchanged);
    EXPECT_EQ(Merge(&stamped, Later()).record.SerializeAsString(), stamped.SerializeAsString());
  }
}

TEST_F(MergeOrderTest, KeepsTheReasonThatSomebodyGave) {
  v1::Order pending = InState(OrderState::kPending);
  ASSERT_TRUE(MoveTo(pending, OrderState::kPending, "waits for 2 of MUG-1", kNow));

  EXPECT_EQ(Merge(&pending, Later()).outcome, Outcome::kUnchanged);
}

TEST_F(MergeOrderTest, BecomesReadyWhenItIsPaid) {
  connector::v1::Order unpaid = PaidOrder();
  unpaid.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);
  unpaid.clear_paid_ms();
  const v1::Order waiting = Merge(nullptr, unpaid).record;

  const OrderMerge merge = Merge(&waiting, Later());

  EXPECT_EQ(merge.outcome, Outcome::kWritten);
  EXPECT_EQ(merge.wish, OrderWish::kReady);
  EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_PENDING);
}

TEST_F(MergeOrderTest, GoesBackToWaitingWhenThePaymentIsTakenBack) {
  connector::v1::Order seen = Later();
  seen.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);
  const v1::Order existing = InState(OrderState::kNew);

  EXPECT_EQ(Merge(&existing, seen).record.state(), v1::ORDER_STATE_AWAITING_PAYMENT);
}

TEST_F(MergeOrderTest, FollowsEditsUntilCollecting) {
  connector::v1::Order seen = Later();
  seen.mutable_shipping_address()->set_lines(0, "Aleksanterinkatu 2");
  seen.mutable_lines(0)->set_quantity(1);
  seen.mutable_lines()->RemoveLast();
  AddLine(seen, "l-3", "MUG-1", 4);

  for (const OrderState state :
       {OrderState::kNew, OrderState::kPending, OrderState::kDraft, OrderState::kOnHold}) {
    const v1::Order existing = InState(state);
    const OrderMerge merge = Merge(&existing, seen);

    EXPECT_EQ(merge.outcome, Outcome::kWritten);
    EXPECT_EQ(merge.record.shipping_address().lines(0), "Aleksanterinkatu 2");
    ASSERT_EQ(merge.record.lines_size(), 2);
    EXPECT_EQ(merge.record.lines(0).open_quantity(), 1);
    EXPECT_EQ(merge.record.lines(1).external_id(), "l-3");
    EXPECT_EQ(merge.record.name(), existing.name());
  }
}

TEST_F(MergeOrderTest, KeepsNewUntilTheCallerHasLookedAtStock) {
  connector::v1::Order seen = Later();
  seen.mutable_lines(0)->set_quantity(9);
  const v1::Order existing = InState(OrderState::kNew);

  const OrderMerge merge = Merge(&existing, seen);

  EXPECT_EQ(merge.wish, OrderWish::kReady);
  EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_NEW);
}

TEST_F(MergeOrderTest, TakesAReservedOrderBackToDraftWhenAnEditBreaksIt) {
  connector::v1::Order seen = Later();
  seen.mutable_shipping_address()->clear_lines();
  const v1::Order existing = InState(OrderState::kNew);

  const OrderMerge merge = Merge(&existing, seen);

  EXPECT_EQ(merge.wish, OrderWish::kDraft);
  EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_DRAFT);
}

TEST_F(MergeOrderTest, KeepsAnAcceptedOrderWhenItsProductGoesOffSale) {
  products_.Set("MUG-1", ProductFacts::Standing::kInactive);
  FakeProducts before;
  const v1::Order accepted = TakenOver(PaidOrder(), before, OrderState::kNew);

  EXPECT_EQ(Merge(&accepted, Later()).wish, OrderWish::kReady);
  EXPECT_EQ(Merge(nullptr, PaidOrder()).wish, OrderWish::kDraft) << "but does not accept it anew";
}

TEST_F(MergeOrderTest, KeepsTheCodeOfALineWhoseProductWasDeletedInTheStore) {
  const v1::Order existing = InState(OrderState::kNew);
  const v1::Order collected = InState(OrderState::kCollecting);
  products_.Set("MUG-1", ProductFacts::Standing::kInactive);
  connector::v1::Order seen = Later();
  seen.mutable_lines(0)->clear_product_code();

  const OrderMerge merge = Merge(&existing, seen);

  EXPECT_EQ(merge.wish, OrderWish::kReady);
  EXPECT_EQ(merge.record.lines(0).product_code(), "MUG-1");
  EXPECT_EQ(merge.record.lines(0).product(), "merchants/demo/products/mug-1");
  EXPECT_TRUE(Merge(&collected, seen).notices.empty());
  seen.mutable_lines(0)->set_external_id("l-9");
  EXPECT_EQ(Merge(&existing, seen).wish, OrderWish::kDraft) << "another line never had a code";
}

TEST_F(MergeOrderTest, BecomesReadyWhenItIsPaidAfterItsProductWentOffSale) {
  connector::v1::Order unpaid = PaidOrder();
  unpaid.set_payment_state(connector::v1::PAYMENT_STATE_UNPAID);
  const v1::Order waiting = Merge(nullptr, unpaid).record;
  products_.Set("MUG-1", ProductFacts::Standing::kInactive);
  unpaid.set_customer_note("ring twice");
  unpaid.set_modified_ms(unpaid.modified_ms() + 500);
  const v1::Order still = Merge(&waiting, unpaid).record;
  ASSERT_EQ(still.customer_note(), "ring twice");

  EXPECT_EQ(Merge(&still, Later()).wish, OrderWish::kReady);
}

TEST_F(MergeOrderTest, LeavesNothingOpenOfWhatTheStoreCancelledUntilItComesBack) {
  const v1::Order existing = InState(OrderState::kNew);

  const v1::Order cancelled = Merge(&existing, Cancelled()).record;
  connector::v1::Order active = Later();
  active.set_modified_ms(active.modified_ms() + 1000);
  active.mutable_lines(0)->set_refunded_quantity(1);
  const v1::Order again = Merge(&cancelled, active).record;

  EXPECT_TRUE(NothingOpen(cancelled));
  EXPECT_EQ(cancelled.lines(0).quantity(), 2);
  EXPECT_EQ(again.lines(0).open_quantity(), 1);
  EXPECT_EQ(again.lines(1).open_quantity(), 1);
}

TEST_F(MergeOrderTest, CancelsWhatTheStoreEndedBeforeCollecting) {
  for (const OrderState state : {OrderState::kAwaitingPayment,
                                 OrderState::kDraft,
                                 OrderState::kNew,
                                 OrderState::kPending,
                                 OrderState::kOnHold}) {
    const v1::Order existing = InState(state);

    const OrderMerge merge = Merge(&existing, Cancelled());

    EXPECT_EQ(merge.wish, OrderWish::kCancelled);
    EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_CANCELLED);
    EXPECT_EQ(merge.record.state_reason(), "cancelled in the store");
    EXPECT_EQ(Merge(&existing, Refunded()).record.state_reason(), "refunded in the store");
    EXPECT_EQ(Merge(&existing, Completed()).record.state_reason(), "completed in the store");
  }
}

TEST_F(MergeOrderTest, CancelsWhatHasNothingLeftToSend) {
  const v1::Order existing = InState(OrderState::kNew);
  connector::v1::Order refunded = Later();
  refunded.mutable_lines(0)->set_refunded_quantity(2);
  refunded.mutable_lines(1)->set_refunded_quantity(1);
  connector::v1::Order sent = Later();
  sent.mutable_lines(0)->set_fulfilled_quantity(2);
  sent.mutable_lines(1)->set_fulfilled_quantity(1);

  EXPECT_EQ(Merge(&existing, refunded).record.state_reason(), "refunded in the store");
  EXPECT_EQ(Merge(&existing, sent).record.state_reason(), "completed in the store");
  EXPECT_EQ(Merge(&existing, sent).record.state(), v1::ORDER_STATE_CANCELLED);
}

TEST_F(MergeOrderTest, ComesBackWhenTheStoreMakesItActiveAgain) {
  const v1::Order existing = InState(OrderState::kNew);
  const v1::Order cancelled = Merge(&existing, Cancelled()).record;
  connector::v1::Order active = Cancelled();
  active.set_progress(connector::v1::Order::PROGRESS_OPEN);
  active.set_modified_ms(active.modified_ms() + 1000);

  const OrderMerge merge = Merge(&cancelled, active);

  EXPECT_EQ(merge.wish, OrderWish::kReady);
  EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_PENDING);
  EXPECT_EQ(merge.record.state_reason(), "");
  EXPECT_EQ(Merge(&cancelled, Cancelled()).outcome, Outcome::kUnchanged);
}

TEST_F(MergeOrderTest, StaysCancelledWhenAPersonCancelledIt) {
  for (const char* reason :
       {"customer called", "cancelled in the store", " cancelled in the store "}) {
    const v1::Order existing = InState(OrderState::kNew);
    const v1::Order cancelled = CancelOrder(existing, reason, kNow).value();

    EXPECT_EQ(Merge(&cancelled, Later()).outcome, Outcome::kUnchanged) << reason;
  }
}

TEST_F(MergeOrderTest, LeavesAHoldToPeople) {
  v1::Order held = HoldOrder(InState(OrderState::kNew), "fraud check", kNow).value();
  connector::v1::Order seen = Later();
  seen.mutable_shipping_address()->set_postal_code("100");

  const OrderMerge merge = Merge(&held, seen);

  EXPECT_EQ(merge.wish, OrderWish::kKeep);
  EXPECT_EQ(merge.record.state(), v1::ORDER_STATE_ON_HOLD);
  EXPECT_EQ(merge.record.state_reason(), "fraud check");
  EXPECT_EQ(merge.record.problems_size(), 1);
}

TEST_F(MergeOrderTest, IgnoresWhatIsOlderThanWhatItKnows) {
  const v1::Order existing = InState(OrderState::kNew);
  connector::v1::Order stale = Cancelled();
  stale.set_modified_ms(PaidOrder().modified_ms() - 1);

  EXPECT_EQ(Merge(&existing, stale).outcome, Outcome::kOlder);

  context_.last_modified_ms = Cancelled().modified_ms() + 1;
  EXPECT_EQ(Merge(&existing, Cancelled()).outcome, Outcome::kOlder);
}

TEST_F(MergeOrderTest, BelievesAnOlderTimeOfAnObservationThatIsTheNewest) {
  const v1::Order existing = InState(OrderState::kNew);
  connector::v1::Order seen = Cancelled();
  seen.set_modified_ms(PaidOrder().modified_ms() - 1);
  context_.is_newest = true;

  EXPECT_EQ(Merge(&existing, seen).record.state(), v1::ORDER_STATE_CANCELLED);
}

// What was believed once is what later observations are compared with.
TEST_F(MergeOrderTest, ComparesWithTheNewestObservationAndNotWithTheNewestTime) {
  v1::Order existing = InState(OrderState::kNew);
  connector::v1::Order seen = Cancelled();
  seen.set_modified_ms(PaidOrder().modified_ms() - 1);
  context_.last_modified_ms = seen.modified_ms() - 1;

  EXPECT_EQ(Merge(&existing, seen).record.state(), v1::ORDER_STATE_CANCELLED);
}

TEST_F(MergeOrderTest, BelievesAStoreThatTellsNoTimes) {
  connector::v1::Order seen = Cancelled();
  seen.clear_modified_ms();
  const v1::Order existing = InState(OrderState::kNew);

  EXPECT_EQ(Merge(&existing, seen).wish, OrderWish::kCancelled);
}

// ---- revalidate

TEST_F(MergeOrderTest, BecomesReadyByItselfWhenItsProductComes) {
  connector::v1::Order seen = PaidOrder();
  AddLine(seen, "l-3", "CUP-9", 1);
  const v1::Order draft = Merge(nullptr, seen).record;
  EXPECT_EQ(Revalidate(draft, context_).value().outcome, Outcome::kUnchanged);

  products_.Set("CUP-9", ProductFacts::Standing::kActive);
  const OrderMerge merge = Revalidate(draft, context_).value();

  EXPECT_EQ(merge.outcome, Outcome::kWritten);
  EXPECT_EQ(merge.wish, OrderWish::kReady);
  EXPECT_EQ(merge.record.lines(2).product(), "merchants/demo/products/cup-9");
  EXPECT_TRUE(merge.record.problems().empty());
}

TEST_F(MergeOrderTest, EndsADraftWhoseOnlyProductTurnsOutToBeADownload) {
  connector::v1::Order seen = PaidOrder();
  seen.clear_lines();
  AddLine(seen, "l-3", "EBOOK", 1);
  const v1::Order draft = Merge(nullptr, seen).record;

  products_.Set("EBOOK", ProductFacts::Standing::kActive, false);
  const OrderMerge merge = Revalidate(draft, context_).value();

  EXPECT_EQ(merge.wish, OrderWish::kCancelled);
  EXPECT_EQ(merge.record.state_reason(), "nothing left to send");
}

TEST_F(MergeOrderTest, RevalidatesNothingButDrafts) {
  products_.Remove("MUG-1");
  const v1::Order existing = InState(OrderState::kNew);

  EXPECT_EQ(Revalidate(existing, context_).value().outcome, Outcome::kUnchanged);
}

}  // namespace
}  // namespace storebridge::domain
