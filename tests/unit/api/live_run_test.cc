// Calls about a run while it goes on, as far as the test lets its store answer.
#include <chrono>
#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "api_fixture.h"
#include "paged_session.h"
#include "storebridge/v1/sync_service.grpc.pb.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

constexpr int kDaySeconds = 86'400;

const domain::StoreKey kWeb{.merchant = "demo", .store = "web"};

class LiveRunTest : public testing::ApiFixture {
 protected:
  // A store whose first look at its orders is on its way.
  void SetUp() override {
    connectors_.operations = {"orders.pull"};
    connectors_.open = [] { return std::make_unique<testing::PagedSession>(); };
    ApiFixture::SetUp();
    CreateMerchant("demo");
    Write([](ports::Tx& tx) {
      v1::Store store;
      store.set_name(domain::StoreName(kWeb));
      store.set_connector("connectors/demo");
      store.set_config_json("{}");
      store.set_state(v1::Store::STATE_ACTIVE);
      // No other look comes by itself.
      store.mutable_settings()->set_orders_interval_seconds(kDaySeconds);
      tx.Reload(kWeb);
      return tx.stores().Put(kWeb, store);
    });
    stub_ = v1::SyncService::NewStub(channel_);
    stores_ = v1::StoreService::NewStub(channel_);
    ASSERT_TRUE(egress_.WaitForRequest());
  }

  void TearDown() override {
    const auto drained = std::make_shared<std::promise<void>>();
    engine_->Drain([drained] { drained->set_value(); });
    EXPECT_EQ(drained->get_future().wait_for(testing::HeldEgress::kPatience),
              std::future_status::ready);
    ApiFixture::TearDown();
  }

  static void Limit(grpc::ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() + testing::HeldEgress::kPatience);
  }

  grpc::Status Start(v1::SyncRun* run) {
    grpc::ClientContext context;
    Limit(context);
    v1::StartSyncRunRequest request;
    request.set_parent(domain::StoreName(kWeb));
    request.set_flow(v1::FLOW_ORDERS);
    return stub_->StartSyncRun(&context, request, run);
  }

  // The name of the run that goes on, or else of a new one.
  std::string StartOrFind() {
    v1::SyncRun run;
    const grpc::Status status = Start(&run);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(run.state(), v1::SyncRun::STATE_RUNNING);
    return run.name();
  }

  grpc::Status Cancel(const std::string& name, v1::SyncRun* run) {
    grpc::ClientContext context;
    Limit(context);
    v1::CancelSyncRunRequest request;
    request.set_name(name);
    return stub_->CancelSyncRun(&context, request, run);
  }

  grpc::Status Pause() {
    grpc::ClientContext context;
    Limit(context);
    v1::PauseStoreRequest request;
    request.set_name(domain::StoreName(kWeb));
    v1::Store store;
    return stores_->PauseStore(&context, request, &store);
  }

  v1::SyncRun Get(const std::string& name) {
    grpc::ClientContext context;
    Limit(context);
    v1::GetSyncRunRequest request;
    request.set_name(name);
    v1::SyncRun run;
    const grpc::Status status = stub_->GetSyncRun(&context, request, &run);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return run;
  }

  // The store's next page has so many orders; 0: there is none.
  void ShowPage(int orders) {
    ASSERT_TRUE(egress_.Answer(executor_, orders == 0 ? "" : std::to_string(orders)));
  }

  std::unique_ptr<v1::SyncService::Stub> stub_;
  std::unique_ptr<v1::StoreService::Stub> stores_;
};

// What one reader is told of a run.
class Reader {
 public:
  Reader(v1::SyncService::Stub& stub, const std::string& run) {
    context_.set_deadline(std::chrono::system_clock::now() + testing::HeldEgress::kPatience);
    v1::WatchSyncRunRequest request;
    request.set_name(run);
    stream_ = stub.WatchSyncRun(&context_, request);
  }

  // The run as the next message shows it; an empty one when there is none.
  v1::SyncRun Next() {
    v1::WatchSyncRunResponse response;
    EXPECT_TRUE(stream_->Read(&response)) << "the stream has ended";
    return response.sync_run();
  }

  // How it ended, when there was nothing more to read.
  grpc::Status End() {
    v1::WatchSyncRunResponse response;
    EXPECT_FALSE(stream_->Read(&response)) << response.ShortDebugString();
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchSyncRunResponse>> stream_;
};

TEST_F(LiveRunTest, IsShownAfterEachPageUntilItHasEnded) {
  Reader reader(*stub_, StartOrFind());
  const v1::SyncRun before = reader.Next();
  ShowPage(2);
  const v1::SyncRun first = reader.Next();
  ShowPage(1);
  const v1::SyncRun second = reader.Next();
  ShowPage(0);
  const v1::SyncRun last = reader.Next();

  EXPECT_TRUE(reader.End().ok());
  for (const v1::SyncRun& run : {before, first, second}) {
    EXPECT_EQ(run.state(), v1::SyncRun::STATE_RUNNING);
    EXPECT_FALSE(run.has_end_time());
  }
  EXPECT_EQ(before.counts().pages(), 0);
  EXPECT_EQ(first.counts().pages(), 1);
  EXPECT_EQ(first.counts().seen(), 2);
  EXPECT_EQ(first.counts().changed(), 2);
  EXPECT_EQ(second.counts().pages(), 2);
  EXPECT_EQ(second.counts().seen(), 3);
  EXPECT_EQ(last.state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_TRUE(last.has_end_time());
  EXPECT_EQ(last.counts().seen(), 3);
  EXPECT_EQ(last.counts().requests(), 3);
}

TEST_F(LiveRunTest, IsShownAsItIsToAReaderWhoComesLate) {
  const std::string name = StartOrFind();
  ShowPage(2);
  // It asks for the next page when it has taken the first.
  ASSERT_TRUE(egress_.WaitForRequest());
  Reader reader(*stub_, name);

  EXPECT_EQ(reader.Next().counts().seen(), 2);
  ShowPage(0);
  EXPECT_EQ(reader.Next().state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_TRUE(reader.End().ok());
}

TEST_F(LiveRunTest, GoesOnWhenItsReaderLeaves) {
  const std::string name = StartOrFind();
  {
    grpc::ClientContext context;
    Limit(context);
    v1::WatchSyncRunRequest request;
    request.set_name(name);
    const auto stream = stub_->WatchSyncRun(&context, request);
    v1::WatchSyncRunResponse response;
    ASSERT_TRUE(stream->Read(&response));
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  Reader reader(*stub_, name);
  reader.Next();

  ShowPage(2);
  EXPECT_EQ(reader.Next().counts().seen(), 2);
  ShowPage(0);
  EXPECT_EQ(reader.Next().state(), v1::SyncRun::STATE_SUCCEEDED);
}

TEST_F(LiveRunTest, EndsAsCancelledWithWhatItHadTakenOver) {
  const std::string name = StartOrFind();
  Reader reader(*stub_, name);
  reader.Next();
  ShowPage(2);
  reader.Next();
  ASSERT_TRUE(egress_.WaitForRequest());

  v1::SyncRun answer;
  const grpc::Status cancelled = Cancel(name, &answer);

  ASSERT_TRUE(cancelled.ok()) << cancelled.error_message();
  EXPECT_EQ(answer.name(), name);
  const v1::SyncRun last = reader.Next();
  EXPECT_TRUE(reader.End().ok());
  EXPECT_EQ(last.state(), v1::SyncRun::STATE_CANCELLED);
  EXPECT_EQ(last.error_reason(), "CODE_CANCELLED");
  EXPECT_EQ(last.counts().seen(), 2);
  EXPECT_EQ(Get(name).state(), v1::SyncRun::STATE_CANCELLED);
  EXPECT_EQ(egress_.sent(), 2U) << "nothing more is asked of the store";
}

TEST_F(LiveRunTest, IsFollowedByOneThatWorksWhenItWasCancelled) {
  const std::string name = StartOrFind();
  Reader reader(*stub_, name);
  reader.Next();
  v1::SyncRun answer;
  ASSERT_TRUE(Cancel(name, &answer).ok());
  EXPECT_EQ(reader.Next().state(), v1::SyncRun::STATE_CANCELLED);

  const std::string next = StartOrFind();
  Reader next_reader(*stub_, next);
  next_reader.Next();
  ShowPage(2);
  next_reader.Next();
  ShowPage(0);

  EXPECT_NE(next, name);
  const v1::SyncRun last = next_reader.Next();
  EXPECT_EQ(last.state(), v1::SyncRun::STATE_SUCCEEDED);
  EXPECT_EQ(last.counts().changed(), 2);
}

TEST_F(LiveRunTest, IsShownAsItEndedWhenItIsCancelledTooLate) {
  const std::string name = StartOrFind();
  Reader reader(*stub_, name);
  reader.Next();
  ShowPage(0);
  ASSERT_EQ(reader.Next().state(), v1::SyncRun::STATE_SUCCEEDED);

  v1::SyncRun answer;
  const grpc::Status cancelled = Cancel(name, &answer);

  EXPECT_TRUE(cancelled.ok()) << cancelled.error_message();
  EXPECT_EQ(answer.state(), v1::SyncRun::STATE_SUCCEEDED);
}

TEST_F(LiveRunTest, EndsAndIsNotStartedAgainWhenItsStoreIsPaused) {
  Reader reader(*stub_, StartOrFind());
  reader.Next();
  ShowPage(2);
  reader.Next();
  ASSERT_TRUE(egress_.WaitForRequest());

  ASSERT_TRUE(Pause().ok());

  EXPECT_EQ(reader.Next().state(), v1::SyncRun::STATE_CANCELLED);
  EXPECT_TRUE(reader.End().ok());
  v1::SyncRun run;
  const grpc::Status again = Start(&run);
  EXPECT_EQ(again.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(InfoOf(again).reason(), "STORE_NOT_ACTIVE");
  EXPECT_EQ(egress_.sent(), 2U) << "nothing more is asked of the store";
}

}  // namespace
}  // namespace storebridge::api
