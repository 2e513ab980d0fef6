#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "sim/world.h"

namespace storebridge::sim {
namespace {

std::string Text(const Report& report) {
  std::string text;
  for (const std::string& violation : report.violations) {
    text += violation + "\n";
  }
  for (const std::string& event : report.last_events) {
    text += "  " + event + "\n";
  }
  return text;
}

TEST(SimTest, ADayWithoutFaultsKeepsAllPromises) {
  const Report report = World({.seed = 1, .days = 1, .faults = false}).Run();

  EXPECT_TRUE(report.violations.empty()) << Text(report);
  EXPECT_GT(report.shipped, 5);
}

class SimSeedTest : public ::testing::TestWithParam<int> {};

TEST_P(SimSeedTest, ADayWithFaultsKeepsAllPromises) {
  const auto seed = static_cast<std::uint64_t>(GetParam());
  const Report report = World({.seed = seed, .days = 1, .faults = true}).Run();

  EXPECT_TRUE(report.violations.empty()) << "again: sim --seed " << seed << " --days 1\n"
                                         << Text(report);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimSeedTest, ::testing::Range(1, 21));

TEST(SimTest, TheSameSeedGivesTheSameDay) {
  const Report first = World({.seed = 42, .days = 1, .faults = true}).Run();
  const Report second = World({.seed = 42, .days = 1, .faults = true}).Run();

  EXPECT_EQ(first.hash, second.hash);
  EXPECT_NE(first.hash, World({.seed = 43, .days = 1, .faults = true}).Run().hash);
}

// The simulator is only worth something if it runs what is shipped.
TEST(SimTest, RunsTheProductionEngineRulesStorageAndConnector) {
  const std::string command = std::string("nm -C ") + SIM_PROGRAM;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  ASSERT_TRUE(pipe);
  std::string symbols;
  std::array<char, 4096> buffer = {};
  while (std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
    symbols += buffer.data();
  }
  for (const char* symbol : {"storebridge::engine::StoreScheduler::Try",
                             "storebridge::engine::ShipmentsOut::Claim",
                             "storebridge::domain::MergeOrder",
                             "storebridge::storage::OpenStorage",
                             "storebridge::egress::PolicyEgress::Send",
                             "woocommerce_connector"}) {
    EXPECT_NE(symbols.find(symbol), std::string::npos) << symbol;
  }
}

}  // namespace
}  // namespace storebridge::sim
