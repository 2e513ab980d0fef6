#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using Ids = std::vector<std::string>;

// A store whose open orders are listed at every poll.
class QuietRoundTest : public EngineDay {
 protected:
  QuietRoundTest() {
    store_.lists_open_orders = true;
    host_.manifest().set_order_feed(cv1::ORDER_FEED_OPEN_SET);
  }

  // What the next poll fetches.
  Ids NextFetch() {
    const std::size_t before = store_.fetches.size();
    Pass(kMinute);
    return store_.fetches.size() > before ? store_.fetches.back() : Ids{"no poll"};
  }
  std::size_t Runs() {
    std::size_t runs = 0;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const std::vector<v1::SyncRun> kept, tx.sync_runs().List({"acme", "web"}, "", 1000));
      runs = kept.size();
      return Ok();
    });
    EXPECT_TRUE(read);
    return runs;
  }
  void Unreadable(const std::string& id) {
    cv1::BadRecord& bad = store_.bad.emplace_back();
    bad.set_is_order(true);
    bad.set_external_id(id);
    bad.set_message("$.lines[0].quantity is a string");
  }
};

TEST_F(QuietRoundTest, FetchesAnOrderOfThePastOnce) {
  Sell("MUG", "p1");
  cv1::Order& past = Order("900", "MUG", 1);
  past.set_paid_ms(past.paid_ms() - 86'400'000);
  Connect();

  Pass(kMinute);
  ASSERT_EQ(store_.fetches.front(), Ids{"900"});

  EXPECT_EQ(NextFetch(), Ids{});
  EXPECT_TRUE(Orders().empty());
}

TEST_F(QuietRoundTest, FetchesAnIgnoredOrderAgainWhenItChanges) {
  Sell("MUG", "p1");
  cv1::Order& past = Order("900", "MUG", 1);
  past.set_paid_ms(past.paid_ms() - 86'400'000);
  Connect();
  Pass(2 * kMinute);

  Modify(past);

  EXPECT_EQ(NextFetch(), Ids{"900"});
  EXPECT_EQ(NextFetch(), Ids{});
}

TEST_F(QuietRoundTest, LooksAtThePastAgainWhenOrdersFromIsMoved) {
  Sell("MUG", "p1");
  cv1::Order& past = Order("900", "MUG", 1);
  past.set_paid_ms(past.paid_ms() - 86'400'000);
  Connect();
  Pass(2 * kMinute);
  ASSERT_TRUE(Orders().empty());

  engine::StoreChange change;
  change.key = {"acme", "web"};
  change.merge_settings = [](v1::StoreSettings& settings) {
    settings.mutable_orders_from()->set_seconds(1);
  };
  ASSERT_TRUE(Wait<v1::Store>([&](auto done) { commands_->UpdateStore(change, done); }));
  Pass(kMinute);

  EXPECT_EQ(Orders().size(), 1U);
}

TEST_F(QuietRoundTest, FetchesWhatCannotBeReadOnceUntilEverythingIsCompared) {
  Sell("MUG", "p1");
  Order("1001", "MUG", 1);
  Unreadable("1001");
  Connect();
  Pass(kMinute);
  ASSERT_EQ(OpenIssues().size(), 1U);
  EXPECT_EQ(NextFetch(), Ids{});

  store_.bad.clear();
  Pass(16 * kMinute);

  EXPECT_EQ(Orders().size(), 1U);
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(QuietRoundTest, FetchesACollectedOrderThatIsNotListedAnyMoreOnce) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  Order("1001", "MUG", 1);
  Pass(kMinute);
  ASSERT_TRUE(Collect("1001"));
  store_.hidden.insert("1001");

  EXPECT_EQ(NextFetch(), Ids{"1001"});
  EXPECT_EQ(NextFetch(), Ids{});
}

TEST_F(QuietRoundTest, SeesThatAPersonEndedInTheStoreWhatWasCancelledHere) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  Order("1001", "MUG", 1);
  Pass(kMinute);
  ASSERT_TRUE(Wait<v1::Order>(
      [&](auto done) { commands_->CancelOrder(Ref("1001"), "out of stock", "", done); }));
  ASSERT_EQ(OpenIssues().size(), 1U);
  EXPECT_EQ(NextFetch(), Ids{});

  store_.orders["1001"].set_progress(cv1::Order::PROGRESS_CANCELLED);
  Modify(store_.orders["1001"]);
  EXPECT_EQ(NextFetch(), Ids{"1001"});

  EXPECT_TRUE(OpenIssues().empty());
  EXPECT_EQ(NextFetch(), Ids{});
}

TEST_F(QuietRoundTest, MakesNoRunAndNoCommitOfARecordThatStaysUnreadable) {
  store_.lists_open_orders = false;
  Sell("MUG", "p1");
  Unreadable("1001");
  Connect();
  Pass(2 * kMinute);
  ASSERT_EQ(OpenIssues().size(), 1U);
  const std::size_t runs = Runs();
  const std::int64_t commits = storage_->commits();

  Pass(10 * kMinute);

  EXPECT_EQ(Runs(), runs);
  EXPECT_EQ(storage_->commits(), commits);
  EXPECT_GE(ShowStore().flows(1).idle_runs(), 10);
}

TEST_F(QuietRoundTest, KeepsARunThatFindsAnotherFault) {
  store_.lists_open_orders = false;
  Unreadable("1001");
  Connect();
  Pass(2 * kMinute);
  const std::size_t runs = Runs();

  store_.bad[0].set_message("$.lines[1].quantity is missing");
  Pass(kMinute);

  EXPECT_EQ(Runs(), runs + 1);
}

}  // namespace
}  // namespace storebridge::testing
