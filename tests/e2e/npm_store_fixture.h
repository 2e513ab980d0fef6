#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "day_kit/json_text.h"
#include "day_kit/platform.h"
#include "day_kit/process.h"
#include "day_kit/wait.h"
#include "day_kit/warehouse.h"
#include "expect.h"
#include "servers.h"

namespace storebridge::e2e {

// A real store from npm, a server, and a merchant `demo` whose store `web` it is. Nothing runs by
// the clock: only what a test starts.
class NpmStoreFixture : public testing::Test {
 protected:
  // Connects a store that was started.
  void ConnectTo(NpmStore store) {
    store_ = std::move(store);
    ASSERT_TRUE(store_.side)
        << "the store could not be installed or started: its first start needs npm's registry; see "
           "the README of its folder in tools";
    server_ = Must(StartServer(folder_, {store_.place}));
    ASSERT_TRUE(server_.process);
    platform_ = std::make_unique<day::Platform>(server_.address, "demo");
    warehouse_ = std::make_unique<day::Warehouse>(*platform_, "posti", kFirstCode);
    ASSERT_TRUE(Came(platform_->WaitForServer()));
    ASSERT_TRUE(Came(platform_->CreateMerchant("Demo")));
    v1::StoreSettings settings;
    settings.set_orders_interval_seconds(kDaySeconds);
    settings.set_products_interval_seconds(kDaySeconds);
    settings.set_stock_interval_seconds(kDaySeconds);
    ASSERT_TRUE(Came(platform_->Connect("web", *store_.side, settings)));
    ASSERT_TRUE(Came(platform_->Check("web")));
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  }

  // Sets stock here and waits until the store shows it.
  void Stock(const std::string& code, std::int64_t on_hand) {
    ASSERT_TRUE(Came(platform_->SetStock(code, on_hand)));
    ASSERT_TRUE(Came(day::WaitUntil(code + " to show its stock", day::kPatience, [&]() -> Status {
      SB_TRY(const std::int64_t shown, store_.side->ShownStock(code));
      return shown == on_hand ? Ok() : day::NotYet(std::to_string(shown));
    })));
  }

  // Waits until the store calls the order this.
  Status WaitForState(const std::string& number, const std::string& state) {
    return day::WaitUntil("order " + number + " to be " + state, day::kPatience, [&]() -> Status {
      SB_TRY(const day::StoreOrder order, store_.side->Order(number));
      return order.state == state ? Ok() : day::NotYet(order.state);
    });
  }

  // What the SHOP lets a customer buy equals what we have to promise, within the usual time.
  Status WaitForEqualStock(const std::string& code, std::int64_t available) {
    return day::WaitUntil("the shop to sell what is available", day::kPatience, [&]() -> Status {
      SB_TRY(const v1::Stock stock, platform_->GetStock(code));
      SB_TRY(const std::int64_t salable, store_.side->Salable(code));
      if (stock.available() == available && salable == available) {
        return Ok();
      }
      return day::NotYet("available " + std::to_string(stock.available()) + ", the shop sells " +
                         std::to_string(salable));
    });
  }

  // What the customers and the merchant of the store do by a command of its script `shop`. Gives
  // the JSON that it prints.
  Result<boost::json::value> Shop(const std::vector<std::string>& arguments) {
    return store_.side->Shop(arguments);
  }

  static constexpr std::uint64_t kFirstCode = 30'000'000;
  static constexpr int kDaySeconds = 86'400;

  day::TempFolder folder_;
  NpmStore store_;
  Server server_;
  std::unique_ptr<day::Platform> platform_;
  std::unique_ptr<day::Warehouse> warehouse_;
};

}  // namespace storebridge::e2e
