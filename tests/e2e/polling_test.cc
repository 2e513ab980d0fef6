// What a poll misses (nothing) and what it costs when nothing changed (next to nothing).
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "demo_fixture.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kSoap = "SF-SOAP-TAR";
constexpr std::int64_t kPlenty = 100'000;

struct EdgeCase {
  int page_size;
  int first;
  int second;
};

class PageEdgeTest : public DemoFixture, public testing::WithParamInterface<EdgeCase> {};

TEST_P(PageEdgeTest, NoneOfManyOrdersOfOneSecondIsMissed) {
  const EdgeCase edge = GetParam();
  StartAll({.page_size = edge.page_size});
  Stock(kSoap, kPlenty);

  std::vector<std::string> placed = Buy(kSoap, edge.first);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  const std::vector<std::string> later = Buy(kSoap, edge.second);
  placed.insert(placed.end(), later.begin(), later.end());
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  std::set<std::string> fresh;
  for (const v1::Order& order : Must(platform_->ListOrders("state = NEW"))) {
    fresh.insert(order.order_number());
  }
  EXPECT_EQ(fresh, std::set<std::string>(placed.begin(), placed.end()));
}

INSTANTIATE_TEST_SUITE_P(PageSizes,
                         PageEdgeTest,
                         testing::Values(EdgeCase{2, 3, 4}, EdgeCase{100, 205, 3}),
                         [](const testing::TestParamInfo<EdgeCase>& edge) {
                           return "Of" + std::to_string(edge.param.page_size);
                         });

class QuietRoundTest : public DemoFixture {};

TEST_F(QuietRoundTest, AsksAtMostOnceForOrdersAndProductsAndWritesNothing) {
  StartAll();
  Stock(kSoap, kPlenty);
  Buy(kSoap, 30);
  SendAll();
  Buy(kSoap, 30);
  Settle();
  const std::int64_t sequence = Must(platform_->LastChange());
  ASSERT_TRUE(Came(store_.side->ResetCounters()));

  RunAll();

  std::int64_t orders = 0;
  std::int64_t products = 0;
  for (const auto& [route, count] : Must(store_.side->RequestCounts())) {
    EXPECT_TRUE(route.starts_with("GET ")) << route << ": " << count;
    orders += route.starts_with("GET /orders") ? count : 0;
    products += route.starts_with("GET /products") ? count : 0;
    EXPECT_TRUE(route.starts_with("GET /orders") || route.starts_with("GET /products"))
        << route << ": " << count;
  }
  EXPECT_LE(orders, 1);
  EXPECT_LE(products, 1);
  EXPECT_EQ(Must(store_.side->WriteCount()), std::optional<std::int64_t>(0));
  EXPECT_EQ(Must(platform_->LastChange()), sequence);
}

// The database as it lies on the disk: what is committed is in the one file or the other.
std::string FilesOf(const day::TempFolder& folder) {
  std::string bytes;
  for (const char* name : {"/data/storebridge.db", "/data/storebridge.db-wal"}) {
    std::ifstream file(folder.path() + name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    bytes.append(std::istreambuf_iterator<char>(file), {});
  }
  return bytes;
}

class ScheduledRoundTest : public DemoFixture {
 protected:
  static constexpr int kOftenSeconds = 10;
  static constexpr std::chrono::milliseconds kRoundsMost{60'000};

  // Runs of the server's own schedule that changed nothing.
  struct Idle {
    std::int64_t orders = 0;
    std::int64_t products = 0;
  };

  Result<Idle> IdleRuns() {
    SB_TRY(const v1::Store store, platform_->GetStore("web"));
    Idle idle;
    for (const v1::FlowHealth& flow : store.flows()) {
      idle.orders = flow.flow() == v1::FLOW_ORDERS ? flow.idle_runs() : idle.orders;
      idle.products = flow.flow() == v1::FLOW_PRODUCTS ? flow.idle_runs() : idle.products;
    }
    return idle;
  }
  // Waits for one more of both.
  Status WaitForRound(const Idle& before) {
    return day::WaitUntil("a quiet round", kRoundsMost, [&]() -> Status {
      SB_TRY(const Idle idle, IdleRuns());
      return idle.orders > before.orders && idle.products > before.products
                 ? Ok()
                 : day::NotYet(std::to_string(idle.orders) + " of orders, " +
                               std::to_string(idle.products) + " of products");
    });
  }
};

TEST_F(ScheduledRoundTest, LeavesTheDatabaseOnTheDiskAsItIs) {
  StartAll();
  Stock(kSoap, kPlenty);
  Buy(kSoap, 30);
  Settle();
  v1::StoreSettings often;
  often.set_orders_interval_seconds(kOftenSeconds);
  often.set_products_interval_seconds(kOftenSeconds);
  ASSERT_TRUE(Came(platform_->ChangeSettings("web", often)));
  ASSERT_TRUE(Came(WaitForRound({})));
  const std::string before = FilesOf(folder_);
  const Idle rounds = Must(IdleRuns());
  ASSERT_TRUE(Came(store_.side->ResetCounters()));

  ASSERT_TRUE(Came(WaitForRound(rounds)));

  EXPECT_GT(before.size(), 0U);
  EXPECT_TRUE(FilesOf(folder_) == before) << "the files differ";
  EXPECT_EQ(Must(store_.side->WriteCount()), std::optional<std::int64_t>(0));
}

}  // namespace
}  // namespace storebridge::e2e
