// What a store is never offered, however much lies on the shelf.
#include <algorithm>
#include <string>
#include <utility>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

constexpr std::int64_t kBuffer = 3;

class StockBufferTest : public EngineDay {
 protected:
  explicit StockBufferTest(cv1::StockBasis basis = cv1::STOCK_BASIS_SALABLE) : EngineDay(basis) {}

  void ConnectWithBuffer(const std::string& store = "web") {
    Sell("MUG", "p1");
    Connect(store, [](v1::Store& made) { made.mutable_settings()->set_stock_buffer(kBuffer); });
  }

  void SetBuffer(std::int32_t buffer) {
    engine::StoreChange change;
    change.key = {"acme", "web"};
    change.merge_settings = [buffer](v1::StoreSettings& settings) {
      settings.set_stock_buffer(buffer);
    };
    const Result<v1::Store> changed = Wait<v1::Store>(
        [&](auto done) { commands_->UpdateStore(std::move(change), std::move(done)); });
    ASSERT_TRUE(changed) << changed.error().message;
    Settle();
  }

  // What that store should show.
  static std::int64_t WantedIn(const v1::Stock& stock, const std::string& store) {
    const auto found = std::find_if(
        stock.published().begin(), stock.published().end(), [&](const v1::PublishedStock& one) {
          return one.store() == "merchants/acme/stores/" + store;
        });
    return found == stock.published().end() ? -1 : found->wanted();
  }
};

TEST_F(StockBufferTest, IsKeptBackFromWhatIsSent) {
  ConnectWithBuffer();

  SetStock("MUG", 10);

  EXPECT_EQ(Shown("p1"), 10 - kBuffer);
  EXPECT_EQ(store_.stock_pushes.back().quantity(), 10 - kBuffer);
}

TEST_F(StockBufferTest, NeverMakesTheStoreShowLessThanNothing) {
  ConnectWithBuffer();
  SetStock("MUG", 10);

  for (const std::int64_t on_hand : {kBuffer - 1, kBuffer, std::int64_t{0}}) {
    SetStock("MUG", on_hand);
    EXPECT_EQ(Shown("p1"), 0) << on_hand << " on the shelf";
    SetStock("MUG", 10);
    ASSERT_EQ(Shown("p1"), 10 - kBuffer);
  }

  for (const cv1::StockLevel& level : store_.stock_pushes) {
    EXPECT_GE(level.quantity(), 0);
  }
}

TEST_F(StockBufferTest, IsKeptBackOnTopOfWhatIsReserved) {
  ConnectWithBuffer();
  SetStock("MUG", 10);

  Order("1001", "MUG", 4);
  Pass(kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Shown("p1"), 10 - 4 - kBuffer);
}

TEST_F(StockBufferTest, IsKeptBackOnTopOfWhatTheStoreSoldUnreserved) {
  ConnectWithBuffer();
  SetStock("MUG", 10);
  Order("1001", "MUG", 4).mutable_shipping_address()->clear_postal_code();
  Pass(kMinute);
  ASSERT_EQ(Get("1001").state(), v1::ORDER_STATE_DRAFT);

  const v1::Stock stock = SetStock("MUG", 11);

  EXPECT_EQ(stock.reserved(), 0);
  ASSERT_EQ(stock.published_size(), 1);
  EXPECT_EQ(stock.published(0).unreserved(), 4);
  EXPECT_EQ(stock.published(0).wanted(), 11 - 4 - kBuffer);
}

// It is what a store offers; what was sold is still sent.
TEST_F(StockBufferTest, KeepsNoOrderFromItsGoods) {
  ConnectWithBuffer();
  SetStock("MUG", kBuffer - 1);

  Order("1001", "MUG", kBuffer - 1);
  Pass(kMinute);

  EXPECT_EQ(Get("1001").state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Shown("p1"), 0);
}

TEST_F(StockBufferTest, HoldsForItsOwnStoreOnly) {
  ConnectWithBuffer("web");
  Connect("outlet");

  const v1::Stock stock = SetStock("MUG", 10);

  EXPECT_EQ(WantedIn(stock, "web"), 10 - kBuffer);
  EXPECT_EQ(WantedIn(stock, "outlet"), 10);
}

// By the next audit: nothing else computes anew what was not touched.
TEST_F(StockBufferTest, IsSentOnWhenItWasChanged) {
  ConnectWithBuffer();
  SetStock("MUG", 10);
  ASSERT_EQ(Shown("p1"), 10 - kBuffer);

  SetBuffer(6);
  Pass(kMinute);
  EXPECT_EQ(Shown("p1"), 4);

  SetBuffer(0);
  Pass(kMinute);
  EXPECT_EQ(Shown("p1"), 10);
}

TEST_F(StockBufferTest, CountsWithTheNextChangeOfStockWhenItWasChanged) {
  ConnectWithBuffer();
  SetStock("MUG", 10);

  SetBuffer(6);
  SetStock("MUG", 20);

  EXPECT_EQ(Shown("p1"), 14);
}

class PhysicalStockBufferTest : public StockBufferTest {
 protected:
  PhysicalStockBufferTest() : StockBufferTest(cv1::STOCK_BASIS_PHYSICAL) {}
};

// The store subtracts its own open orders from what it is sent.
TEST_F(PhysicalStockBufferTest, IsKeptBackUntilTheGoodsHaveLeft) {
  ConnectWithBuffer();
  SetStock("MUG", 10);
  EXPECT_EQ(Shown("p1"), 10 - kBuffer);

  Order("1001", "MUG", 2);
  Pass(kMinute);
  ASSERT_TRUE(Collect("1001"));
  EXPECT_EQ(Shown("p1"), 10 - kBuffer) << "picked, not told";

  ASSERT_TRUE(Ship("1001", "JJFI1"));
  EXPECT_EQ(Shown("p1"), 8 - kBuffer);
}

}  // namespace
}  // namespace storebridge::testing
