// The warehouse gives an order back that it had begun to collect.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class PutBackTest : public EngineDay {
 protected:
  explicit PutBackTest(cv1::StockBasis basis = cv1::STOCK_BASIS_SALABLE) : EngineDay(basis) {}

  // Ten mugs on the shelf, three of them picked for an order.
  void CollectedOrder() {
    Sell("MUG", "p1");
    Connect();
    SetStock("MUG", 10);
    Order("1001", "MUG", 3);
    Pass(kMinute);
    ASSERT_TRUE(Collect("1001"));
    ASSERT_EQ(StockOf("MUG").on_hand(), 7);
  }
  Result<v1::Order> PutBack(const std::string& reason = "the picker fell ill") {
    return Wait<v1::Order>(
        [&](auto done) { commands_->PutBackOrder(Ref("1001"), reason, "", done); });
  }
  // What the store did, seen while the order is collected.
  void StoreDoes(const std::function<void(cv1::Order&)>& change) {
    change(store_.orders["1001"]);
    Modify(store_.orders["1001"]);
    Pass(kMinute);
    ASSERT_EQ(OpenIssues().size(), 1U);
    ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_COLLECTING);
  }
  // The same, not seen yet.
  void StoreDoesUnseen(const std::function<void(cv1::Order&)>& change) {
    change(store_.orders["1001"]);
    Modify(store_.orders["1001"]);
  }
  void StoreIsDown() {
    cv1::Failure down;
    down.set_code(cv1::Failure::CODE_TRANSIENT);
    store_.failing["orders.pull"] = down;
  }
  void PutBackChangedWhileDown() {
    StoreDoes([](cv1::Order& order) { order.mutable_lines(0)->set_quantity(5); });
    StoreIsDown();
    ASSERT_TRUE(PutBack());
    Settle();
    ASSERT_EQ(Get("1001").lines(0).quantity(), 3);
  }
  // Once the store is there again.
  void ExpectChangeFollowed() {
    store_.failing.clear();
    Pass(30 * kMinute);
    EXPECT_EQ(Get("1001").lines(0).quantity(), 5);
    EXPECT_TRUE(OpenIssues().empty());
  }
  void AskFor(int orders) {
    StoreIsDown();
    Pass(kMinute);
    store_.order_looks_by_id.clear();
    Write([&](ports::Tx& tx) {
      for (int i = 0; i < orders; ++i) {
        tx.ReadOrder({"acme", "web"}, "x" + std::to_string(i));
      }
      // A commit that changed nothing tells nobody.
      tx.changes().Add("acme", v1::Change::TYPE_ORDER, "merchants/acme/orders/x");
      return Ok();
    });
    store_.failing.clear();
    Pass(10 * kMinute);
  }
  void Write(const std::function<Status(ports::Tx&)>& work) {
    storage_->Submit(work, [](const Status& status) { EXPECT_TRUE(status); });
    Settle();
  }
};

TEST_F(PutBackTest, PutsThePickedGoodsOnTheShelfAndReservesThemAgain) {
  CollectedOrder();

  const Result<v1::Order> back = PutBack();

  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(StockOf("MUG").on_hand(), 10);
  EXPECT_EQ(StockOf("MUG").picked(), 0);
  EXPECT_EQ(StockOf("MUG").reserved(), 3);
  Settle();
  EXPECT_EQ(Shown("p1"), 7) << "nothing is for sale that was not before";
  EXPECT_TRUE(Collect("1001"));
  EXPECT_EQ(StockOf("MUG").on_hand(), 7);
}

TEST_F(PutBackTest, DoesItOnce) {
  CollectedOrder();
  ASSERT_TRUE(PutBack());
  Settle();
  const v1::Order once = Get("1001");

  const Result<v1::Order> again = PutBack("again");

  ASSERT_TRUE(again);
  EXPECT_EQ(again->etag(), once.etag());
  EXPECT_EQ(StockOf("MUG").on_hand(), 10);
}

TEST_F(PutBackTest, KeepsItsGoodsFromAnOrderThatWaits) {
  CollectedOrder();
  Order("1002", "MUG", 9);
  Pass(kMinute);
  ASSERT_EQ(Get("1002").state(), v1::ORDER_STATE_PENDING);

  ASSERT_TRUE(PutBack());

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Get("1002").state(), v1::ORDER_STATE_PENDING);
}

TEST_F(PutBackTest, FollowsWhatWasChangedInTheStoreMeanwhile) {
  CollectedOrder();
  StoreDoes([](cv1::Order& order) { order.mutable_lines(0)->set_quantity(5); });

  ASSERT_TRUE(PutBack());
  Settle();

  EXPECT_EQ(Get("1001").lines(0).quantity(), 5);
  EXPECT_EQ(StockOf("MUG").reserved(), 5);
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(PutBackTest, FollowsItWithTheNextLookAtAllWhenTheStoreIsDownNow) {
  CollectedOrder();

  PutBackChangedWhileDown();

  ExpectChangeFollowed();
}

TEST_F(PutBackTest, FollowsItThenAlsoWhereOpenOrdersAreListed) {
  store_.lists_open_orders = true;
  CollectedOrder();

  PutBackChangedWhileDown();

  ExpectChangeFollowed();
}

TEST_F(PutBackTest, WaitsForThePaymentThatTheStoreTookBack) {
  CollectedOrder();
  StoreDoes([](cv1::Order& order) { order.set_payment_state(cv1::PAYMENT_STATE_UNPAID); });

  const Result<v1::Order> back = PutBack();

  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->state(), v1::ORDER_STATE_AWAITING_PAYMENT);
  EXPECT_EQ(StockOf("MUG").on_hand(), 10);
  Settle();
  EXPECT_TRUE(OpenIssues().empty());
}

// Money at the door is no payment when the store says that the order is not due.
TEST_F(PutBackTest, WaitsAlsoWhenItWasToBePaidAtTheDoor) {
  CollectedOrder();
  StoreDoes([](cv1::Order& order) { order.set_payment_state(cv1::PAYMENT_STATE_UNPAID); });
  Write([&](ports::Tx& tx) -> Status {
    SB_TRY(ports::OrderRecord record, engine::FindOrder(tx, Ref("1001")));
    record.order.mutable_cash_on_delivery()->set_units(30);
    return tx.orders().Put("acme", record);
  });

  ASSERT_TRUE(PutBack());

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_AWAITING_PAYMENT);
}

TEST_F(PutBackTest, ReadsAllThatWerePutBackAtOnce) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 30);
  const std::vector<std::string> numbers = {"1001", "1002", "1003"};
  for (const std::string& number : numbers) {
    Order(number, "MUG", 1);
  }
  Pass(kMinute);
  std::size_t answered = 0;
  for (const std::string& number : numbers) {
    ASSERT_TRUE(Collect(number));
  }
  store_.order_looks_by_id.clear();
  for (const std::string& number : numbers) {
    commands_->PutBackOrder(Ref(number), "fire drill", "", [&](const Result<v1::Order>& back) {
      answered += back ? 1U : 0U;
    });
  }
  Settle();

  EXPECT_EQ(answered, numbers.size());
  std::set<std::string> read;
  for (const std::vector<std::string>& look : store_.order_looks_by_id) {
    read.insert(look.begin(), look.end());
  }
  EXPECT_EQ(read, std::set<std::string>(numbers.begin(), numbers.end()));
}

// What is read again by itself may come from a cache; only who asks for it has the last word.
TEST_F(PutBackTest, DoesNotTakeAnOlderAnswerForTheNewest) {
  CollectedOrder();
  const cv1::Order before = store_.orders["1001"];
  StoreDoes([](cv1::Order& order) { order.set_payment_state(cv1::PAYMENT_STATE_UNPAID); });
  const cv1::Order now = std::exchange(store_.orders["1001"], before);

  ASSERT_TRUE(PutBack());
  Settle();

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_AWAITING_PAYMENT);
  EXPECT_EQ(OpenIssues().size(), 1U);
  store_.orders["1001"] = now;
  Pass(kMinute);
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(PutBackTest, IsNotCollectedBeforeAKnownChangeWasRead) {
  CollectedOrder();
  PutBackChangedWhileDown();

  const Result<v1::Order> again = Collect("1001");

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "ORDER_BEING_READ");
  ExpectChangeFollowed();
  EXPECT_TRUE(Collect("1001"));
}

// Orders that a transaction asks for, while they cannot be read; then they can.
TEST_F(PutBackTest, ReadsNoMoreOrdersAtOnceThanAreAllowed) {
  CollectedOrder();
  AskFor(101);

  ASSERT_EQ(store_.order_looks_by_id.size(), 2U);
  EXPECT_EQ(store_.order_looks_by_id[0].size(), 100U);
  EXPECT_EQ(store_.order_looks_by_id[1].size(), 1U);
}

TEST_F(PutBackTest, LeavesOrdersBeyondTheMostToTheNextLookAtAll) {
  CollectedOrder();
  AskFor(1001);

  std::size_t asked = 0;
  for (const std::vector<std::string>& look : store_.order_looks_by_id) {
    asked += look.size();
  }
  EXPECT_EQ(asked, 1000U);
}

// Stock is written after the orders were read: all of them, not only the one that was put back.
TEST_F(PutBackTest, IsNotTakenForAReadingOfTheOrders) {
  CollectedOrder();
  Pass(std::chrono::seconds(20));
  Order("1002", "MUG", 2);
  const std::size_t before = store_.stock_pushes.size();
  StoreDoesUnseen([](cv1::Order& order) { order.mutable_lines(0)->set_quantity(2); });

  ASSERT_TRUE(PutBack());
  Settle();

  ASSERT_EQ(store_.stock_pushes.size(), before + 1);
  EXPECT_EQ(store_.stock_pushes.back().quantity(), 10 - 2 - 2) << "what was just sold is sold";
  EXPECT_EQ(Get("1002").state(), v1::ORDER_STATE_NEW);
}

TEST_F(PutBackTest, DoesNotKeepThePollOfOrdersFromItsTurn) {
  CollectedOrder();
  Order("1002", "MUG", 1);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(PutBack());
    Settle();
    ASSERT_TRUE(Collect("1001"));
    Pass(std::chrono::seconds(25));
  }

  EXPECT_EQ(Get("1002").state(), v1::ORDER_STATE_NEW);
}

// The etag of before would stand for another collecting.
TEST_F(PutBackTest, GivesEachCollectingAnEtagOfItsOwn) {
  CollectedOrder();
  const std::string first = Get("1001").etag();
  ASSERT_TRUE(PutBack());
  Settle();
  ASSERT_TRUE(Collect("1001"));

  const Result<v1::Order> late = Wait<v1::Order>(
      [&](auto done) { commands_->PutBackOrder(Ref("1001"), "once more", first, done); });

  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, "ETAG_STALE");
  EXPECT_EQ(Get("1001").collect_count(), 2);
}

TEST_F(PutBackTest, LeavesWhatTheStoreCancelledToCancelOrder) {
  CollectedOrder();
  StoreDoes([](cv1::Order& order) { order.set_progress(cv1::Order::PROGRESS_CANCELLED); });

  const Result<v1::Order> back = PutBack();

  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().reason, "ORDER_CANCELLED_IN_STORE");
  EXPECT_EQ(StockOf("MUG").on_hand(), 7);
}

TEST_F(PutBackTest, IsRefusedAfterAPartHasLeft) {
  CollectedOrder();
  v1::ShipmentLine part;
  part.set_external_line_id("l1");
  part.set_quantity(1);
  ASSERT_TRUE(Ship("1001", "JJFI1", {part}));

  const Result<v1::Order> back = PutBack();

  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().reason, "ORDER_LEFT_IN_PART");
  ASSERT_TRUE(Ship("1001", "JJFI2"));
  EXPECT_EQ(PutBack().error().reason, "ORDER_STATE");
}

TEST_F(PutBackTest, AcceptsAProductThatIsNotSoldAnyMoreAsItDidBefore) {
  CollectedOrder();
  store_.products["p1"].set_is_active(false);
  Pass(20 * kMinute);

  ASSERT_TRUE(PutBack());
  Settle();

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
}

class PhysicalPutBackTest : public PutBackTest {
 protected:
  PhysicalPutBackTest() : PutBackTest(cv1::STOCK_BASIS_PHYSICAL) {}
};

TEST_F(PhysicalPutBackTest, ShowsTheSameShelfBeforeAndAfter) {
  CollectedOrder();
  ASSERT_EQ(Shown("p1"), 10);

  ASSERT_TRUE(PutBack());
  Settle();

  EXPECT_EQ(Shown("p1"), 10);
}

}  // namespace
}  // namespace storebridge::testing
