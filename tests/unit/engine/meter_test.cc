// What those who watch the server are told of runs and stores.
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

class KeepingMeter final : public ports::Meter {
 public:
  void RunEnded(const ports::RunMeasure& run) override {
    ++runs[{std::string(run.connector), run.flow, run.state}];
  }
  std::map<std::tuple<std::string, domain::Flow, v1::SyncRun::State>, int> runs;
};

class MeterTest : public EngineDay {
 protected:
  MeterTest() {
    meter_ = &kept_;
    engine_ = MakeEngine();
  }

  engine::ConnectorCounts Count() {
    std::optional<engine::StoreCounts> counts;
    engine_->CountStores([&](engine::StoreCounts found) { counts = std::move(found); });
    executor_.RunUntil([&] { return counts.has_value(); });
    return (*counts)["fake"];
  }

  int Runs(domain::Flow flow, v1::SyncRun::State state) {
    return kept_.runs[{"fake", flow, state}];
  }

  KeepingMeter kept_;
};

TEST_F(MeterTest, IsToldOfEachRunAlsoOfThoseThatChangeNothing) {
  Connect();
  const int first = Runs(domain::Flow::kOrders, v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_GT(first, 0);

  Pass(5 * kMinute);

  EXPECT_EQ(Runs(domain::Flow::kOrders, v1::SyncRun::STATE_SUCCEEDED), first + 5);
  EXPECT_EQ(Runs(domain::Flow::kOrders, v1::SyncRun::STATE_FAILED), 0);
}

TEST_F(MeterTest, SeesStoresWhoseFlowsFail) {
  Connect();
  Connect("outlet");
  EXPECT_EQ(Count().stores,
            (std::map<v1::Store::State, std::int64_t>{{v1::Store::STATE_ACTIVE, 2}}));
  EXPECT_TRUE(Count().failing.empty());

  cv1::Failure down;
  down.set_code(cv1::Failure::CODE_TRANSIENT);
  down.set_message("the store is down");
  store_.failing["orders.pull"] = down;
  Pass(2 * kMinute);

  EXPECT_EQ(Count().failing[domain::Flow::kOrders], 2);
  EXPECT_GT(Runs(domain::Flow::kOrders, v1::SyncRun::STATE_FAILED), 0);

  store_.failing.clear();
  Pass(30 * kMinute);

  EXPECT_TRUE(Count().failing.empty());
}

}  // namespace
}  // namespace storebridge::testing
