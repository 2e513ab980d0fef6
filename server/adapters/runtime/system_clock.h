#pragma once

#include "ports/clock.h"

namespace storebridge::runtime {

// Tells the machine's time.
class SystemClock : public ports::Clock {
 public:
  std::int64_t NowMs() override;
  std::int64_t SteadyMs() override;
};

}  // namespace storebridge::runtime
