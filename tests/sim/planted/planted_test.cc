#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "sim/planted/hunt.h"

namespace storebridge::sim {
namespace {

class PlantedTest : public ::testing::TestWithParam<PlantedBugInfo> {};

TEST_P(PlantedTest, IsFoundWithinItsBound) {
  const Find find = Hunt(GetParam(), {});

  ASSERT_NE(find.seed, 0U) << GetParam().what << ": not found in " << find.seeds << " seeds";
  RecordProperty("seed", static_cast<int>(find.seed));
}

INSTANTIATE_TEST_SUITE_P(Bugs,
                         PlantedTest,
                         ::testing::ValuesIn(kPlantedBugs),
                         [](const auto& tested) {
                           std::string name;
                           bool upper = true;
                           for (const char c : tested.param.name) {
                             if (c != '-') {
                               name += upper ? static_cast<char>(c - 'a' + 'A') : c;
                             }
                             upper = c == '-';
                           }
                           return name;
                         });

TEST(PlantedTest, AFindSaysHowToSeeItAgain) {
  const Find find = Hunt(kPlantedBugs.front(), {});

  EXPECT_NE(find.description.find("seed "), std::string::npos) << find.description;
  EXPECT_NE(find.description.find("hash "), std::string::npos);
  EXPECT_NE(find.description.find("VIOLATION of invariant "), std::string::npos);
  EXPECT_NE(find.description.find("again: sim --seed "), std::string::npos);
}

std::string SymbolsOf(const std::string& program) {
  const std::string command = "nm -C " + program + "; nm -CD " + program;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string symbols;
  std::array<char, 4096> buffer = {};
  while (pipe && std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
    symbols += buffer.data();
  }
  return symbols;
}

class PlantedSymbolsTest : public ::testing::TestWithParam<const char*> {};

TEST_P(PlantedSymbolsTest, HasNothingPlanted) {
  const std::string symbols = SymbolsOf(GetParam());

  ASSERT_NE(symbols.find("storebridge"), std::string::npos) << GetParam();
  EXPECT_EQ(symbols.find("storebridge::sim::Planted"), std::string::npos);
  EXPECT_EQ(symbols.find("storebridge::sim::Forwarding"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Shipped,
                         PlantedSymbolsTest,
                         ::testing::Values(SERVER_PROGRAM, WOOCOMMERCE, VENDURE, SIM_PROGRAM));

TEST(PlantedSymbolsTest, ThePlantedSimulatorHasThem) {
  EXPECT_NE(SymbolsOf(SIM_PLANTED_PROGRAM).find("storebridge::sim::Planted"), std::string::npos);
}

// The simulator is only worth something if it runs what is shipped.
TEST(PlantedSymbolsTest, TheSimulatorRunsTheProductionEngineRulesStorageAndConnector) {
  const std::string symbols = SymbolsOf(SIM_PROGRAM);

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
