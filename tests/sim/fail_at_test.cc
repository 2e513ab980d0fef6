#include <string>

#include <gtest/gtest.h>

#include "sim/world.h"

namespace storebridge::sim {
namespace {

// How an effect fails.
struct Failing {
  const char* name;
  Fate fate;
  bool is_for_ever;
};

constexpr Failing kFailings[] = {{"RefusedOnce", Fate::kRefused, false},
                                 {"LostOnce", Fate::kLost, false},
                                 {"LateOnce", Fate::kLate, false},
                                 {"CrashBefore", Fate::kCrashBefore, false},
                                 {"CrashAfter", Fate::kCrashAfter, false},
                                 {"RefusedFromThenOn", Fate::kRefused, true}};

Options Small(const FailAt& fail_at) {
  return {.seed = 1, .products = 20, .course = Course::kScenario, .fail_at = fail_at};
}

class FailAtTest : public ::testing::TestWithParam<Failing> {};

// Every request and every transaction of three orders' lives, one after the other.
TEST_P(FailAtTest, NoEffectMayNotFail) {
  const std::int64_t effects = World(Small({})).Run().effects;
  ASSERT_GT(effects, 50);

  for (std::int64_t nth = 1; nth <= effects; ++nth) {
    const Options options =
        Small({.nth = nth, .fate = GetParam().fate, .is_for_ever = GetParam().is_for_ever});
    const Report report = World(options).Run();
    ASSERT_TRUE(report.violations.empty()) << "effect " << nth << " of " << effects << "\n"
                                           << Describe(options, report);
    ASSERT_EQ(report.people.shipped, 3) << "effect " << nth << " of " << effects;
  }
}

TEST(FailAtTest, TheScenarioShipsItsThreeOrders) {
  const Options options = Small({});
  const Report report = World(options).Run();

  EXPECT_TRUE(report.violations.empty()) << Describe(options, report);
  EXPECT_EQ(report.people.shipped, 3);
}

INSTANTIATE_TEST_SUITE_P(Every, FailAtTest, ::testing::ValuesIn(kFailings), [](const auto& tested) {
  return std::string(tested.param.name);
});

}  // namespace
}  // namespace storebridge::sim
