#include "adapters/egress/store_gate.h"

#include <limits>

#include <gtest/gtest.h>

namespace storebridge::egress {
namespace {

connector::v1::RateLimit Limit(std::uint32_t burst, double per_second, std::uint32_t concurrent) {
  connector::v1::RateLimit limit;
  limit.set_burst(burst);
  limit.set_per_second(per_second);
  limit.set_max_concurrent(concurrent);
  return limit;
}

int EnterAndLeave(StoreGate& gate, std::int64_t now_ms, int wanted) {
  int entered = 0;
  while (entered < wanted && gate.TryEnter(now_ms)) {
    gate.Leave();
    ++entered;
  }
  return entered;
}

TEST(StoreGateTest, UsesTheDefaultsOfTheContract) {
  StoreGate gate;
  gate.SetLimit({}, 0);

  EXPECT_TRUE(gate.TryEnter(0));
  EXPECT_TRUE(gate.TryEnter(0));
  EXPECT_FALSE(gate.TryEnter(0));
  gate.Leave();
  gate.Leave();
  EXPECT_EQ(EnterAndLeave(gate, 0, 100), 8);
  EXPECT_EQ(gate.OpensAt(0), 200);
  EXPECT_EQ(EnterAndLeave(gate, 1000, 100), 5);
}

TEST(StoreGateTest, TakesNonsenseForTheDefaultOrTheMaximum) {
  for (const double rate :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    StoreGate gate;
    gate.SetLimit(Limit(1, rate, 1), 0);

    EXPECT_EQ(EnterAndLeave(gate, 0, 2), 1);
    EXPECT_EQ(gate.OpensAt(0), 200);
  }
  StoreGate gate;
  gate.SetLimit(Limit(4'000'000'000U, 1e300, 4'000'000'000U), 0);
  EXPECT_EQ(EnterAndLeave(gate, 0, 5000), static_cast<int>(StoreGate::kBurstMax));
}

TEST(StoreGateTest, OpensExactlyWhenItSays) {
  StoreGate gate;
  gate.SetLimit(Limit(1, 3, 1), 0);
  std::int64_t now = 0;

  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(gate.TryEnter(now)) << i;
    gate.Leave();
    now = gate.OpensAt(now).value();
  }

  EXPECT_NEAR(static_cast<double>(now), 1000 / 3.0 * 1000, 1000);
}

TEST(StoreGateTest, HasNoOpeningTimeWhileAllPlacesAreTaken) {
  StoreGate gate;
  gate.SetLimit(Limit(10, 5, 1), 0);
  ASSERT_TRUE(gate.TryEnter(0));

  EXPECT_EQ(gate.OpensAt(0), std::nullopt);
}

TEST(StoreGateTest, HalvesOnComplaintsAndRecoversWithGoodAnswers) {
  StoreGate gate;
  gate.SetLimit(Limit(1, 10, 8), 0);
  EXPECT_EQ(EnterAndLeave(gate, 0, 5), 1);

  gate.OnComplaint(0);
  gate.OnComplaint(10);
  EXPECT_EQ(gate.OpensAt(10).value() - 10, 190);

  for (int i = 0; i < 25; ++i) {
    gate.OnGoodAnswer();
  }
  EXPECT_EQ(EnterAndLeave(gate, 10'000, 5), 1);
  EXPECT_EQ(gate.OpensAt(10'000), 10'100);
}

TEST(StoreGateTest, NeverBecomesSlowerThanItsMinimum) {
  StoreGate gate;
  gate.SetLimit(Limit(1, 16, 1), 0);
  EXPECT_EQ(EnterAndLeave(gate, 0, 5), 1);

  for (int i = 0; i < 100; ++i) {
    gate.OnComplaint(i * StoreGate::kSlowEveryMs);
  }

  EXPECT_EQ(EnterAndLeave(gate, 200'000, 5), 1);
  EXPECT_EQ(gate.OpensAt(200'000), 201'000);
}

TEST(StoreGateTest, LetsNobodyInDuringAPause) {
  StoreGate gate;
  gate.SetLimit({}, 0);

  gate.PauseUntil(5000);
  gate.PauseUntil(1000);

  EXPECT_FALSE(gate.TryEnter(4999));
  EXPECT_EQ(gate.OpensAt(100), 5000);
  EXPECT_TRUE(gate.TryEnter(5000));
}

TEST(StoreGateTest, CanBeForgottenOnlyWhenThatChangesNothing) {
  StoreGate gate;
  gate.SetLimit(Limit(2, 1, 2), 0);
  EXPECT_TRUE(gate.IsAsNew(0));

  EXPECT_TRUE(gate.TryEnter(0));
  EXPECT_FALSE(gate.IsAsNew(10'000));
  gate.Leave();
  EXPECT_TRUE(gate.IsAsNew(10'000));
  gate.OnComplaint(10'000);
  EXPECT_FALSE(gate.IsAsNew(90'000));
}

}  // namespace
}  // namespace storebridge::egress
