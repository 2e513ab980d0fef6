#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "sim/world.h"

namespace storebridge::sim {
namespace {

TEST(SimTest, AFairDayKeepsAllPromises) {
  const Options options{.seed = 1, .days = 1, .weather = Weather::kFair};
  const Report report = World(options).Run();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
  EXPECT_TRUE(report.faults.empty());
  EXPECT_EQ(report.restarts, 0);
}

TEST(SimTest, ADayIsADay) {
  const Options options{.seed = 1, .days = 1, .weather = Weather::kFair};
  const Report report = World(options).Run();

  EXPECT_GE(report.people.placed, 20);
  EXPECT_GE(report.people.shipped, 15);
  EXPECT_GE(report.people.stock_changes, 30);
  // Orders are asked for each minute.
  EXPECT_GE(report.requests, 24 * 60);
  EXPECT_GE(StoreModel({.products = options.products, .now_ms = [] { return 0; }, .start_ms = 0})
                .Codes()
                .size(),
            200U);
}

TEST(SimTest, ADayHasThirtyChangesOfStockWhateverItsWeather) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Report report = World({.seed = seed, .days = 1}).Run();
    EXPECT_GE(report.people.stock_changes, 30) << "seed " << seed;
  }
}

class SimSeedTest : public ::testing::TestWithParam<int> {};

TEST_P(SimSeedTest, KeepsAllPromises) {
  const Options options{.seed = static_cast<std::uint64_t>(GetParam()), .days = 1};
  const Report report = World(options).Run();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimSeedTest, ::testing::Range(1, 25));

TEST(SimTest, AFoulDayHasAFaultEachHour) {
  for (std::uint64_t seed = 3; seed <= 7; ++seed) {
    const Report report = World({.seed = seed, .days = 1, .weather = Weather::kFoul}).Run();
    ASSERT_GE(report.faults_by_hour.size(), 24U);
    for (std::size_t hour = 0; hour < 24; ++hour) {
      EXPECT_GT(report.faults_by_hour.at(hour), 0) << "hour " << hour << " of seed " << seed;
    }
  }
}

TEST(SimTest, AFewDaysMeetMostFaults) {
  std::map<Fault, std::int64_t> fired;
  for (std::uint64_t seed = 100; seed < 108; ++seed) {
    for (const auto& [fault, count] :
         World({.seed = seed, .days = 1, .weather = Weather::kFoul}).Run().faults) {
      fired[fault] += count;
    }
  }
  std::set<int> numbers;
  for (const auto& [fault, count] : fired) {
    numbers.insert(InfoOf(fault).number);
  }
  EXPECT_GE(fired.size(), 24U);
  EXPECT_GE(numbers.size(), 15U);
}

TEST(SimTest, TheSameSeedGivesTheSameDay) {
  const Report first = World({.seed = 44, .days = 1}).Run();
  const Report second = World({.seed = 44, .days = 1}).Run();

  EXPECT_EQ(first.hash, second.hash);
  EXPECT_EQ(first.events, second.events);
  EXPECT_NE(first.hash, World({.seed = 45, .days = 1}).Run().hash);
}

TEST(SimTest, AStoreThatWasDownForAnHourIsToldOfAllInTheirOrder) {
  const Options options{.seed = 1, .products = 40, .course = Course::kOutage};
  const Report report = World(options).Run();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
  EXPECT_EQ(report.people.shipped, 6);
  EXPECT_EQ(report.told, report.left);
}

TEST(SimTest, EveryInvariantIsInTheTableOnce) {
  std::set<int> numbers;
  for (const InvariantInfo& info : kInvariants) {
    EXPECT_EQ(&InfoOf(info.invariant), &info);
    numbers.insert(info.number);
  }
  EXPECT_EQ(numbers.size(), kInvariants.size());
}

TEST(SimTest, EveryFaultIsInTheTableOnce) {
  std::set<int> numbers;
  std::set<Fault> faults;
  for (const FaultInfo& info : kFaults) {
    EXPECT_TRUE(faults.insert(info.fault).second);
    EXPECT_LE(info.rate_least, info.rate_most);
    numbers.insert(info.number);
  }
  EXPECT_GE(numbers.size(), 15U);
}

TEST(FaultPlanTest, AnHourDoesNotWaitForWhatHappensOnlyOnce) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    FaultPlan plan(seed);
    plan.TurnOn(Fault::kStoreClock, 1);
    plan.TurnOn(Fault::kRush, 1);
    plan.BeginHour();
    EXPECT_TRUE(plan.Fires(Fault::kRush)) << "seed " << seed;
    EXPECT_EQ(plan.by_hour().back(), 1);
  }
}

TEST(FaultPlanTest, AnHourWithoutAnyMakesUpWithWhateverIsAskedForNext) {
  FaultPlan plan(1);
  plan.TurnOn(Fault::kPageDrift, 1);
  plan.BeginHour();
  plan.TurnOn(Fault::kOutage, 1);
  plan.MakeUp();

  EXPECT_FALSE(plan.Fires(Fault::kRush));
  EXPECT_TRUE(plan.Fires(Fault::kOutage));
}

TEST(FaultPlanTest, WhateverIsDrawnOneHasItsChanceEachHalfHour) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    for (const bool only_people : {false, true}) {
      FaultPlan plan(seed);
      plan.Draw(only_people);
      EXPECT_TRUE(std::any_of(
          kFaults.begin(),
          kFaults.end(),
          [&](const FaultInfo& info) { return plan.IsOn(info.fault) && IsOfTheClock(info.fault); }))
          << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace storebridge::sim
