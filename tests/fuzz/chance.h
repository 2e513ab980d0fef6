#pragma once

#include <cstddef>
#include <cstdint>

namespace storebridge::fuzz {

// The chance of one mutation (SplitMix64): the same for the same seed, so that a run repeats.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  // Gives 0 to end - 1; `end` is above 0.
  std::size_t Below(std::size_t end) { return static_cast<std::size_t>(Next() % end); }

 private:
  std::uint64_t state_;
};

}  // namespace storebridge::fuzz
