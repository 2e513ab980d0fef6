#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/runtime/system_clock.h"
#include "adapters/runtime/system_random.h"

namespace storebridge::runtime {
namespace {

TEST(SystemClockTest, TellsMillisecondsSince1970) {
  SystemClock clock;

  const std::int64_t now_ms = clock.NowMs();

  EXPECT_GT(now_ms, 1'700'000'000'000);
  EXPECT_LT(now_ms, 10'000'000'000'000);
}

TEST(SystemClockTest, NeverGoesBackWhenSteady) {
  SystemClock clock;
  std::int64_t last_ms = clock.SteadyMs();

  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t now_ms = clock.SteadyMs();
    ASSERT_GE(now_ms, last_ms);
    last_ms = now_ms;
  }
}

TEST(SystemRandomTest, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<std::uint64_t> seen;

  for (int i = 0; i < 1'000; ++i) {
    seen.insert(random.Next());
  }

  EXPECT_EQ(seen.size(), 1'000U);
}

TEST(SystemRandomTest, ThreadsDrawEachTheirOwn) {
  constexpr std::size_t kDraws = 1000;
  std::array<std::vector<std::uint64_t>, 2> drawn;
  {
    std::vector<std::jthread> threads;
    for (auto& numbers : drawn) {
      threads.emplace_back([&numbers] {
        SystemRandom random;
        std::generate_n(std::back_inserter(numbers), kDraws, [&] { return random.Next(); });
      });
    }
  }

  std::set<std::uint64_t> all(drawn[0].begin(), drawn[0].end());
  all.insert(drawn[1].begin(), drawn[1].end());
  EXPECT_EQ(all.size(), 2 * kDraws);
}

TEST(SystemRandomTest, UsesAllBits) {
  SystemRandom random;
  std::uint64_t ones = 0;
  std::uint64_t zeros = 0;

  for (int i = 0; i < 200; ++i) {
    const std::uint64_t bits = random.Next();
    ones |= bits;
    zeros |= ~bits;
  }

  EXPECT_EQ(ones, ~0ULL);
  EXPECT_EQ(zeros, ~0ULL);
}

}  // namespace
}  // namespace storebridge::runtime
