#include "domain/flow_timing.h"

#include <string>

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

struct TimingCase {
  Flow flow;
  std::int64_t default_ms;
  // Age at which everything is compared; 0 for never.
  std::int64_t full_ms;
};

class FlowTimingTest : public ::testing::TestWithParam<TimingCase> {};

TEST_P(FlowTimingTest, RunsAtItsDefaultIntervalWhenNothingIsSet) {
  EXPECT_EQ(IntervalMs(GetParam().flow, {}), GetParam().default_ms);
}

TEST_P(FlowTimingTest, RunsAsOftenAsTheStoreSays) {
  v1::StoreSettings settings;
  settings.set_orders_interval_seconds(7);
  settings.set_products_interval_seconds(7);
  settings.set_stock_interval_seconds(7);

  EXPECT_EQ(IntervalMs(GetParam().flow, settings), 7'000);
}

TEST_P(FlowTimingTest, ComparesEverythingWhenTheLastTimeIsLongAgo) {
  const auto [flow, default_ms, full_ms] = GetParam();
  if (full_ms == 0) {
    EXPECT_FALSE(IsFullDue(flow, {}, 1'000'000 * kMinuteMs));
    return;
  }

  EXPECT_FALSE(IsFullDue(flow, {}, full_ms - 1));
  EXPECT_TRUE(IsFullDue(flow, {}, full_ms));
}

INSTANTIATE_TEST_SUITE_P(
    Flows,
    FlowTimingTest,
    ::testing::Values(TimingCase{Flow::kProducts, 15 * kMinuteMs, 24 * 60 * kMinuteMs},
                      TimingCase{Flow::kOrders, kMinuteMs, 15 * kMinuteMs},
                      TimingCase{Flow::kStock, 15 * kMinuteMs, 15 * kMinuteMs},
                      TimingCase{Flow::kShipments, 15 * kMinuteMs, 0}),
    [](const auto& timing) { return std::string(FlowName(timing.param.flow)); });

TEST(FlowTurnsTest, TellsShipmentsBeforeStockAndReadsBeforeItWrites) {
  EXPECT_EQ(kFlowTurns,
            (std::array{Flow::kProducts, Flow::kOrders, Flow::kShipments, Flow::kStock}));
}

TEST(FlowTurnsTest, CountsThoseOfAnHour) {
  v1::StoreSettings settings;
  EXPECT_EQ(TurnsPerHour(settings), 60 + 4 + 4);

  settings.set_orders_interval_seconds(10);
  settings.set_stock_interval_seconds(86'400);
  EXPECT_EQ(TurnsPerHour(settings), 360 + 4 + 0);
}

}  // namespace
}  // namespace storebridge::domain
