#include "adapters/runtime/system_random.h"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace storebridge::runtime {

std::uint64_t SystemRandom::Next() {
  std::uint64_t bits = 0;
  if (getentropy(&bits, sizeof(bits)) != 0) {
    std::perror("the kernel gives no randomness (getentropy)");
    std::abort();
  }
  return bits;
}

}  // namespace storebridge::runtime
