#pragma once

#include <cstdint>

namespace storebridge::ports {

// Tells the time. Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // Milliseconds since 1970, UTC. May jump.
  virtual std::int64_t NowMs() = 0;

  // Milliseconds since some moment. Never goes back.
  virtual std::int64_t SteadyMs() = 0;
};

}  // namespace storebridge::ports
