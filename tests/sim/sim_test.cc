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
  EXPECT_GE(report.people.stock_changes, 20);
  // Orders are asked for each minute.
  EXPECT_GE(report.requests, 24 * 60);
  EXPECT_GE(StoreModel({.products = options.products, .now_ms = [] { return 0; }, .start_ms = 0})
                .Codes()
                .size(),
            200U);
}

class SimSeedTest : public ::testing::TestWithParam<int> {};

TEST_P(SimSeedTest, KeepsAllPromises) {
  const Options options{.seed = static_cast<std::uint64_t>(GetParam()), .days = 1};
  const Report report = World(options).Run();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimSeedTest, ::testing::Range(1, 25));

TEST(SimTest, AFoulDayHasAFaultEachHour) {
  const Report report = World({.seed = 3, .days = 1, .weather = Weather::kFoul}).Run();

  std::int64_t fired = 0;
  for (const auto& [fault, count] : report.faults) {
    fired += count;
  }
  EXPECT_GE(fired, 24);
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
  const Options options{.seed = 1, .days = 1, .weather = Weather::kFair, .products = 40};
  const Report report = World(options).RunOutage();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
  EXPECT_EQ(report.people.shipped, 6);
  EXPECT_EQ(report.told, report.left);
}

TEST(SimTest, ChecksMostOfTheInvariants) {
  std::set<int> numbers;
  for (const InvariantInfo& info : kInvariants) {
    EXPECT_EQ(&InfoOf(info.invariant), &info);
    numbers.insert(info.number);
  }
  EXPECT_EQ(numbers.size(), kInvariants.size());
  EXPECT_GE(std::distance(numbers.begin(), numbers.upper_bound(20)), 12);
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

}  // namespace
}  // namespace storebridge::sim
