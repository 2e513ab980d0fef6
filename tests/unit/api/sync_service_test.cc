#include "api/sync_service.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "api/request_key.h"
#include "api_fixture.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

const domain::StoreKey kWeb{.merchant = "demo", .store = "web"};

class SyncServiceTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    CreateStore(kWeb);
    stub_ = v1::SyncService::NewStub(channel_);
  }

  // Gives the name of a run that ended.
  std::string CreateRun() {
    const std::string name = domain::SyncRunName(kWeb, NextId());
    Write([&](ports::Tx& tx) {
      v1::SyncRun run;
      run.set_name(name);
      run.set_flow(v1::FLOW_ORDERS);
      run.set_state(v1::SyncRun::STATE_SUCCEEDED);
      return tx.sync_runs().Put(kWeb, run);
    });
    return name;
  }

  std::unique_ptr<v1::SyncService::Stub> stub_;
};

TEST_F(SyncServiceTest, ShowsARunAndListsTheNewestFirst) {
  const std::string older = CreateRun();
  const std::string newer = CreateRun();
  grpc::ClientContext getting;
  v1::GetSyncRunRequest get;
  get.set_name(older);
  v1::SyncRun run;
  grpc::ClientContext listing;
  v1::ListSyncRunsRequest list;
  list.set_parent(domain::StoreName(kWeb));
  v1::ListSyncRunsResponse response;

  ASSERT_TRUE(stub_->GetSyncRun(&getting, get, &run).ok());
  ASSERT_TRUE(stub_->ListSyncRuns(&listing, list, &response).ok());

  EXPECT_EQ(run.name(), older);
  ASSERT_EQ(response.sync_runs_size(), 2);
  EXPECT_EQ(response.sync_runs(0).name(), newer);
  EXPECT_EQ(response.sync_runs(1).name(), older);
}

TEST_F(SyncServiceTest, EndsAWatchOfARunThatHasEnded) {
  grpc::ClientContext context;
  v1::WatchSyncRunRequest request;
  request.set_name(CreateRun());
  const auto stream = stub_->WatchSyncRun(&context, request);
  v1::WatchSyncRunResponse response;

  EXPECT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.sync_run().state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(SyncServiceTest, RefusesToWatchWhatIsNoRun) {
  for (const auto& [name, code] :
       {std::pair{std::string("x"), grpc::StatusCode::INVALID_ARGUMENT},
        std::pair{domain::SyncRunName(kWeb, "0000000000000"), grpc::StatusCode::NOT_FOUND}}) {
    grpc::ClientContext context;
    v1::WatchSyncRunRequest request;
    request.set_name(name);
    v1::WatchSyncRunResponse response;
    const auto stream = stub_->WatchSyncRun(&context, request);

    EXPECT_FALSE(stream->Read(&response));
    EXPECT_EQ(stream->Finish().error_code(), code);
  }
}

TEST_F(SyncServiceTest, RefusesToRunAPausedStore) {
  grpc::ClientContext context;
  v1::StartSyncRunRequest request;
  request.set_parent(domain::StoreName(kWeb));
  request.set_flow(v1::FLOW_ORDERS);
  request.set_request_id("once");
  v1::SyncRun run;

  const grpc::Status status = stub_->StartSyncRun(&context, request, &run);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << status.error_message();
}

TEST_F(SyncServiceTest, GivesTheFirstAnswerToARepeatedStart) {
  v1::StartSyncRunRequest request;
  request.set_parent(domain::StoreName(kWeb));
  request.set_flow(v1::FLOW_ORDERS);
  request.set_request_id("once");
  const engine::RequestKey key = MakeRequestKey("StartSyncRun", request).value();
  v1::SyncRun kept;
  kept.set_name(domain::SyncRunName(kWeb, "0000000000001"));
  Write([&](ports::Tx& tx) {
    return tx.requests().Put(
        "demo", "once", {.request_hash = key.hash, .answer = kept.SerializeAsString()});
  });
  grpc::ClientContext again;
  grpc::ClientContext changed;
  v1::SyncRun run;

  const grpc::Status repeated = stub_->StartSyncRun(&again, request, &run);
  request.set_full(true);
  const grpc::Status reused = stub_->StartSyncRun(&changed, request, &run);

  ASSERT_TRUE(repeated.ok()) << repeated.error_message();
  EXPECT_EQ(run.name(), kept.name());
  EXPECT_EQ(InfoOf(reused).reason(), "REQUEST_ID_REUSED");
}

}  // namespace
}  // namespace storebridge::api
