#include "api/product_service.h"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "api_fixture.h"
#include "storebridge/v1/stock_service.grpc.pb.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

const domain::StoreKey kWeb{.merchant = "demo", .store = "web"};

class ProductServiceTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    CreateStore(kWeb);
    products_ = v1::ProductService::NewStub(channel_);
    stock_ = v1::StockService::NewStub(channel_);
  }

  grpc::Status Set(std::int64_t on_hand, const std::string& request_id, v1::Stock* stock) {
    grpc::ClientContext context;
    v1::SetStockRequest request;
    request.set_name("merchants/demo");
    request.set_product_code("MUG-1");
    request.set_on_hand(on_hand);
    request.set_reason("counted");
    request.set_request_id(request_id);
    return stock_->SetStock(&context, request, stock);
  }

  grpc::Status Adjust(std::int64_t delta, const std::string& request_id, v1::Stock* stock) {
    grpc::ClientContext context;
    v1::AdjustStockRequest request;
    request.set_name("merchants/demo");
    request.set_product_code("MUG-1");
    request.set_delta(delta);
    request.set_reason("received");
    request.set_request_id(request_id);
    return stock_->AdjustStock(&context, request, stock);
  }

  std::unique_ptr<v1::ProductService::Stub> products_;
  std::unique_ptr<v1::StockService::Stub> stock_;
};

TEST_F(ProductServiceTest, ShowsAProductByNameAndByCode) {
  const std::string id = CreateProduct(kWeb, "MUG-1");
  for (const auto& [name, code] : {std::pair<std::string, std::string>{"merchants/demo", "MUG-1"},
                                   {domain::ProductName("demo", id), ""}}) {
    grpc::ClientContext context;
    v1::GetProductRequest request;
    request.set_name(name);
    request.set_product_code(code);
    v1::Product product;

    const grpc::Status status = products_->GetProduct(&context, request, &product);

    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(product.product_code(), "MUG-1");
    EXPECT_EQ(product.name(), domain::ProductName("demo", id));
  }
}

TEST_F(ProductServiceTest, SaysInWhichStoreAProductIsToBeChanged) {
  const std::string id = CreateProduct(kWeb, "MUG-1");
  grpc::ClientContext context;
  v1::UpdateProductRequest request;
  request.mutable_product()->set_name(domain::ProductName("demo", id));
  request.mutable_product()->set_title("Mug, better");
  v1::Product product;

  const grpc::Status status = products_->UpdateProduct(&context, request, &product);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(InfoOf(status).reason(), "PRODUCT_OWNED_BY_STORE");
  EXPECT_EQ(status.error_message(),
            "the store owns the information of product 'MUG-1': change it there, in "
            "'merchants/demo/stores/web'; it follows at the next products run");
}

TEST_F(ProductServiceTest, ListsProductsByCodeOverAllPages) {
  for (const char* code : {"C", "A", "B"}) {
    CreateProduct(kWeb, code);
  }
  v1::ListProductsRequest request;
  request.set_parent("merchants/demo");
  request.set_page_size(2);
  std::vector<std::string> codes;

  do {
    grpc::ClientContext context;
    v1::ListProductsResponse response;
    ASSERT_TRUE(products_->ListProducts(&context, request, &response).ok());
    for (const v1::Product& product : response.products()) {
      codes.push_back(product.product_code());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());

  EXPECT_EQ(codes, (std::vector<std::string>{"A", "B", "C"}));
}

TEST_F(ProductServiceTest, ShowsStockThatWasNeverSetAsAbsent) {
  CreateProduct(kWeb, "MUG-1");
  grpc::ClientContext context;
  v1::GetStockRequest request;
  request.set_name("merchants/demo");
  request.set_product_code("MUG-1");
  v1::Stock stock;

  ASSERT_TRUE(stock_->GetStock(&context, request, &stock).ok());

  EXPECT_EQ(stock.product_code(), "MUG-1");
  EXPECT_FALSE(stock.has_on_hand());
}

TEST_F(ProductServiceTest, SetsStockToZero) {
  CreateProduct(kWeb, "MUG-1");
  v1::Stock stock;

  const grpc::Status status = Set(0, "", &stock);

  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(stock.has_on_hand());
  EXPECT_EQ(stock.on_hand(), 0);
}

TEST_F(ProductServiceTest, SaysWhyStockCannotBeAdjusted) {
  constexpr std::int64_t kMost = 1'000'000'000;
  CreateProduct(kWeb, "MUG-1");
  v1::Stock stock;
  EXPECT_EQ(InfoOf(Adjust(1, "", &stock)).reason(), "STOCK_NOT_SET");
  ASSERT_TRUE(Set(kMost - 2, "", &stock).ok());
  struct Row {
    std::int64_t delta;
    grpc::StatusCode code;
    std::string reason;
    std::string says;
  };
  const auto invalid = grpc::StatusCode::INVALID_ARGUMENT;
  const auto not_now = grpc::StatusCode::FAILED_PRECONDITION;
  const Row rows[] = {
      {3, not_now, "STOCK_RANGE", "on_hand would be 1000000001"},
      {1 - kMost, not_now, "STOCK_NOT_ENOUGH", "999999999 cannot be taken away"},
      {kMost + 1, invalid, "STOCK_RANGE", "delta is 1000000001; -1000000000 to 1000000000"},
      {-kMost - 1, invalid, "STOCK_RANGE", "delta is -1000000001"},
      {std::numeric_limits<std::int64_t>::min(), invalid, "STOCK_RANGE", "delta is -92233"},
  };
  for (const Row& row : rows) {
    const grpc::Status status = Adjust(row.delta, "", &stock);

    EXPECT_EQ(status.error_code(), row.code) << row.delta;
    EXPECT_EQ(InfoOf(status).reason(), row.reason) << row.delta;
    EXPECT_NE(status.error_message().find(row.says), std::string::npos) << status.error_message();
  }
  ASSERT_TRUE(Adjust(2, "", &stock).ok());
  EXPECT_EQ(stock.on_hand(), kMost);
}

TEST_F(ProductServiceTest, GivesTheFirstAnswerToARepeatedRequest) {
  CreateProduct(kWeb, "MUG-1");
  v1::Stock stock;
  ASSERT_TRUE(Set(10, "", &stock).ok());

  ASSERT_TRUE(Adjust(5, "once", &stock).ok());
  ASSERT_TRUE(Adjust(5, "once", &stock).ok());

  EXPECT_EQ(stock.on_hand(), 15);
}

TEST_F(ProductServiceTest, RefusesARequestIdThatWasUsedForAnotherRequest) {
  CreateProduct(kWeb, "MUG-1");
  v1::Stock stock;
  ASSERT_TRUE(Set(10, "once", &stock).ok());

  const grpc::Status status = Set(11, "once", &stock);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "REQUEST_ID_REUSED");
}

TEST_F(ProductServiceTest, ListsStockByProductCode) {
  CreateProduct(kWeb, "TEE-1");
  CreateProduct(kWeb, "MUG-1");
  v1::Stock stock;
  ASSERT_TRUE(Set(4, "", &stock).ok());
  grpc::ClientContext context;
  v1::ListStockRequest request;
  request.set_parent("merchants/-");
  v1::ListStockResponse response;

  ASSERT_TRUE(stock_->ListStock(&context, request, &response).ok());

  ASSERT_EQ(response.stock_size(), 2);
  EXPECT_EQ(response.stock(0).product_code(), "MUG-1");
  EXPECT_EQ(response.stock(0).on_hand(), 4);
  EXPECT_EQ(response.stock(1).product_code(), "TEE-1");
}

}  // namespace
}  // namespace storebridge::api
