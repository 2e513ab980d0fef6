// ListStockEntries as callers meet it.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "api/page.h"
#include "api_fixture.h"
#include "storebridge/v1/stock_service.grpc.pb.h"

namespace storebridge::api {
namespace {

using testing::InfoOf;

const domain::StoreKey kWeb{.merchant = "demo", .store = "web"};

class StockEntriesTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    CreateStore(kWeb);
    mug_ = CreateProduct(kWeb, "MUG-1");
    CreateProduct(kWeb, "TEE-1");
    stub_ = v1::StockService::NewStub(channel_);
    request_.set_name("merchants/demo");
    request_.set_product_code("MUG-1");
  }

  void Set(const std::string& code, std::int64_t on_hand, const std::string& reason = "counted") {
    grpc::ClientContext context;
    v1::SetStockRequest request;
    request.set_name("merchants/demo");
    request.set_product_code(code);
    request.set_on_hand(on_hand);
    request.set_reason(reason);
    v1::Stock stock;
    const grpc::Status status = stub_->SetStock(&context, request, &stock);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  void Adjust(std::int64_t delta, const std::string& reason) {
    grpc::ClientContext context;
    v1::AdjustStockRequest request;
    request.set_name("merchants/demo");
    request.set_product_code("MUG-1");
    request.set_delta(delta);
    request.set_reason(reason);
    v1::Stock stock;
    const grpc::Status status = stub_->AdjustStock(&context, request, &stock);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  grpc::Status List() {
    grpc::ClientContext context;
    answer_.Clear();
    return stub_->ListStockEntries(&context, request_, &answer_);
  }

  // What was on the shelf after each change of a page.
  std::vector<std::int64_t> Page(const std::string& token) {
    request_.set_page_token(token);
    const grpc::Status status = List();
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::int64_t> levels;
    for (const v1::StockEntry& entry : answer_.entries()) {
      levels.push_back(entry.on_hand());
    }
    return levels;
  }

  v1::ListStockEntriesRequest request_;
  v1::ListStockEntriesResponse answer_;
  std::unique_ptr<v1::StockService::Stub> stub_;
  std::string mug_;
};

using Levels = std::vector<std::int64_t>;

TEST_F(StockEntriesTest, AreShownByCodeAndByName) {
  Set("MUG-1", 12);
  clock_.Advance(std::chrono::minutes(1));
  Adjust(-12, "five broken, seven stolen");
  Set("TEE-1", 4);

  ASSERT_TRUE(List().ok());
  const std::string by_code = answer_.SerializeAsString();
  request_.set_name(domain::ProductName("demo", mug_));
  request_.clear_product_code();
  ASSERT_TRUE(List().ok());

  EXPECT_EQ(answer_.SerializeAsString(), by_code);
  ASSERT_EQ(answer_.entries_size(), 2);
  const v1::StockEntry& newest = answer_.entries(0);
  EXPECT_EQ(newest.delta(), -12);
  EXPECT_TRUE(newest.has_on_hand());
  EXPECT_EQ(newest.on_hand(), 0);
  EXPECT_EQ(newest.reason(), "five broken, seven stolen");
  EXPECT_EQ(domain::TimestampText(newest.time()),
            domain::TimestampText(domain::TimestampFromMs(clock_.NowMs())));
  EXPECT_EQ(answer_.entries(1).delta(), 12);
  EXPECT_EQ(answer_.entries(1).on_hand(), 12);
  EXPECT_EQ(answer_.entries(1).reason(), "counted");
  EXPECT_EQ(answer_.next_page_token(), "");
}

TEST_F(StockEntriesTest, AreNoneOfAProductThatWasNeverCounted) {
  const grpc::Status status = List();

  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(answer_.entries_size(), 0);
  EXPECT_EQ(answer_.next_page_token(), "");
}

TEST_F(StockEntriesTest, ArePagedOnceEachAlsoWhenNewOnesCome) {
  for (std::int64_t on_hand = 1; on_hand <= 7; ++on_hand) {
    Set("MUG-1", on_hand);
  }
  request_.set_page_size(3);

  const Levels first = Page("");
  Set("MUG-1", 8);
  const Levels second = Page(answer_.next_page_token());
  const Levels third = Page(answer_.next_page_token());

  EXPECT_EQ(first, (Levels{7, 6, 5}));
  EXPECT_EQ(second, (Levels{4, 3, 2}));
  EXPECT_EQ(third, (Levels{1}));
  EXPECT_EQ(answer_.next_page_token(), "");
}

TEST_F(StockEntriesTest, EndWithAPageThatIsJustFull) {
  for (std::int64_t on_hand = 1; on_hand <= 4; ++on_hand) {
    Set("MUG-1", on_hand);
  }
  request_.set_page_size(2);

  EXPECT_EQ(Page(""), (Levels{4, 3}));
  EXPECT_EQ(Page(answer_.next_page_token()), (Levels{2, 1}));

  EXPECT_EQ(answer_.next_page_token(), "");
}

TEST_F(StockEntriesTest, ComeFiftyAtATimeAndFiveHundredAtMost) {
  Write([&](ports::Tx& tx) -> Status {
    for (std::int64_t i = 1; i <= kPageSizeMax + 1; ++i) {
      SB_CHECK(tx.stock().AddEntry(
          "demo", {.product = mug_, .delta = 1, .on_hand = i, .reason = "received", .time_ms = i}));
    }
    return Ok();
  });

  EXPECT_EQ(Page("").size(), 50U);
  request_.set_page_size(kPageSizeMax + 1);
  EXPECT_EQ(Page("").size(), 500U);
  EXPECT_EQ(Page(answer_.next_page_token()), (Levels{1}));
}

TEST_F(StockEntriesTest, TakeAPlaceOfTheProductHoweverItIsNamed) {
  Set("MUG-1", 1);
  Set("MUG-1", 2);
  request_.set_page_size(1);
  ASSERT_EQ(Page(""), (Levels{2}));

  request_.set_name(domain::ProductName("demo", mug_));
  request_.clear_product_code();

  EXPECT_EQ(Page(answer_.next_page_token()), (Levels{1}));
}

TEST_F(StockEntriesTest, RefuseAPlaceOfAnotherProduct) {
  for (const char* code : {"MUG-1", "TEE-1"}) {
    Set(code, 1);
    Set(code, 2);
  }
  request_.set_page_size(1);
  ASSERT_EQ(Page(""), (Levels{2}));
  request_.set_page_token(answer_.next_page_token());
  request_.set_product_code("TEE-1");

  const grpc::Status status = List();

  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "PAGE_TOKEN_FOREIGN");
  EXPECT_NE(status.error_message().find("ListStockEntries"), std::string::npos);
}

TEST_F(StockEntriesTest, RefuseAPlaceWhoseCodeMovedToAnotherProduct) {
  Set("MUG-1", 1);
  Set("MUG-1", 2);
  request_.set_page_size(1);
  ASSERT_EQ(Page(""), (Levels{2}));
  request_.set_page_token(answer_.next_page_token());
  Write([&](ports::Tx& tx) -> Status {
    for (const auto& [from, to] : {std::pair{"MUG-1", "OLD"}, {"TEE-1", "MUG-1"}}) {
      SB_TRY(v1::Product product, tx.products().GetByCode("demo", from));
      product.set_product_code(to);
      SB_CHECK(tx.products().Put("demo", product));
    }
    return Ok();
  });

  EXPECT_EQ(InfoOf(List()).reason(), "PAGE_TOKEN_FOREIGN");
}

}  // namespace
}  // namespace storebridge::api
