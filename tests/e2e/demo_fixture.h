#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "day_kit/platform.h"
#include "day_kit/wait.h"
#include "day_kit/warehouse.h"
#include "expect.h"
#include "servers.h"

namespace storebridge::e2e {

// A demo store, a server, and a merchant `demo` whose store `web` it is. Nothing runs by the clock:
// only what a test starts.
class DemoFixture : public testing::Test {
 protected:
  // Starts all of it and brings the products in.
  void StartAll(const DemoStoreOptions& options = {},
                const v1::StoreSettings& settings = Quiet(),
                const std::string& connectors = E2E_CONNECTORS) {
    store_ = Must(StartDemoStore(folder_, "store", options));
    server_ = Must(StartServer(folder_,
                               ServerOptions{.places = {store_.place},
                                             .connectors = connectors,
                                             .hears_stores = !webhook_secret_.empty()}));
    ASSERT_TRUE(store_.side && server_.process);
    store_.side->SignWith(webhook_secret_);
    platform_ = std::make_unique<day::Platform>(server_.address, "demo");
    warehouse_ = std::make_unique<day::Warehouse>(*platform_, "posti", kFirstCode);
    ASSERT_TRUE(Came(platform_->WaitForServer()));
    ASSERT_TRUE(Came(platform_->CreateMerchant("Demo")));
    ASSERT_TRUE(Came(platform_->Connect("web", *store_.side, settings)));
    ASSERT_TRUE(Came(platform_->Check("web")));
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  }

  // Settings under which flows run only when they are started or something changed.
  static v1::StoreSettings Quiet() {
    v1::StoreSettings settings;
    settings.set_orders_interval_seconds(kDaySeconds);
    settings.set_products_interval_seconds(kDaySeconds);
    settings.set_stock_interval_seconds(kDaySeconds);
    // The demo store tells times in whole seconds: what is bought in the second of connecting
    // counts too.
    settings.mutable_orders_from()->set_seconds(Now() - 60);
    return settings;
  }

  static std::int64_t Now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  // Sets stock here and waits until the store shows it.
  void Stock(const std::string& code, std::int64_t on_hand) {
    ASSERT_TRUE(Came(platform_->SetStock(code, on_hand)));
    ASSERT_TRUE(Came(WaitForShown(*store_.side, code, on_hand)));
  }

  static Status WaitForShown(day::StoreSide& side, const std::string& code, std::int64_t wanted) {
    return day::WaitUntil(code + " to show its stock", day::kPatience, [&]() -> Status {
      SB_TRY(const std::int64_t shown, side.ShownStock(code));
      return shown == wanted ? Ok() : day::NotYet(std::to_string(shown));
    });
  }

  // Customers buy one piece each.
  std::vector<std::string> Buy(const std::string& code, int count = 1) {
    return Must(store_.side->Place({.lines = {{code, 1}}, .count = count}));
  }

  // Reads the orders and sends those that are NEW; waits until the store knows.
  void SendAll() {
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
    for (const day::SentOrder& sent : Must(warehouse_->WorkThroughNew())) {
      ASSERT_TRUE(Came(WaitForShipped(sent.number)));
    }
  }

  Status WaitForShipped(const std::string& number) {
    return day::WaitUntil("order " + number + " to be shipped", day::kPatience, [&]() -> Status {
      SB_TRY(const day::StoreOrder order, store_.side->Order(number));
      return order.is_shipped ? Ok() : day::NotYet(order.state);
    });
  }

  // Runs all flows until nothing changes here any more, at most five times.
  void Settle() {
    std::int64_t last = -1;
    for (int i = 0; i < kSettleMost && last != Must(platform_->LastChange()); ++i) {
      last = Must(platform_->LastChange());
      RunAll();
    }
  }

  void RunAll() {
    for (const v1::Flow flow :
         {v1::FLOW_PRODUCTS, v1::FLOW_ORDERS, v1::FLOW_SHIPMENTS, v1::FLOW_STOCK}) {
      ASSERT_TRUE(Came(platform_->Run("web", flow)));
    }
  }

  static constexpr std::uint64_t kFirstCode = 20'000'000;
  static constexpr int kDaySeconds = 86'400;
  static constexpr int kSettleMost = 5;

  // With one, the server that StartAll starts can be called by stores, and this one signs with it.
  std::string webhook_secret_;
  day::TempFolder folder_;
  DemoStore store_;
  Server server_;
  std::unique_ptr<day::Platform> platform_;
  std::unique_ptr<day::Warehouse> warehouse_;
};

}  // namespace storebridge::e2e
