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

TEST_F(OneRunTest, RefusesARunByHandWhileAnotherGoesOn) {
  Connect();
  std::vector<Result<v1::SyncRun>> runs;
  for (const domain::Flow flow : {domain::Flow::kOrders, domain::Flow::kProducts}) {
    engine_->StartRun({.store = {"acme", "web"}, .flow = flow},
                      {},
                      [&](const Result<v1::SyncRun>& run) { runs.push_back(run); });
  }
  Settle();

  ASSERT_EQ(runs.size(), 2U);
  EXPECT_TRUE(runs[0]);
  ASSERT_FALSE(runs[1]);
  EXPECT_EQ(runs[1].error().code, Code::kResourceExhausted);
  EXPECT_EQ(runs[1].error().reason, "SYNC_RUNS_MAX");
}

}  // namespace
}  // namespace storebridge::testing
