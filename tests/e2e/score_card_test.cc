// What storebridge-run records of WooCommerce's connector at work is evidence for the conformance
// kit, and the connector passes.
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "day_kit/json_text.h"
#include "day_kit/process.h"
#include "expect.h"
#include "servers.h"

namespace storebridge::e2e {
namespace {

namespace json = boost::json;

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr std::chrono::milliseconds kToolMost{240'000};
constexpr int kOrders = 5;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class ScoreCardTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = Must(StartDemoStore(folder_, "store"));
    ASSERT_TRUE(store_.side);
    orders_ = Must(store_.side->Place({.lines = {{kMug, 1}}, .count = kOrders}));
    ASSERT_EQ(orders_.size(), static_cast<std::size_t>(kOrders));
    json::object secrets;
    for (const auto& [name, value] : store_.side->secrets()) {
      secrets[name] = value;
    }
    Write("store.json",
          {{"config", Must(day::ParseJson(store_.side->config_json()))}, {"secrets", secrets}});
  }

  void Write(const std::string& name, const json::object& content) {
    std::ofstream(folder_.File(name)) << json::serialize(content);
  }

  static day::CommandResult Run(const std::string& program,
                                const std::vector<std::string>& arguments) {
    std::vector<std::string> command{program, std::string(E2E_CONNECTORS) + "/woocommerce.so"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return Must(day::RunCommand(command, "", kToolMost));
  }

  void Record(const std::string& name, std::vector<std::string> arguments) {
    files_.push_back(folder_.File(name + ".sbrec"));
    arguments.insert(
        arguments.end(),
        {"--config", folder_.File("store.json"), "--allow-private", "--record", files_.back()});
    const day::CommandResult run = Run(E2E_RUN, arguments);
    ASSERT_EQ(run.exit_code, 0) << run.output << run.errors;
  }

  void RecordPushes() {
    const json::object level{{"ref", "mug"},
                             {"external_id", std::to_string(Must(store_.side->IdOf(kMug)))},
                             {"product_code", kMug},
                             {"quantity", 7}};
    Write("levels.json", {{"levels", json::array({level})}});
    ASSERT_NO_FATAL_FAILURE(
        Record("stock", {"--operation", "stock.push", "--input", folder_.File("levels.json")}));
    json::array shipments;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string code = "JJFI0000006000000" + std::to_string(i);
      const json::object parcel{{"tracking_code", code},
                                {"tracking_url", "https://tracking.example/" + code},
                                {"carrier", "posti"}};
      shipments.push_back(json::object{{"ref", "00scorecard0" + std::to_string(i)},
                                       {"external_order_id", orders_[i]},
                                       {"parcels", json::array({parcel})},
                                       {"completes_order", true},
                                       {"notify_customer", true}});
    }
    Write("shipments.json", {{"shipments", shipments}});
    ASSERT_NO_FATAL_FAILURE(Record(
        "shipments", {"--operation", "shipments.push", "--input", folder_.File("shipments.json")}));
    // The parcels of the first one were wrong.
    json::object update = shipments[0].as_object();
    update["revision"] = 1;
    update["external_id"] = "00scorecard00";
    update["parcels"] = shipments[1].at("parcels");
    update["outdated_parcels"] = shipments[0].at("parcels");
    Write("update.json", {{"shipments", json::array({update})}});
    ASSERT_NO_FATAL_FAILURE(Record(
        "update", {"--operation", "shipments.update", "--input", folder_.File("update.json")}));
  }

  day::TempFolder folder_;
  DemoStore store_;
  std::vector<std::string> orders_;
  std::vector<std::string> files_;
};

TEST_F(ScoreCardTest, OfWooCommerceHasNothingThatFails) {
  ASSERT_NO_FATAL_FAILURE(Record("check", {"--operation", "auth.check"}));
  ASSERT_NO_FATAL_FAILURE(Record("products", {"--operation", "products.pull", "--full"}));
  ASSERT_NO_FATAL_FAILURE(Record("products_changed", {"--operation", "products.pull"}));
  ASSERT_NO_FATAL_FAILURE(Record("orders", {"--operation", "orders.pull"}));
  ASSERT_NO_FATAL_FAILURE(
      Record("sweep", {"--operation", "orders.pull", "--full", "--cursor", "2026-01-01T00:00:00"}));
  ASSERT_NO_FATAL_FAILURE(RecordPushes());
  ASSERT_TRUE(Came(store_.side->ResetCounters()));

  const day::CommandResult card = Run(E2E_KIT, files_);

  EXPECT_EQ(card.exit_code, 0) << card.output << card.errors;
  EXPECT_TRUE(Has(card.output, "19 ok, 0 fail, 0 not shown")) << card.output;
  EXPECT_TRUE(Must(store_.side->RequestCounts()).empty());
}

}  // namespace
}  // namespace storebridge::e2e
