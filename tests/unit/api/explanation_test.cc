// ExplainOrder and ExplainStock over gRPC: what they gather from the tables.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "api_fixture.h"
#include "engine/explanations.h"
#include "storebridge/v1/order_service.grpc.pb.h"
#include "storebridge/v1/stock_service.grpc.pb.h"

namespace storebridge::api {
namespace {

const domain::StoreKey kWeb{.merchant = "demo", .store = "web"};
const domain::StoreKey kOutlet{.merchant = "demo", .store = "outlet"};

class ExplanationTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    CreateStore(kWeb);
    CreateStore(kOutlet);
    mug_ = CreateProduct(kWeb, "MUG");
    orders_ = v1::OrderService::NewStub(channel_);
    stock_ = v1::StockService::NewStub(channel_);
  }

  // An order that claims `quantity` mugs. Gives its id.
  std::string Claims(const domain::StoreKey& store,
                     const std::string& number,
                     v1::OrderState state,
                     ports::ClaimKind kind,
                     std::int64_t quantity) {
    std::string id = CreateOrder(store, number, state);
    Write([&](ports::Tx& tx) -> Status {
      SB_TRY(ports::OrderRecord record, tx.orders().Get("demo", id));
      v1::OrderLine& line = *record.order.add_lines();
      line.set_product(domain::ProductName("demo", mug_));
      line.set_product_code("MUG");
      line.set_quantity(quantity);
      line.set_is_shippable(true);
      record.claims = {{.product = mug_, .kind = kind, .quantity = quantity}};
      SB_CHECK(tx.stock().AddToTotal(
          "demo", mug_, {.store = store.store, .kind = kind, .quantity = quantity}));
      return tx.orders().Put("demo", record);
    });
    return id;
  }

  void HasOnShelf(std::int64_t on_hand) {
    Write([&](ports::Tx& tx) {
      return tx.stock().Put("demo", mug_, {.on_hand = on_hand, .version = 1, .update_ms = 1});
    });
  }

  void HasIssue(v1::Issue::RecordType type, const std::string& key, const std::string& label) {
    Write([&](ports::Tx& tx) {
      v1::Issue issue;
      issue.set_name("merchants/demo/issues/" + NextId());
      issue.set_record_type(type);
      issue.set_record_label(label);
      issue.set_reason("AN_ISSUE");
      issue.set_state(v1::Issue::STATE_OPEN);
      return tx.issues().Put({.store = kWeb, .record_type = type, .record_key = key}, issue);
    });
  }

  grpc::Status Explain(const std::string& name,
                       const std::string& number,
                       v1::ExplainOrderResponse* response) {
    grpc::ClientContext context;
    v1::ExplainOrderRequest request;
    request.set_name(name);
    request.set_order_number(number);
    return orders_->ExplainOrder(&context, request, response);
  }

  // Reasons of the causes.
  std::vector<std::string> WhyOf(const std::string& number) {
    v1::ExplainOrderResponse response;
    const grpc::Status status = Explain("merchants/demo", number, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> reasons;
    for (const v1::Cause& cause : response.explanation().causes()) {
      reasons.push_back(cause.reason());
    }
    return reasons;
  }

  using Reasons = std::vector<std::string>;

  std::string mug_;
  std::unique_ptr<v1::OrderService::Stub> orders_;
  std::unique_ptr<v1::StockService::Stub> stock_;
};

TEST_F(ExplanationTest, NamesTheOrdersThatHaveWhatAnOrderWaitsFor) {
  HasOnShelf(3);
  Claims(kOutlet, "9", v1::ORDER_STATE_NEW, ports::ClaimKind::kReserved, 2);
  const std::string id = Claims(kWeb, "10", v1::ORDER_STATE_PENDING, ports::ClaimKind::kSeen, 2);

  v1::ExplainOrderResponse response;
  ASSERT_TRUE(Explain(domain::OrderName("demo", id), "", &response).ok());

  EXPECT_EQ(response.order(), domain::OrderName("demo", id));
  EXPECT_EQ(response.state(), v1::ORDER_STATE_PENDING);
  ASSERT_EQ(response.explanation().causes_size(), 2) << response.DebugString();
  EXPECT_EQ(response.explanation().causes(0).message(),
            "2 of MUG are needed, 1 can be promised: 3 on the shelf, 2 reserved for 9 (2)");
  EXPECT_EQ(response.explanation().causes(1).reason(), "STORE_PAUSED");
}

TEST_F(ExplanationTest, FindsTheIssuesOfAnOrder) {
  const std::string id = CreateOrder(kWeb, "10", v1::ORDER_STATE_COLLECTING);
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "ext-" + id, "10");
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "another", "11");

  EXPECT_EQ(WhyOf("10"), (Reasons{"AN_ISSUE", "ORDER_NOT_SHIPPED"}));
}

TEST_F(ExplanationTest, ExplainsANumberThatNothingWasTakenOverOf) {
  EXPECT_EQ(WhyOf("10"), (Reasons{"STORE_PAUSED", "STORE_PAUSED"}));
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "77", "10");
  EXPECT_EQ(WhyOf("10"), Reasons{"AN_ISSUE"});
}

TEST_F(ExplanationTest, RefusesWhatDoesNotExist) {
  v1::ExplainOrderResponse response;
  EXPECT_EQ(Explain("merchants/demo/orders/0000000000001", "", &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Explain("merchants/none", "10", &response).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Explain("merchants/demo", "", &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ExplanationTest, ShowsWhichOrdersClaimAProductAndWhatEachStoreShouldShow) {
  HasOnShelf(9);
  Claims(kWeb, "9", v1::ORDER_STATE_COLLECTING, ports::ClaimKind::kPicked, 3);
  Claims(kOutlet, "10", v1::ORDER_STATE_NEW, ports::ClaimKind::kReserved, 2);
  Write([&](ports::Tx& tx) -> Status {
    SB_TRY(v1::Store store, tx.stores().Get(kWeb));
    store.set_stock_basis(v1::STOCK_BASIS_SALABLE);
    store.set_connector("connectors/not_there_now");
    SB_CHECK(tx.stores().Put(kWeb, store));
    return tx.products().PutListing(
        {.store = kWeb, .external_id = "p1", .product = mug_, .known_quantity = 5});
  });

  grpc::ClientContext context;
  v1::ExplainStockRequest request;
  request.set_name("merchants/demo");
  request.set_product_code("MUG");
  v1::ExplainStockResponse response;
  const grpc::Status status = stock_->ExplainStock(&context, request, &response);

  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.product_code(), "MUG");
  EXPECT_EQ(response.summary(),
            "9 of MUG on the shelf, 2 promised: 7 can be promised. 3 were picked.");
  ASSERT_EQ(response.claims_size(), 2);
  EXPECT_EQ(response.claims(0).order_number(), "9");
  EXPECT_EQ(response.claims(0).kind(), v1::StockClaim::KIND_PICKED);
  EXPECT_EQ(response.claims(1).order_number(), "10");
  EXPECT_EQ(response.claims(1).quantity(), 2);
  EXPECT_FALSE(response.more_claims());
  ASSERT_EQ(response.stores_size(), 1);
  EXPECT_EQ(response.stores(0).known(), 5);
  EXPECT_EQ(response.stores(0).wanted(), 7);
  EXPECT_EQ(response.stores(0).explanation().summary(), "The store shows 5; it should be 7.");
}

TEST_F(ExplanationTest, ShowsNoMoreClaimsThanAreAllowed) {
  constexpr auto kMost = static_cast<int>(engine::kClaimsMax);
  for (int i = 0; i < kMost; ++i) {
    Claims(kWeb, std::to_string(i), v1::ORDER_STATE_NEW, ports::ClaimKind::kReserved, 1);
  }
  const auto explained = [&] {
    grpc::ClientContext context;
    v1::ExplainStockRequest request;
    request.set_name(domain::ProductName("demo", mug_));
    v1::ExplainStockResponse response;
    EXPECT_TRUE(stock_->ExplainStock(&context, request, &response).ok());
    return response;
  };
  EXPECT_FALSE(explained().more_claims());

  Claims(kOutlet, "newest", v1::ORDER_STATE_NEW, ports::ClaimKind::kReserved, 1);

  EXPECT_TRUE(explained().more_claims());
  EXPECT_EQ(explained().claims_size(), kMost);
  EXPECT_EQ(explained().claims(0).order_number(), "0");
}

TEST_F(ExplanationTest, LooksAtNoMoreStoresThanAreAllowed) {
  const auto number = [](int i) { return "s" + std::to_string(i); };
  for (int i = 2; i < engine::kExplainedStoresMax; ++i) {
    CreateStore({.merchant = "demo", .store = number(i)});
  }
  EXPECT_EQ(WhyOf("10").size(), static_cast<std::size_t>(engine::kExplainedStoresMax));

  CreateStore({.merchant = "demo", .store = "one-more"});

  EXPECT_EQ(WhyOf("10").back(), "STORES_LEFT_OUT");
}

TEST_F(ExplanationTest, LooksAtTheNewestOpenIssuesOnly) {
  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "77", "10");
  for (int i = 1; i < engine::kExplainedIssuesMax; ++i) {
    HasIssue(v1::Issue::RECORD_TYPE_ORDER, "x" + std::to_string(i), "other");
  }
  EXPECT_EQ(WhyOf("10"), Reasons{"AN_ISSUE"});

  HasIssue(v1::Issue::RECORD_TYPE_ORDER, "one more", "other");

  EXPECT_EQ(WhyOf("10"), (Reasons{"STORE_PAUSED", "STORE_PAUSED"}));
}

}  // namespace
}  // namespace storebridge::api
