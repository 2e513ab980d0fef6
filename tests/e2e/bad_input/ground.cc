#include "bad_input/ground.h"

#include <utility>

#include "day_kit/call.h"
#include "day_kit/wait.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "storebridge/v1/sync_service.grpc.pb.h"

namespace storebridge::e2e {
namespace {

constexpr int kDaySeconds = 86'400;

}  // namespace

testing::AssertionResult Says(const std::string& text, const Words& words) {
  for (const std::string& word : words) {
    if (text.find(word) == std::string::npos) {
      return testing::AssertionFailure() << "no '" << word << "' in: " << text;
    }
  }
  for (const char* secret : {kSecretKey, kSecretSecret}) {
    if (text.find(secret) != std::string::npos) {
      return testing::AssertionFailure() << "a credential in: " << text;
    }
  }
  return testing::AssertionSuccess();
}

v1::StoreSettings QuietSettings() {
  v1::StoreSettings settings;
  settings.set_orders_interval_seconds(kDaySeconds);
  settings.set_products_interval_seconds(kDaySeconds);
  settings.set_stock_interval_seconds(kDaySeconds);
  // Everything that the store has counts: it tells times in whole seconds.
  settings.mutable_orders_from()->set_seconds(1);
  return settings;
}

Result<DemoStore> StartSecretStore(const day::TempFolder& folder,
                                   const std::string& name,
                                   int page_size) {
  SB_TRY(DemoStore store,
         StartDemoStore(
             folder,
             name,
             {.flags = {"--consumer-key", kSecretKey, "--consumer-secret", kSecretSecret}}));
  store.side = std::make_unique<day::DemoSide>(day::DemoAccess{.url = store.url,
                                                               .page_size = page_size,
                                                               .consumer_key = kSecretKey,
                                                               .consumer_secret = kSecretSecret});
  return store;
}

Result<std::string> StateOf(day::Platform& platform) {
  SB_TRY(const std::int64_t last, platform.LastChange());
  SB_TRY(const std::vector<v1::Product> products, platform.ListProducts());
  SB_TRY(const std::vector<v1::Order> orders, platform.ListOrders(""));
  SB_TRY(const std::vector<v1::Issue> issues, platform.ListIssues());
  std::string state = "change " + std::to_string(last);
  for (const v1::Product& product : products) {
    state += "\n" + product.ShortDebugString();
  }
  for (const v1::Order& order : orders) {
    state += "\n" + order.ShortDebugString();
  }
  for (const v1::Issue& issue : issues) {
    state += "\n" + issue.ShortDebugString();
  }
  return state;
}

v1::SyncRun RunInVain(day::Platform& platform, const std::string& store, v1::Flow flow, bool full) {
  const Result<v1::SyncRun> ended = platform.Run(store, flow, full);
  if (ended) {
    ADD_FAILURE() << "it ended well";
    return {};
  }
  v1::SyncService::Stub syncs(platform.channel());
  v1::ListSyncRunsRequest list;
  list.set_parent(platform.StoreName(store));
  // It may have been one that went on already. The list knows it when it is durable.
  v1::SyncRun failed;
  EXPECT_TRUE(Came(day::WaitUntil("the failed run in the list", day::kPatience, [&]() -> Status {
    SB_TRY(const v1::ListSyncRunsResponse runs,
           day::Call<v1::ListSyncRunsResponse>(syncs, &v1::SyncService::Stub::ListSyncRuns, list));
    for (const v1::SyncRun& run : runs.sync_runs()) {
      const bool is_it = ended.error().message.find(run.name() + " ") != std::string::npos;
      if (is_it && run.state() == v1::SyncRun::STATE_FAILED) {
        failed = run;
        return Ok();
      }
    }
    return day::NotYet(runs.ShortDebugString());
  })));
  v1::GetSyncRunRequest get;
  get.set_name(failed.name());
  EXPECT_EQ(Must(day::Call<v1::SyncRun>(syncs, &v1::SyncService::Stub::GetSyncRun, get)).error(),
            failed.error());
  const v1::Store shown = Must(platform.GetStore(store));
  for (const v1::FlowHealth& health : shown.flows()) {
    if (health.flow() == flow) {
      EXPECT_EQ(health.last_error(), failed.error());
      EXPECT_GT(health.failures(), 0);
    }
  }
  return failed;
}

Status IsServing(const std::string& address) {
  const day::Platform platform(address, "nobody");
  grpc::health::v1::Health::Stub stub(platform.channel());
  SB_TRY(const grpc::health::v1::HealthCheckResponse answer,
         day::Call<grpc::health::v1::HealthCheckResponse>(
             stub, &grpc::health::v1::Health::Stub::Check, grpc::health::v1::HealthCheckRequest()));
  if (answer.status() == grpc::health::v1::HealthCheckResponse::SERVING) {
    return Ok();
  }
  return Error{.code = Code::kUnavailable,
               .reason = "HEALTH",
               .message = "the server says that it does not serve"};
}

Result<std::unique_ptr<Ground>> Ground::Start(ServerOptions options) {
  auto ground = std::make_unique<Ground>();
  SB_TRY(ground->well_, StartSecretStore(ground->folder_, "well"));
  options.places.push_back(ground->well_.place);
  SB_TRY(ground->server_, StartServer(ground->folder_, options));
  ground->platform_ = std::make_unique<day::Platform>(ground->server_.address, "well");
  SB_CHECK(ground->platform_->WaitForServer());
  SB_CHECK(ground->platform_->CreateMerchant("Well"));
  SB_TRY([[maybe_unused]] const v1::Store connected,
         ground->platform_->Connect("web", *ground->well_.side, QuietSettings()));
  return ground;
}

Status Ground::IsUp() {
  SB_CHECK(IsServing(server_.address));
  SB_TRY([[maybe_unused]] const v1::SyncRun run, platform_->Run("web", v1::FLOW_ORDERS));
  return Ok();
}

}  // namespace storebridge::e2e
