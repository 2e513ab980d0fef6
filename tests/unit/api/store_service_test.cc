#include "api/store_service.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "api_fixture.h"
#include "storebridge/v1/connector_service.grpc.pb.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

constexpr const char* kSecret = "very-secret-token";

class StoreServiceTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    stub_ = v1::StoreService::NewStub(channel_);
  }

  static v1::CreateStoreRequest CreateRequest() {
    v1::CreateStoreRequest request;
    request.set_parent("merchants/demo");
    request.set_store_id("web");
    request.mutable_store()->set_connector("connectors/demo");
    request.mutable_store()->set_config_json("{}");
    (*request.mutable_secrets())["token"] = kSecret;
    return request;
  }

  grpc::Status Create(const v1::CreateStoreRequest& request, v1::Store* store) {
    grpc::ClientContext context;
    return stub_->CreateStore(&context, request, store);
  }

  grpc::Status Get(v1::Store* store) {
    grpc::ClientContext context;
    v1::GetStoreRequest request;
    request.set_name("merchants/demo/stores/web");
    return stub_->GetStore(&context, request, store);
  }

  grpc::Status Update(const v1::UpdateStoreRequest& request, v1::Store* store) {
    grpc::ClientContext context;
    return stub_->UpdateStore(&context, request, store);
  }

  std::unique_ptr<v1::StoreService::Stub> stub_;
};

TEST_F(StoreServiceTest, NamesSecretsAndNeverShowsThem) {
  v1::Store created;
  v1::Store shown;
  v1::ListStoresResponse list;

  ASSERT_TRUE(Create(CreateRequest(), &created).ok());
  ASSERT_TRUE(Get(&shown).ok());
  grpc::ClientContext context;
  v1::ListStoresRequest request;
  request.set_parent("merchants/-");
  ASSERT_TRUE(stub_->ListStores(&context, request, &list).ok());

  for (const v1::Store& store : {created, shown, list.stores(0)}) {
    ASSERT_EQ(store.secrets_size(), 1);
    EXPECT_EQ(store.secrets(0), "token");
    EXPECT_EQ(store.SerializeAsString().find(kSecret), std::string::npos);
  }
  EXPECT_EQ(log_.text().find(kSecret), std::string::npos);
}

TEST_F(StoreServiceTest, NeverRepeatsASecretInAnError) {
  v1::CreateStoreRequest request = CreateRequest();
  (*request.mutable_secrets())["unknown"] = kSecret;
  v1::Store store;

  const grpc::Status status = Create(request, &store);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("unknown"), std::string::npos);
  EXPECT_EQ(status.error_message().find(kSecret), std::string::npos);
  EXPECT_EQ(status.error_details().find(kSecret), std::string::npos);
}

TEST_F(StoreServiceTest, CreatesNothingWhenOnlyAskedToValidate) {
  v1::CreateStoreRequest request = CreateRequest();
  request.set_validate_only(true);
  v1::Store store;

  const grpc::Status created = Create(request, &store);
  const grpc::Status found = Get(&store);

  EXPECT_TRUE(created.ok()) << created.error_message();
  EXPECT_EQ(found.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(StoreServiceTest, KeepsTheRequestIdOfARehearsalFree) {
  v1::CreateStoreRequest request = CreateRequest();
  request.set_request_id("once");
  request.set_validate_only(true);
  v1::Store store;
  ASSERT_TRUE(Create(request, &store).ok());
  request.set_validate_only(false);

  const grpc::Status status = Create(request, &store);

  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(Get(&store).ok());
}

TEST_F(StoreServiceTest, TakesWhatItShowedBackUnchanged) {
  v1::Store store;
  ASSERT_TRUE(Create(CreateRequest(), &store).ok());
  ASSERT_TRUE(Get(&store).ok());
  v1::UpdateStoreRequest request;
  *request.mutable_store() = store;
  request.mutable_store()->set_display_name("The web store");

  const grpc::Status status = Update(request, &store);

  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(store.display_name(), "The web store");
  EXPECT_EQ(store.config_json(), "{}");
}

TEST_F(StoreServiceTest, RefusesAStaleEtag) {
  v1::Store store;
  ASSERT_TRUE(Create(CreateRequest(), &store).ok());
  v1::UpdateStoreRequest request;
  request.mutable_store()->set_name(store.name());
  request.mutable_store()->set_display_name("Web");
  request.mutable_store()->set_etag("stale");

  EXPECT_EQ(Update(request, &store).error_code(), grpc::StatusCode::ABORTED);
}

TEST_F(StoreServiceTest, KeepsTheConnectorOfAStore) {
  v1::Store store;
  ASSERT_TRUE(Create(CreateRequest(), &store).ok());
  v1::UpdateStoreRequest request;
  request.mutable_store()->set_name(store.name());
  request.mutable_store()->set_connector("connectors/other");

  const grpc::Status status = Update(request, &store);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "CONNECTOR_FIXED");
}

TEST_F(StoreServiceTest, PausesAndResumes) {
  v1::Store store;
  ASSERT_TRUE(Create(CreateRequest(), &store).ok());
  grpc::ClientContext pausing;
  v1::PauseStoreRequest pause;
  pause.set_name(store.name());
  pause.set_reason("stock-taking");
  grpc::ClientContext resuming;
  v1::ResumeStoreRequest resume;
  resume.set_name(store.name());

  ASSERT_TRUE(stub_->PauseStore(&pausing, pause, &store).ok());
  EXPECT_EQ(store.state(), v1::Store::STATE_PAUSED);
  EXPECT_EQ(store.state_reason(), "stock-taking");
  ASSERT_TRUE(stub_->ResumeStore(&resuming, resume, &store).ok());
  EXPECT_EQ(store.state(), v1::Store::STATE_ACTIVE);
}

TEST_F(StoreServiceTest, DeletesAStoreOnceAndTheMerchantAfterIt) {
  v1::Store store;
  ASSERT_TRUE(Create(CreateRequest(), &store).ok());
  const auto merchants = v1::MerchantService::NewStub(channel_);
  v1::DeleteMerchantRequest remove_merchant;
  remove_merchant.set_name("merchants/demo");
  v1::DeleteStoreRequest remove_store;
  remove_store.set_name(store.name());
  google::protobuf::Empty empty;
  grpc::ClientContext first;
  grpc::ClientContext second;
  grpc::ClientContext third;

  EXPECT_EQ(merchants->DeleteMerchant(&first, remove_merchant, &empty).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_TRUE(stub_->DeleteStore(&second, remove_store, &empty).ok());
  EXPECT_TRUE(merchants->DeleteMerchant(&third, remove_merchant, &empty).ok());
}

TEST_F(StoreServiceTest, ReloadsAConnectorOrOnlyTriesTo) {
  const auto connectors = v1::ConnectorService::NewStub(channel_);
  v1::ReloadConnectorRequest request;
  request.set_name("connectors/demo");
  const auto reload = [&] {
    grpc::ClientContext context;
    v1::Connector response;
    EXPECT_TRUE(connectors->ReloadConnector(&context, request, &response).ok());
    EXPECT_EQ(response.version(), "0.2.0");
    return response.state_reason();
  };

  EXPECT_EQ(reload(), "taken");
  request.set_validate_only(true);
  EXPECT_EQ(reload(), "tried");
}

TEST_F(StoreServiceTest, ListsConnectorsByNameWithTheRefusedOnes) {
  const auto connectors = v1::ConnectorService::NewStub(channel_);
  grpc::ClientContext context;
  v1::ListConnectorsResponse response;

  ASSERT_TRUE(connectors->ListConnectors(&context, v1::ListConnectorsRequest(), &response).ok());

  ASSERT_EQ(response.connectors_size(), 2);
  EXPECT_EQ(response.connectors(0).name(), "connectors/broken");
  EXPECT_EQ(response.connectors(0).state(), v1::Connector::STATE_REFUSED);
  EXPECT_EQ(response.connectors(1).name(), "connectors/demo");
}

}  // namespace
}  // namespace storebridge::api
