#pragma once

#include <cstdint>

namespace storebridge::ports {

// Gives chance. Safe from any thread.
class Random {
 public:
  virtual ~Random() = default;

  // 64 unpredictable bits in production; a seeded sequence in simulation.
  virtual std::uint64_t Next() = 0;
};

}  // namespace storebridge::ports
