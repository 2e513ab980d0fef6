#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <set>
#include <span>
#include <string>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "sim/planted/hunt.h"
#include "sim/planted/planted_command.h"
#include "sim/planted/planted_refit.h"

namespace storebridge::sim {
namespace {

std::string NamesOf(std::span<const Invariant> invariants) {
  std::string names;
  for (const Invariant invariant : invariants) {
    names += (names.empty() ? "" : " or ") + std::to_string(InfoOf(invariant).number) + " (" +
             InfoOf(invariant).name + ")";
  }
  return names;
}

class PlantedTest : public ::testing::TestWithParam<PlantedBugInfo> {};

TEST_P(PlantedTest, IsFoundWithinItsBound) {
  const Find find = Hunt(GetParam(), {});

  ASSERT_NE(find.seed, 0U) << GetParam().what << ": not found in " << find.seeds << " seeds";
  EXPECT_TRUE(find.is_expected) << GetParam().what << ": has to break "
                                << NamesOf(GetParam().breaks) << ", and what was found is\n"
                                << find.description;
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
  EXPECT_NE(find.description.find("again: sim_planted --mutant cursor-before-data --seed " +
                                  std::to_string(find.seed) + " "),
            std::string::npos)
      << find.description;
}

TEST(PlantedTest, TheLineOfAFindFindsTheSameAgain) {
  const Find find = Hunt(kPlantedBugs.front(), {.seed = 2});
  const std::string again = "again: sim_planted ";
  const std::size_t at = find.description.find(again);
  ASSERT_NE(at, std::string::npos) << find.description;

  PlantedCommand command;
  CLI::App app;
  AddOptions(app, command);
  app.parse(find.description.substr(at + again.size()));
  command.options.trace = false;
  const PlantedBugInfo* info = FindBug(command.mutant);
  ASSERT_NE(info, nullptr) << command.mutant;
  const Find second = Hunt(*info, command.options);

  EXPECT_EQ(second.seeds, 1);
  EXPECT_EQ(second.seed, find.seed);
  EXPECT_EQ(second.hash, find.hash);
  EXPECT_EQ(second.violation, find.violation);
}

TEST(PlantedTest, WithoutABugNothingIsFound) {
  const Find find = Hunt(kNothingPlanted, {});

  EXPECT_EQ(find.seed, 0U) << find.description;
  EXPECT_EQ(find.seeds, kNothingPlanted.seeds_max);
}

TEST(PlantedTest, WithoutABugTheDayIsThatOfThePlainSimulator) {
  const Options plain{.seed = 3};
  PlantedRefit refit(PlantedBug::kNone);
  Options planted = plain;
  planted.refit = &refit;

  EXPECT_EQ(World(planted).Run().hash, World(plain).Run().hash);
}

// IsFoundWithinItsBound sees that each bug breaks one of its invariants: bugs that have none in
// common break as many different ones.
TEST(PlantedTest, TheBugsBreakAtLeastTwelveDifferentInvariants) {
  std::set<Invariant> taken;
  int different = 0;
  for (const PlantedBugInfo& info : kPlantedBugs) {
    ASSERT_FALSE(info.breaks.empty()) << info.name;
    const bool is_new =
        std::none_of(info.breaks.begin(), info.breaks.end(), [&](const Invariant invariant) {
          return taken.contains(invariant);
        });
    if (is_new) {
      taken.insert(info.breaks.begin(), info.breaks.end());
      ++different;
    }
  }
  EXPECT_GE(different, 12);
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
