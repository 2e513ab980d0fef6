// Runs that a person stops while they go on: with CancelSyncRun, or with PauseStore.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::seconds;

// How long the store takes to answer.
constexpr seconds kAnswer{10};
constexpr std::size_t kOrders = 6;

class StoppedRunTest : public EngineDay {
 protected:
  StoppedRunTest() { egress_.delay = kAnswer; }

  // Six orders wait in the store, two on a page, of goods that were never counted: no other flow
  // has to do with them.
  void SixOrders() {
    Sell("MUG", "p1");
    Connect();
    PlaceSix();
  }
  void PlaceSix() {
    for (std::size_t i = 1; i <= kOrders; ++i) {
      Order(std::to_string(1000 + i), "MUG", 1);
    }
    store_.orders_per_page = 2;
  }
  // The time of a whole look at them, and a little.
  static constexpr seconds kWholeRun = 4 * kAnswer;

  // Gives the id of the run that goes on.
  std::string Start(domain::Flow flow = domain::Flow::kOrders) {
    const Result<v1::SyncRun> run = Wait<v1::SyncRun>([&](auto done) {
      engine_->StartRun({.store = {"acme", "web"}, .flow = flow}, {}, done);
    });
    EXPECT_TRUE(run) << run.error().message;
    return run ? run->name().substr(run->name().rfind('/') + 1) : "";
  }

  // The same, when it has taken one page over.
  std::string StartAndTakeAPage() {
    SixOrders();
    std::string run = Start();
    Pass(kAnswer);
    EXPECT_EQ(Orders().size(), 2U);
    EXPECT_EQ(Show(run).state(), v1::SyncRun::STATE_RUNNING);
    return run;
  }

  Result<v1::SyncRun> Cancel(const std::string& run, const std::string& store = "web") {
    Result<v1::SyncRun> shown = Wait<v1::SyncRun>([&](auto done) {
      engine_->CancelRun({"acme", store}, run, std::move(done));
    });
    Settle();
    return shown;
  }

  v1::SyncRun Show(const std::string& run) {
    const Result<v1::SyncRun> shown = Wait<v1::SyncRun>([&](auto done) {
      engine_->GetRun({"acme", "web"}, run, std::move(done));
    });
    EXPECT_TRUE(shown) << shown.error().message;
    return shown ? *shown : v1::SyncRun();
  }

  void Pause() {
    ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
      commands_->PauseStore({"acme", "web"}, "stock-taking", std::move(done));
    }));
  }

  void Resume() {
    ASSERT_TRUE(Wait<v1::Store>([&](auto done) {
      commands_->ResumeStore({"acme", "web"}, std::move(done));
    }));
  }
};

class CancelledRunTest : public StoppedRunTest {};

TEST_F(CancelledRunTest, KeepsWhatItTookOverAndFetchesNothingMore) {
  const std::string run = StartAndTakeAPage();
  const std::size_t asked = egress_.sent.size();

  const Result<v1::SyncRun> cancelled = Cancel(run);

  ASSERT_TRUE(cancelled) << cancelled.error().message;
  const v1::SyncRun shown = Show(run);
  EXPECT_EQ(shown.state(), v1::SyncRun::STATE_CANCELLED);
  EXPECT_EQ(shown.error_reason(), "CODE_CANCELLED");
  EXPECT_TRUE(shown.has_end_time());
  EXPECT_EQ(shown.counts().changed(), 2);
  Pass(kWholeRun);
  EXPECT_EQ(egress_.sent.size(), asked);
  EXPECT_EQ(Orders().size(), 2U);
}

TEST_F(CancelledRunTest, IsNoFailureOfItsFlow) {
  ASSERT_TRUE(Cancel(StartAndTakeAPage()));

  const v1::Store store = ShowStore();
  for (const v1::FlowHealth& flow : store.flows()) {
    EXPECT_EQ(flow.failures(), 0) << v1::Flow_Name(flow.flow());
    EXPECT_EQ(flow.last_error(), "") << v1::Flow_Name(flow.flow());
  }
}

TEST_F(CancelledRunTest, LeavesTheRestToTheNextOne) {
  const std::string run = StartAndTakeAPage();
  ASSERT_TRUE(Cancel(run));

  const std::string next = Start();
  Pass(kWholeRun);

  EXPECT_NE(next, run);
  EXPECT_EQ(Show(next).state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_EQ(Orders().size(), kOrders);
}

TEST_F(CancelledRunTest, DoesNotKeepTheFlowFromItsNextTurn) {
  ASSERT_TRUE(Cancel(StartAndTakeAPage()));

  Pass(kMinute + kWholeRun);

  EXPECT_EQ(Orders().size(), kOrders);
}

TEST_F(CancelledRunTest, StaysAsItEndedWhenItHasEndedBefore) {
  SixOrders();
  const std::string run = Start();
  Pass(kWholeRun);
  ASSERT_EQ(Show(run).state(), v1::SyncRun::STATE_SUCCEEDED);

  const Result<v1::SyncRun> cancelled = Cancel(run);

  ASSERT_TRUE(cancelled) << cancelled.error().message;
  EXPECT_EQ(cancelled->state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_EQ(Show(run).SerializeAsString(), cancelled->SerializeAsString());
}

TEST_F(CancelledRunTest, IsNotFoundWhenThereIsNone) {
  SixOrders();

  const Result<v1::SyncRun> unknown = Cancel("0000000000000");

  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kNotFound);
  EXPECT_EQ(unknown.error().reason, "SYNC_RUN_NOT_FOUND");
}

TEST_F(CancelledRunTest, IsNotReachedUnderTheNameOfAnotherStore) {
  Sell("MUG", "p1");
  Connect("outlet");
  SixOrders();
  const std::string run = Start();
  Pass(kAnswer);

  const Result<v1::SyncRun> other = Cancel(run, "outlet");
  Pass(kWholeRun);

  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::kNotFound);
  EXPECT_EQ(Show(run).state(), v1::SyncRun::STATE_SUCCEEDED);
}

// A run of the stock that somebody started waits until the orders were read.
TEST_F(CancelledRunTest, NeverBeginsWhileItStillWaitsForAnother) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  PlaceSix();
  const std::string orders = Start();
  const std::string stock = Start(domain::Flow::kStock);
  Settle();
  const std::size_t pushes = store_.stock_pushes.size();

  ASSERT_TRUE(Cancel(stock));

  EXPECT_EQ(Show(stock).state(), v1::SyncRun::STATE_CANCELLED);
  EXPECT_EQ(Show(orders).state(), v1::SyncRun::STATE_RUNNING);
  EXPECT_EQ(store_.stock_pushes.size(), pushes);
  Pass(kWholeRun);
  EXPECT_EQ(Show(orders).state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_EQ(Shown("p1"), 0) << "what the orders changed is pushed in its own turn";
}

TEST_F(CancelledRunTest, PushesAgainWhatItGotNoAnswerTo) {
  Sell("MUG", "p1");
  Connect();
  store_.pushes_by_request = true;
  egress_.answer = [](const cv1::HttpRequest& /*request*/) { return std::nullopt; };
  SetStock("MUG", 5);
  ASSERT_EQ(egress_.sent.size(), 1U);
  const std::string run = Start(domain::Flow::kStock);
  egress_.answer = nullptr;

  ASSERT_TRUE(Cancel(run));
  Pass(2 * kAnswer);
  EXPECT_EQ(Show(run).state(), v1::SyncRun::STATE_CANCELLED);
  EXPECT_EQ(egress_.sent.size(), 1U) << "not at once: somebody wanted it to stop";
  Pass(15 * kMinute);

  EXPECT_EQ(egress_.sent.size(), 2U);
  EXPECT_EQ(Shown("p1"), 5);
}

class PausedStoreTest : public StoppedRunTest {
 protected:
  v1::StoreReport::State ReportOf(const std::string& number) {
    return Get(number).shipments(0).store_report().state();
  }
};

TEST_F(PausedStoreTest, StopsTheRunThatGoesOnAndBeginsNoOther) {
  const std::string run = StartAndTakeAPage();

  Pause();
  Settle();
  const std::size_t asked = egress_.sent.size();
  const std::map<std::string, int> sessions = store_.sessions;
  Pass(60 * kMinute);

  EXPECT_EQ(Show(run).state(), v1::SyncRun::STATE_CANCELLED);
  EXPECT_EQ(egress_.sent.size(), asked);
  EXPECT_EQ(store_.sessions, sessions);
  EXPECT_EQ(Orders().size(), 2U);
  const v1::Store store = ShowStore();
  EXPECT_EQ(store.state(), v1::Store::STATE_PAUSED);
  EXPECT_EQ(store.state_reason(), "stock-taking");
  for (const v1::FlowHealth& flow : store.flows()) {
    EXPECT_FALSE(flow.has_next_run_time()) << v1::Flow_Name(flow.flow());
  }
}

TEST_F(PausedStoreTest, TakesTheRestOverOnceItIsResumed) {
  StartAndTakeAPage();
  Pause();
  Pass(60 * kMinute);

  Resume();
  Pass(kWholeRun);

  EXPECT_EQ(Orders().size(), kOrders);
  EXPECT_EQ(ShowStore().state(), v1::Store::STATE_ACTIVE);
  EXPECT_EQ(ShowStore().state_reason(), "");
}

// Whether the engine has seen the pause before it is over, or not.
TEST_F(PausedStoreTest, LosesNothingWhenItIsResumedAtOnce) {
  const std::string run = StartAndTakeAPage();

  Pause();
  Resume();
  Pass(kWholeRun);

  EXPECT_NE(Show(run).state(), v1::SyncRun::STATE_RUNNING);
  EXPECT_EQ(Orders().size(), kOrders);
}

TEST_F(PausedStoreTest, IsNotDisturbedByAResumeWhileItIsActive) {
  const std::string run = StartAndTakeAPage();

  Resume();
  Pass(kWholeRun);

  EXPECT_EQ(Show(run).state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_EQ(Orders().size(), kOrders);
}

TEST_F(PausedStoreTest, IsSentTheNewestStockOnceItIsResumed) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 5);
  ASSERT_EQ(Shown("p1"), 5);
  const std::size_t pushes = store_.stock_pushes.size();

  Pause();
  SetStock("MUG", 7);
  Order("1001", "MUG", 2);
  SetStock("MUG", 9);
  Pass(60 * kMinute);

  EXPECT_EQ(store_.stock_pushes.size(), pushes);
  EXPECT_TRUE(Orders().empty());
  Resume();
  Settle();
  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Shown("p1"), 7) << "nine, less the two that were bought meanwhile";
  EXPECT_EQ(store_.stock_pushes.size(), pushes + 1);
}

TEST_F(PausedStoreTest, IsToldOfNoFurtherShipmentAndOfEachOnceInTheEnd) {
  const std::vector<std::string> numbers = {"1001", "1002", "1003"};
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 100);
  for (const std::string& number : numbers) {
    Order(number, "MUG", 1);
  }
  Pass(kMinute);
  for (const std::string& number : numbers) {
    ASSERT_TRUE(Collect(number));
  }
  Pass(kMinute);
  store_.pushes_by_request = true;
  egress_.answer = [this](const cv1::HttpRequest& request) {
    store_.told.insert(request.ref());
    return ports::EgressAnswer();
  };
  for (const std::string& number : numbers) {
    ASSERT_TRUE(Ship(number, "JJFI" + number));
  }
  ASSERT_EQ(Told().size(), 1U) << "its answer is still on its way";

  Pause();
  Pass(60 * kMinute);
  EXPECT_EQ(Told().size(), 1U);
  EXPECT_EQ(ReportOf("1001"), v1::StoreReport::STATE_SENDING);
  EXPECT_EQ(ReportOf("1002"), v1::StoreReport::STATE_WAITING);
  EXPECT_EQ(ReportOf("1003"), v1::StoreReport::STATE_WAITING);

  Resume();
  Pass(3 * kMinute);
  const std::vector<std::string> told = Told();
  EXPECT_EQ(told.size(), numbers.size());
  EXPECT_EQ(std::set<std::string>(told.begin(), told.end()).size(), numbers.size());
  for (const std::string& number : numbers) {
    EXPECT_EQ(ReportOf(number), v1::StoreReport::STATE_CONFIRMED) << number;
  }
}

}  // namespace
}  // namespace storebridge::testing
