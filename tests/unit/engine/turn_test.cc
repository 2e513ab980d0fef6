// When the flows of stores have their turns.
#include <memory>
#include <string>

#include "domain/timestamp.h"
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kIntervalMs = 60'000;

class TurnTest : public EngineDay {
 protected:
  explicit TurnTest(const engine::Engine::Options& options = {})
      : EngineDay(cv1::STOCK_BASIS_SALABLE, options) {}

  std::int64_t NextPollMs(const std::string& store) {
    const v1::Store shown = ShowStore(store);
    for (const v1::FlowHealth& flow : shown.flows()) {
      if (flow.flow() == v1::FLOW_ORDERS) {
        return domain::MsFromTimestamp(flow.next_run_time());
      }
    }
    ADD_FAILURE() << store << " has no turn";
    return 0;
  }
};

TEST_F(TurnTest, IsThatOfAllStoresOfTheSameSecond) {
  Pass(milliseconds(1'010));
  Connect("web");
  Pass(milliseconds(900));
  Connect("shop");

  EXPECT_EQ(NextPollMs("web"), NextPollMs("shop"));
  EXPECT_LE(NextPollMs("web"), clock_.NowMs() + kIntervalMs);
}

TEST_F(TurnTest, IsNotThatOfAnotherSecond) {
  Pass(milliseconds(1'240));
  Connect("web");
  Pass(milliseconds(800));
  Connect("shop");

  EXPECT_EQ(NextPollMs("web") + 1'000, NextPollMs("shop"));
}

class FewSlotsTurnTest : public TurnTest {
 protected:
  FewSlotsTurnTest() : TurnTest({.sync_runs_max = 1, .retention = {}}) {}

  void ConnectHasty(const std::string& store, int interval_seconds) {
    Connect(store, [interval_seconds](v1::Store& made) {
      made.mutable_settings()->set_orders_interval_seconds(interval_seconds);
    });
  }
};

// More than 1,800 turns in an hour could take half of the only place.
TEST_F(FewSlotsTurnTest, IsAQuarterOfASecondWhereStoresAreReadVeryOften) {
  Pass(milliseconds(1'300));
  for (const std::string store : {"a", "b", "c", "d", "e"}) {
    ConnectHasty(store, 10);
  }
  EXPECT_EQ(NextPollMs("e"), clock_.NowMs() + 10'000 - 50);
}

TEST_F(FewSlotsTurnTest, IsASecondWhereTheyAreReadSeldom) {
  Pass(milliseconds(1'300));
  for (const std::string store : {"a", "b", "c", "d", "e"}) {
    ConnectHasty(store, 60);
  }
  EXPECT_EQ(NextPollMs("e"), clock_.NowMs() + 60'000 - 300);
}

TEST_F(TurnTest, ComesAfterOneIntervalEachTime) {
  Pass(milliseconds(300));
  Connect();
  Pass(milliseconds(NextPollMs("web") - clock_.NowMs()));
  const std::int64_t first = clock_.NowMs();

  for (int turn = 1; turn <= 3; ++turn) {
    EXPECT_EQ(NextPollMs("web"), first + turn * kIntervalMs);
    Pass(milliseconds(kIntervalMs));
  }
}

// Each of them is written, and that reads the orders first: no turn of the orders' own comes.
TEST_F(TurnTest, OfALookAtAllOrdersIsNotLostWhileStockChangesAllTheTime) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 100);
  const int before = store_.full_pulls["orders.pull"];

  for (int half_minute = 1; half_minute <= 80; ++half_minute) {
    Pass(std::chrono::seconds(30));
    SetStock("MUG", 100 + half_minute);
  }

  EXPECT_EQ(store_.full_pulls["orders.pull"] - before, 2) << "one each quarter of an hour";
}

// Or nothing could be read until the store answers all of it again.
TEST_F(TurnTest, OfALookAtAllOrdersIsNotForcedOnWhoAsksForNewOnesWhileItFails) {
  Connect();
  store_.failing["orders.pull"].set_code(cv1::Failure::CODE_TRANSIENT);
  Pass(16 * kMinute);
  store_.failing.clear();
  const int before = store_.full_pulls["orders.pull"];

  ASSERT_TRUE(Wait<v1::SyncRun>([&](auto done) {
    engine_->StartRun({.store = {"acme", "web"}, .flow = domain::Flow::kOrders}, {}, done);
  }));
  Settle();

  EXPECT_EQ(store_.full_pulls["orders.pull"], before);
}

TEST_F(TurnTest, OfALookAtAllOrdersIsNotLostWhileSomebodyAsksForNewOnesAllTheTime) {
  Connect();
  const int before = store_.full_pulls["orders.pull"];

  for (int half_minute = 1; half_minute <= 80; ++half_minute) {
    Pass(std::chrono::seconds(30));
    ASSERT_TRUE(Wait<v1::SyncRun>([&](auto done) {
      engine_->StartRun({.store = {"acme", "web"}, .flow = domain::Flow::kOrders}, {}, done);
    }));
  }

  EXPECT_EQ(store_.full_pulls["orders.pull"] - before, 2);
}

}  // namespace
}  // namespace storebridge::testing
