#pragma once

#include <atomic>
#include <cstdint>

#include "ports/random.h"

namespace storebridge::testing {

// The same numbers for the same seed (SplitMix64). Safe from any thread.
class SeededRandom final : public ports::Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}

  std::uint64_t Next() override {
    constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_.fetch_add(kStep) + kStep;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

  // Gives 0 to end - 1; `end` is above 0.
  std::uint64_t Below(std::uint64_t end) { return Next() % end; }

 private:
  std::atomic<std::uint64_t> state_;
};

}  // namespace storebridge::testing
