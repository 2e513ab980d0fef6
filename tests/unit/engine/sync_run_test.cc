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

}  // namespace
}  // namespace storebridge::testing
