// BatchSetStock as callers meet it.
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "api/stock_service.h"
#include "api/validate/text.h"
#include "api_fixture.h"
#include "domain/merge.h"
#include "domain/reason_rules.h"
#include "storebridge/v1/stock_service.grpc.pb.h"

namespace storebridge::api {
namespace {

const domain::StoreKey kWeb{.merchant = "demo", .store = "web"};

class BatchStockTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    CreateStore(kWeb);
    mug_ = CreateProduct(kWeb, "MUG-1");
    CreateProduct(kWeb, "TEE-1");
    stub_ = v1::StockService::NewStub(channel_);
    request_.set_parent("merchants/demo");
  }

  // Adds one to the request.
  v1::SetStockRequest& Add(const std::string& name, const std::string& code, std::int64_t on_hand) {
    v1::SetStockRequest& one = *request_.add_requests();
    one.set_name(name);
    one.set_product_code(code);
    one.set_on_hand(on_hand);
    one.set_reason("counted");
    return one;
  }

  grpc::Status Send() {
    grpc::ClientContext context;
    answer_.Clear();
    return stub_->BatchSetStock(&context, request_, &answer_);
  }

  // Pieces on the shelf, or the reason and field of an error.
  std::string Told(int i) const {
    const v1::SetStockResult& result = answer_.results(i);
    if (result.has_stock()) {
      return std::to_string(result.stock().on_hand());
    }
    google::rpc::ErrorInfo info;
    result.error().details(0).UnpackTo(&info);
    const auto field = info.metadata().find("field");
    return info.reason() + (field == info.metadata().end() ? "" : " " + field->second);
  }

  v1::BatchSetStockRequest request_;
  v1::BatchSetStockResponse answer_;
  std::unique_ptr<v1::StockService::Stub> stub_;
  std::string mug_;
};

TEST_F(BatchStockTest, SetsByCodeAndByName) {
  Add("merchants/demo", "TEE-1", 4);
  Add(domain::ProductName("demo", mug_), "", 0);

  const grpc::Status status = Send();

  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(answer_.results_size(), 2);
  EXPECT_EQ(answer_.results(0).stock().product_code(), "TEE-1");
  EXPECT_EQ(answer_.results(0).stock().on_hand(), 4);
  EXPECT_EQ(answer_.results(1).stock().product_code(), "MUG-1");
  EXPECT_TRUE(answer_.results(1).stock().has_on_hand());
}

TEST_F(BatchStockTest, TakesTheMerchantFromParentWhereOnlyACodeIsGiven) {
  Add("", "MUG-1", 3);

  ASSERT_TRUE(Send().ok());

  EXPECT_EQ(Told(0), "3");
}

TEST_F(BatchStockTest, TellsOfEachWhatSetStockWouldHaveTold) {
  Add("", "MUG-1", 3);
  Add("", "NONE", 3);
  Add("", "", 3);
  Add("", "TEE-1", 3).clear_on_hand();
  Add("", "TEE-1", 3).clear_reason();
  Add("", "TEE-1", 3).set_reason(std::string(domain::kReasonMax + 1, 'x'));
  Add("", "TEE-1", -1);
  Add("", "TEE-1", 3).set_etag("stale");
  Add("", "TEE-1", 3).set_request_id("its own");
  Add("merchants/other", "TEE-1", 3);
  Add("merchants/demo/orders/1", "", 3);
  Add(domain::ProductName("demo", mug_), "", 5);
  Add("", "TEE-1", 8);

  const grpc::Status status = Send();

  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(answer_.results_size(), request_.requests_size());
  const char* told[] = {"3",
                        "PRODUCT_NOT_FOUND",
                        "FIELD_REQUIRED name",
                        "FIELD_REQUIRED on_hand",
                        "FIELD_REQUIRED reason",
                        "FIELD_LENGTH reason",
                        "STOCK_RANGE",
                        "ETAG_STALE",
                        "FIELD_CONFLICT request_id",
                        "FIELD_CONFLICT name",
                        "RESOURCE_NAME",
                        "STOCK_SET_TWICE",
                        "8"};
  for (int i = 0; i < answer_.results_size(); ++i) {
    EXPECT_EQ(std::string_view(Told(i)).substr(0, std::string_view(told[i]).size()), told[i]) << i;
  }
  EXPECT_EQ(answer_.results(1).error().code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_NE(answer_.results(1).error().message().find("NONE"), std::string::npos);
  EXPECT_EQ(answer_.results(7).error().code(), grpc::StatusCode::ABORTED);
}

TEST_F(BatchStockTest, SetsOnlyWhatWasSeenWithAnEtag) {
  Add("", "MUG-1", 3);
  ASSERT_TRUE(Send().ok());
  const std::string etag = answer_.results(0).stock().etag();
  request_.clear_requests();
  Add("", "TEE-1", 1).set_etag(etag);
  Add("", "MUG-1", 4).set_etag(etag);

  ASSERT_TRUE(Send().ok());

  EXPECT_EQ(Told(0), "ETAG_STALE");
  EXPECT_EQ(Told(1), "4");
}

TEST_F(BatchStockTest, TakesAThousandAndNotOneMore) {
  for (int i = 0; i < kStockBatchMax; ++i) {
    Add("", "NONE-" + std::to_string(i), 1);
  }

  const grpc::Status full = Send();
  const int results = answer_.results_size();
  Add("", "MUG-1", 1);
  const grpc::Status over = Send();

  EXPECT_TRUE(full.ok()) << full.error_message();
  EXPECT_EQ(results, 1000);
  EXPECT_EQ(over.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(over.error_message(), "requests has 1001 of them, 1000 are allowed: use several calls");
}

TEST_F(BatchStockTest, FitsIntoWhatAClientTakesAlsoWhenAllIsWrong) {
  for (int i = 0; i < kStockBatchMax; ++i) {
    Add("merchants/demo", std::string(domain::kProductCodeMax, 'x'), 1)
        .set_reason(std::string(domain::kReasonMax, 'x'));
  }

  EXPECT_TRUE(Send().ok());
}

TEST_F(BatchStockTest, GivesTheFirstAnswerToARepeatedRequest) {
  Add("", "MUG-1", 3);
  Add("", "LATER-1", 3);
  request_.set_request_id("night");
  ASSERT_TRUE(Send().ok());
  const std::string first = answer_.SerializeAsString();
  CreateProduct(kWeb, "LATER-1");

  ASSERT_TRUE(Send().ok());
  const std::string second = answer_.SerializeAsString();
  request_.mutable_requests(0)->set_on_hand(4);
  const grpc::Status other = Send();

  EXPECT_EQ(second, first);
  EXPECT_EQ(testing::InfoOf(other).reason(), "REQUEST_ID_REUSED");
}

}  // namespace
}  // namespace storebridge::api
