// Where did the pieces go: the ledger of a day, asked as an administrator asks.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "day_kit/call.h"
#include "demo_fixture.h"
#include "storebridge/v1/order_service.grpc.pb.h"
#include "storebridge/v1/stock_service.grpc.pb.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";

class StockLedgerTest : public DemoFixture {
 protected:
  // The newest first, over pages of two.
  std::vector<v1::StockEntry> Entries() {
    v1::StockService::Stub stub(platform_->channel());
    v1::ListStockEntriesRequest request;
    request.set_name(platform_->parent());
    request.set_product_code(kMug);
    request.set_page_size(2);
    std::vector<v1::StockEntry> entries;
    do {
      const auto page = Must(day::Call<v1::ListStockEntriesResponse>(
          stub, &v1::StockService::Stub::ListStockEntries, request));
      entries.insert(entries.end(), page.entries().begin(), page.entries().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return entries;
  }

  // Gives a collected order back, and reads what its store says of it.
  void PutBack(const std::string& number) {
    v1::OrderService::Stub stub(platform_->channel());
    v1::PutBackOrderRequest request;
    request.set_name(platform_->parent());
    request.set_order_number(number);
    request.set_reason("no time today");
    ASSERT_TRUE(Came(day::Call<v1::Order>(stub, &v1::OrderService::Stub::PutBackOrder, request)));
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  }

  void Cancel(const std::string& number) {
    v1::OrderService::Stub stub(platform_->channel());
    v1::CancelOrderRequest request;
    request.set_name(platform_->parent());
    request.set_order_number(number);
    request.set_reason("the rest is broken");
    ASSERT_TRUE(Came(day::Call<v1::Order>(stub, &v1::OrderService::Stub::CancelOrder, request)));
  }
};

TEST_F(StockLedgerTest, SumsUpToWhatIsOnTheShelfAfterADay) {
  StartAll();
  Stock(kMug, 10);
  ASSERT_TRUE(Came(platform_->AdjustStock(kMug, 2, "a delivery")));
  const std::string number = Must(store_.side->Place({.lines = {{kMug, 5}}})).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  ASSERT_TRUE(Came(platform_->Collect(number)));
  PutBack(number);
  ASSERT_TRUE(Came(platform_->Collect(number)));
  ASSERT_TRUE(Came(warehouse_->SendPart(number, kMug, 2)));
  Cancel(number);

  const std::vector<v1::StockEntry> entries = Entries();

  std::vector<std::pair<std::int64_t, std::string>> told;
  std::int64_t sum = 0;
  for (const v1::StockEntry& entry : entries) {
    told.emplace_back(entry.delta(), entry.reason());
    sum += entry.delta();
  }
  ASSERT_EQ(told.size(), 6U);
  EXPECT_EQ(told[0], std::pair(std::int64_t{3}, "not sent for order " + number));
  EXPECT_EQ(told[1], std::pair(std::int64_t{-5}, "collected for order " + number));
  EXPECT_EQ(told[2],
            std::pair(std::int64_t{5}, "put back from order " + number + ": no time today"));
  EXPECT_EQ(told[3], std::pair(std::int64_t{-5}, "collected for order " + number));
  EXPECT_EQ(told[4].first, 2);
  EXPECT_EQ(told[5].first, 10);
  const v1::Stock stock = Must(platform_->GetStock(kMug));
  EXPECT_EQ(stock.on_hand(), sum);
  EXPECT_EQ(stock.on_hand(), entries.front().on_hand());
}

}  // namespace
}  // namespace storebridge::e2e
