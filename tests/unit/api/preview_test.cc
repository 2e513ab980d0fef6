// A preview over gRPC, as far as the test lets its store answer.
#include <chrono>
#include <future>
#include <memory>

#include <gtest/gtest.h>

#include "api_fixture.h"
#include "paged_session.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

class PreviewTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    connectors_.operations = {"products.pull", "orders.pull"};
    connectors_.open = [] { return std::make_unique<testing::PagedSession>(); };
    ApiFixture::SetUp();
    CreateMerchant("demo");
    stub_ = v1::StoreService::NewStub(channel_);
    v1::CreateStoreRequest request;
    request.set_parent("merchants/demo");
    request.set_store_id("web");
    request.mutable_store()->set_connector("connectors/demo");
    request.mutable_store()->set_config_json("{}");
    (*request.mutable_secrets())["token"] = "very-secret-token";
    request.set_start_paused(true);
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->CreateStore(&context, request, &created_).ok());
  }

  // Calls from a thread of its own.
  std::future<grpc::Status> Preview(grpc::ClientContext& context, v1::StorePreview& preview) {
    context.set_deadline(std::chrono::system_clock::now() + testing::HeldEgress::kPatience);
    return std::async(std::launch::async, [&] {
      v1::PreviewStoreRequest request;
      request.set_name("merchants/demo/stores/web");
      request.mutable_settings()->mutable_orders_from();  // 1970: in the place of the store's.
      return stub_->PreviewStore(&context, request, &preview);
    });
  }

  v1::Store created_;
  std::unique_ptr<v1::StoreService::Stub> stub_;
};

TEST_F(PreviewTest, IsOfAStoreThatWasCreatedPaused) {
  EXPECT_EQ(created_.state(), v1::Store::STATE_PAUSED);
  EXPECT_NE(created_.state_reason().find("start_paused"), std::string::npos);
  grpc::ClientContext context;
  v1::StorePreview preview;

  std::future<grpc::Status> answer = Preview(context, preview);
  ASSERT_TRUE(egress_.Answer(executor_, "2"));
  ASSERT_TRUE(egress_.Answer(executor_, ""));

  const grpc::Status status = answer.get();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(preview.settings().has_orders_from());
  EXPECT_EQ(preview.settings().orders_from().seconds(), 0);
  ASSERT_EQ(preview.orders().states_size(), 1);
  EXPECT_EQ(preview.orders().states(0).count(), 2);
  EXPECT_EQ(preview.orders().states(0).state(), v1::ORDER_STATE_DRAFT);
  EXPECT_GT(preview.findings_size(), 0);
}

TEST_F(PreviewTest, GoesOnAlone) {
  grpc::ClientContext context;
  v1::StorePreview preview;
  std::future<grpc::Status> first = Preview(context, preview);
  ASSERT_TRUE(egress_.WaitForRequest());

  grpc::ClientContext other_context;
  v1::StorePreview other;
  const grpc::Status refused = Preview(other_context, other).get();

  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(InfoOf(refused).reason(), "PREVIEW_GOES_ON");
  ASSERT_TRUE(egress_.Answer(executor_, ""));
  EXPECT_TRUE(first.get().ok());
}

TEST_F(PreviewTest, EndsWhenItsCallerGoesAway) {
  grpc::ClientContext gone;
  v1::StorePreview unseen;
  std::future<grpc::Status> first = Preview(gone, unseen);
  ASSERT_TRUE(egress_.WaitForRequest());

  gone.TryCancel();
  EXPECT_EQ(first.get().error_code(), grpc::StatusCode::CANCELLED);

  // The server looks once a second, and gives the request up.
  ASSERT_TRUE(egress_.WaitUntilGivenUp());
}

}  // namespace
}  // namespace storebridge::api
