#include <map>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class SyncRunTest : public EngineDay {
 protected:
  Result<v1::SyncRun> Start(const engine::RequestKey& key, bool is_full = false) {
    return Wait<v1::SyncRun>([&](auto done) {
      engine_->StartRun(
          {.store = {"acme", "web"}, .flow = domain::Flow::kOrders, .is_full = is_full}, key, done);
    });
  }

  // As it is in the storage.
  Result<v1::SyncRun> Kept(const v1::SyncRun& run) const {
    Result<v1::SyncRun> kept = v1::SyncRun();
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      kept = tx.sync_runs().Get({"acme", "web"}, domain::ParseSyncRunName(run.name())->run);
      return Ok();
    });
    EXPECT_TRUE(read);
    return kept;
  }
};

TEST_F(SyncRunTest, StartsOneRunPerRequestId) {
  Connect();
  const Result<v1::SyncRun> first = Start({.id = "once", .hash = 1});
  ASSERT_TRUE(first) << first.error().message;
  Pass(kMinute);
  const int pulls = store_.sessions["orders.pull"];

  const Result<v1::SyncRun> again = Start({.id = "once", .hash = 1});
  Settle();

  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->name(), first->name());
  EXPECT_EQ(store_.sessions["orders.pull"], pulls);
}

TEST_F(SyncRunTest, GivesTwoCallsWithOneRequestIdThatCrossTheSameRun) {
  Connect();
  std::vector<std::string> names;
  for (int i = 0; i < 2; ++i) {
    engine_->StartRun({.store = {"acme", "web"}, .flow = domain::Flow::kOrders},
                      {.id = "once", .hash = 1},
                      [&](const Result<v1::SyncRun>& run) { names.push_back(run->name()); });
  }
  Settle();

  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0], names[1]);
}

TEST_F(SyncRunTest, RefusesARequestIdThatWasUsedForAnotherRun) {
  Connect();
  ASSERT_TRUE(Start({.id = "once", .hash = 1}));

  const Result<v1::SyncRun> other = Start({.id = "once", .hash = 2}, true);

  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "REQUEST_ID_REUSED");
}

TEST_F(SyncRunTest, KeepsARunFromWhenItsNameIsGivenAway) {
  Connect();
  for (const std::string id : {"", "once"}) {
    SCOPED_TRACE(id);
    const Result<v1::SyncRun> run = Start({.id = id, .hash = 1});
    ASSERT_TRUE(run) << run.error().message;

    const Result<v1::SyncRun> kept = Kept(*run);

    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(kept->state(), v1::SyncRun::STATE_RUNNING);
    Pass(kMinute);
    EXPECT_EQ(Kept(*run)->state(), v1::SyncRun::STATE_SUCCEEDED);
  }
}

TEST_F(SyncRunTest, TellsAfterACrashWhatBecameOfRunsThatWereGoingOn) {
  Connect();
  v1::SyncRun run;
  run.set_name("merchants/acme/stores/web/syncRuns/r1");
  run.set_state(v1::SyncRun::STATE_RUNNING);
  storage_->Submit(
      [run](ports::Tx& tx) {
        return tx.sync_runs().Put({"acme", "web"}, run);
      },
      [](const Status& status) { ASSERT_TRUE(status) << status.error().message; });
  Settle();

  Crash();

  const Result<v1::SyncRun> found = Wait<v1::SyncRun>([&](auto done) {
    engine_->GetRun({"acme", "web"}, "r1", std::move(done));
  });
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->state(), v1::SyncRun::STATE_FAILED);
  EXPECT_EQ(found->error_reason(), "SERVER_ENDED");
  EXPECT_TRUE(found->has_end_time());
}

// One run at a time, over all stores.
class OneRunTest : public EngineDay {
 protected:
  OneRunTest() : EngineDay(cv1::STOCK_BASIS_SALABLE, {.sync_runs_max = 1, .retention = {}}) {}
};

TEST_F(OneRunTest, LetsEveryFlowOfEveryStoreHaveItsTurn) {
  Sell("MUG", "p1");
  for (const char* store : {"web", "outlet", "pop-up"}) {
    Connect(store);
  }
  SetStock("MUG", 5);

  Pass(2 * kMinute);

  EXPECT_EQ(Shown("p1"), 5);
  for (const char* store : {"web", "outlet", "pop-up"}) {
    const v1::Store shown = ShowStore(store);
    for (const v1::FlowHealth& flow : shown.flows()) {
      EXPECT_TRUE(flow.has_last_success_time() || flow.flow() == v1::FLOW_SHIPMENTS)
          << store << " " << v1::Flow_Name(flow.flow());
    }
  }
}

// The orders come first, and need the only place.
TEST_F(OneRunTest, MakesARunByHandThatWaitsForAnotherOfItsStore) {
  Sell("MUG", "p1");
  Connect();
  Pass(10 * kMinute);
  std::optional<Result<v1::SyncRun>> run;
  Pass(std::chrono::seconds(40));
  engine_->StartRun({.store = {"acme", "web"}, .flow = domain::Flow::kStock},
                    {},
                    [&run](const Result<v1::SyncRun>& begun) { run = begun; });
  executor_.RunUntil([&] { return run.has_value(); });
  ASSERT_TRUE(*run) << run->error().message;
  EXPECT_EQ((*run)->state(), v1::SyncRun::STATE_RUNNING);

  Settle();

  const Result<v1::SyncRun> ended = Wait<v1::SyncRun>([&](auto done) {
    engine_->GetRun({"acme", "web"}, domain::ParseSyncRunName((*run)->name())->run, done);
  });
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->state(), v1::SyncRun::STATE_SUCCEEDED) << ended->DebugString();
}

TEST_F(OneRunTest, RefusesARunByHandWhileAnotherGoesOn) {
  Connect();
  std::map<domain::Flow, Result<v1::SyncRun>> runs;
  for (const domain::Flow flow : {domain::Flow::kOrders, domain::Flow::kProducts}) {
    engine_->StartRun({.store = {"acme", "web"}, .flow = flow},
                      {},
                      [&runs, flow](const Result<v1::SyncRun>& run) { runs.emplace(flow, run); });
  }
  Settle();

  ASSERT_EQ(runs.size(), 2U);
  EXPECT_TRUE(runs.at(domain::Flow::kOrders));
  const Result<v1::SyncRun>& second = runs.at(domain::Flow::kProducts);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kResourceExhausted);
  EXPECT_EQ(second.error().reason, "SYNC_RUNS_MAX");
}

}  // namespace
}  // namespace storebridge::testing
