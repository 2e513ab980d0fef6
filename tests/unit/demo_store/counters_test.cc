#include "demo_store/counters.h"

#include <gtest/gtest.h>

namespace storebridge::demo_store {
namespace {

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kMinute = 60'000;

void Count(RequestWindows& windows, std::int64_t at_ms, std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    windows.Count(at_ms);
  }
}

TEST(RequestWindowsTest, CountsWhatAWindowHeldWhereverItBegan) {
  RequestWindows windows;
  Count(windows, 900, 3);
  Count(windows, 1'100, 4);
  Count(windows, 5'000, 2);

  EXPECT_EQ(windows.Largest(kSecond), 7);
  EXPECT_EQ(windows.Largest(kMinute), 9);
}

TEST(RequestWindowsTest, LeavesOutWhatIsAsOldAsTheWindow) {
  RequestWindows windows;
  Count(windows, 0, 1);
  Count(windows, 999, 1);
  EXPECT_EQ(windows.Largest(kSecond), 2);

  Count(windows, 1'000, 1);
  EXPECT_EQ(windows.Largest(kSecond), 2);
  EXPECT_EQ(windows.Largest(kMinute), 3);
}

TEST(RequestWindowsTest, KeepsTheLargestWhenItIsOver) {
  RequestWindows windows;
  Count(windows, 0, 5);
  Count(windows, 10 * kMinute, 1);

  EXPECT_EQ(windows.Largest(kSecond), 5);
  EXPECT_EQ(windows.Largest(kMinute), 5);
}

TEST(RequestWindowsTest, CountsNoMoreThanItKeeps) {
  const auto kept = static_cast<std::int64_t>(RequestWindows::kKept);
  RequestWindows windows;
  Count(windows, 0, kept + 5);

  EXPECT_EQ(windows.Largest(kMinute), kept);
}

TEST(RequestWindowsTest, BeginsAnewWhenTheClockIsSetBack) {
  RequestWindows windows;
  Count(windows, kMinute, 3);
  Count(windows, 0, 2);

  EXPECT_EQ(windows.Largest(kMinute), 3);
}

TEST(RequestWindowsTest, KnowsNothingOfOtherLengths) {
  RequestWindows windows;
  Count(windows, 0, 1);

  EXPECT_EQ(windows.Largest(2 * kSecond), 0);
}

TEST(CountersTest, KeepTheVersionsOfAProductsStockApart) {
  Counters counters;
  counters.CountStockVersion(1, 5);
  counters.CountStockVersion(1, 0);
  counters.CountStockVersion(2, 9);

  EXPECT_EQ(counters.StockOf(1).count, 2);
  EXPECT_EQ(counters.StockOf(1).last, 0);
  EXPECT_EQ(counters.StockOf(2).count, 1);
  EXPECT_EQ(counters.StockOf(3).count, 0);
}

}  // namespace
}  // namespace storebridge::demo_store
