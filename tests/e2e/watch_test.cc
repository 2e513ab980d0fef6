// What WatchSyncRun tells while a real store answers.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "day_kit/call.h"
#include "demo_fixture.h"
#include "storebridge/v1/sync_service.grpc.pb.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr int kOrders = 6;
// Until the watch stands, also on a busy machine.
constexpr std::int64_t kFirstAnswerMs = 8'000;

class WatchTest : public DemoFixture {
 protected:
  // Starts to read the orders and watches that until the stream ends.
  std::vector<v1::SyncRun> WatchOrders() {
    v1::SyncService::Stub syncs(platform_->channel());
    v1::StartSyncRunRequest start;
    start.set_parent(platform_->StoreName("web"));
    start.set_flow(v1::FLOW_ORDERS);
    const v1::SyncRun started =
        Must(day::Call<v1::SyncRun>(syncs, &v1::SyncService::Stub::StartSyncRun, start));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + day::Platform::kRunMost);
    v1::WatchSyncRunRequest watch;
    watch.set_name(started.name());
    const auto stream = syncs.WatchSyncRun(&context, watch);
    std::vector<v1::SyncRun> shown;
    v1::WatchSyncRunResponse response;
    while (stream->Read(&response)) {
      shown.push_back(response.sync_run());
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return shown;
  }
};

// The connector puts what came within half a minute into one page.
TEST_F(WatchTest, ShowsARunAfterEachPageAndEndsWithIt) {
  StartAll();
  Stock(kMug, kOrders);
  Buy(kMug, kOrders);
  ASSERT_TRUE(Came(store_.side->Misbehave(
      {{"kind", "slow"}, {"route", "/wc/v3/orders"}, {"delay_ms", kFirstAnswerMs}, {"times", 1}})));

  const std::vector<v1::SyncRun> shown = WatchOrders();

  ASSERT_GE(shown.size(), 3U) << "as it began, after a page, as it ended";
  EXPECT_EQ(shown.front().counts().pages(), 0);
  for (std::size_t i = 0; i + 1 < shown.size(); ++i) {
    EXPECT_EQ(shown[i].state(), v1::SyncRun::STATE_RUNNING);
    EXPECT_EQ(shown[i].counts().pages(), static_cast<std::int64_t>(i)) << "one message a page";
    EXPECT_LE(shown[i].counts().seen(), shown[i + 1].counts().seen());
  }
  EXPECT_EQ(shown.back().state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_EQ(shown.back().counts().changed(), kOrders);
}

}  // namespace
}  // namespace storebridge::e2e
