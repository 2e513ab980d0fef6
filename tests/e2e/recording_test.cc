// What storebridge-run records of a connector at work is run again byte for byte: pulls, and pushes
// that write.
#include <chrono>
#include <cstdint>
#include <fstream>
#include <ostream>
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
constexpr const char* kRef = "00replay00001";
constexpr std::int64_t kPieces = 7;
constexpr std::chrono::milliseconds kToolMost{60'000};

struct Work {
  std::string name;
  std::string operation;
  // The file of what is pushed; empty for a pull.
  std::string input = {};

  friend void PrintTo(const Work& work, std::ostream* out) { *out << work.name; }
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// WooCommerce's connector and a demo store with a few orders, without a server.
class RecordingTest : public testing::TestWithParam<Work> {
 protected:
  void SetUp() override {
    store_ = Must(StartDemoStore(folder_, "store"));
    ASSERT_TRUE(store_.side);
    const std::vector<std::string> numbers =
        Must(store_.side->Place({.lines = {{kMug, 1}}, .count = 3}));
    ASSERT_EQ(numbers.size(), 3U);
    number_ = numbers[0];
    json::object secrets;
    for (const auto& [name, value] : store_.side->secrets()) {
      secrets[name] = value;
    }
    const json::value config = Must(day::ParseJson(store_.side->config_json()));
    Write("store.json", {{"config", config}, {"secrets", secrets}});
    const json::object level{{"ref", "mug"},
                             {"external_id", std::to_string(Must(store_.side->IdOf(kMug)))},
                             {"product_code", kMug},
                             {"quantity", kPieces}};
    Write("levels.json", {{"levels", json::array({level})}});
    const json::object parcel{{"tracking_code", "JJFI00000060000001"},
                              {"tracking_url", "https://tracking.example/JJFI00000060000001"},
                              {"carrier", "posti"}};
    const json::object shipment{{"ref", kRef},
                                {"external_order_id", number_},
                                {"parcels", json::array({parcel})},
                                {"completes_order", true},
                                {"notify_customer", true}};
    Write("shipments.json", {{"shipments", json::array({shipment})}});
  }

  void Write(const std::string& name, const json::object& content) {
    std::ofstream(folder_.File(name)) << json::serialize(content);
  }

  static day::CommandResult Run(const std::string& connectors,
                                const std::vector<std::string>& arguments) {
    std::vector<std::string> command{E2E_RUN, connectors + "/woocommerce.so"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return Must(day::RunCommand(command, "", kToolMost));
  }

  // Does the work and records it.
  void Record() {
    std::vector<std::string> arguments{"--operation",
                                       GetParam().operation,
                                       "--config",
                                       folder_.File("store.json"),
                                       "--allow-private",
                                       "--record",
                                       recording_};
    if (GetParam().input.empty()) {
      arguments.emplace_back("--full");
    } else {
      arguments.insert(arguments.end(), {"--input", folder_.File(GetParam().input)});
    }
    const day::CommandResult run = Run(E2E_CONNECTORS, arguments);
    ASSERT_EQ(run.exit_code, 0) << run.output << run.errors;
    EXPECT_FALSE(Has(run.errors, "the recording ended early")) << run.errors;
  }

  // Whether a push has arrived.
  void ExpectDone() {
    if (GetParam().operation == "stock.push") {
      EXPECT_EQ(Must(store_.side->ShownStock(kMug)), kPieces);
    }
    if (GetParam().operation == "shipments.push") {
      EXPECT_EQ(Must(store_.side->Order(number_)).markers, std::vector<std::string>{kRef});
    }
  }

  day::TempFolder folder_;
  std::string recording_ = folder_.File("work.recording");
  DemoStore store_;
  std::string number_;
};

TEST_P(RecordingTest, IsReplayedByteForByteWithoutTheStore) {
  ASSERT_NO_FATAL_FAILURE(Record());
  ExpectDone();
  ASSERT_TRUE(Came(store_.side->ResetCounters()));

  const day::CommandResult replay = Run(E2E_CONNECTORS, {"--replay", recording_});

  EXPECT_EQ(replay.exit_code, 0) << replay.output << replay.errors;
  EXPECT_TRUE(Has(replay.output, GetParam().operation + " of woocommerce ")) << replay.output;
  EXPECT_TRUE(Has(replay.output, "the same, byte for byte")) << replay.output;
  EXPECT_FALSE(Has(replay.output, "ends before its session did")) << replay.output;
  EXPECT_TRUE(Must(store_.side->RequestCounts()).empty());
}

// The connector with less patience says so in its first request, and is the same but for that.
TEST_P(RecordingTest, TellsAConnectorApartThatDiffersInATimeOut) {
  ASSERT_NO_FATAL_FAILURE(Record());

  const day::CommandResult replay = Run(E2E_QUICK_CONNECTORS, {"--replay", recording_});

  EXPECT_EQ(replay.exit_code, 1) << replay.output << replay.errors;
  EXPECT_TRUE(Has(replay.output, "step 1: ")) << replay.output;
  EXPECT_TRUE(Has(replay.output, "timeout_ms is 10000 now")) << replay.output;
}

INSTANTIATE_TEST_SUITE_P(WooCommerce,
                         RecordingTest,
                         testing::Values(Work{"OrdersPull", "orders.pull"},
                                         Work{"ProductsPull", "products.pull"},
                                         Work{"StockPush", "stock.push", "levels.json"},
                                         Work{"ShipmentsPush", "shipments.push", "shipments.json"}),
                         [](const testing::TestParamInfo<Work>& work) { return work.param.name; });

}  // namespace
}  // namespace storebridge::e2e
