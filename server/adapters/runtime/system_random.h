#pragma once

#include "ports/random.h"

namespace storebridge::runtime {

// Gives the kernel's randomness. Ends the process when the kernel has none: ids and seeds must
// never repeat.
class SystemRandom : public ports::Random {
 public:
  std::uint64_t Next() override;
};

}  // namespace storebridge::runtime
