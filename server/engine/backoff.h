#pragma once

#include <algorithm>
#include <cstdint>

#include "ports/random.h"

namespace storebridge::engine {

// Milliseconds to wait after `failures` failures in a row: doubles from `first_ms` up to `most_ms`,
// less up to a third by chance, so that many who failed together do not come back together.
inline std::int64_t BackoffMs(int failures,
                              std::int64_t first_ms,
                              std::int64_t most_ms,
                              ports::Random& random) {
  const int doublings = std::clamp(failures - 1, 0, 20);
  const std::int64_t full = std::min(most_ms, first_ms << doublings);
  return full - static_cast<std::int64_t>(random.Next() % static_cast<std::uint64_t>(full / 3 + 1));
}

}  // namespace storebridge::engine
