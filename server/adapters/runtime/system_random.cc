#include "adapters/runtime/system_random.h"

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace storebridge::runtime {
namespace {

// Each new record draws a number, and asking the kernel costs more than all else about the number:
// a thread asks for several at once. The most that getentropy gives is 256 bytes.
class Drawn {
 public:
  std::uint64_t Next() {
    if (next_ == numbers_.size()) {
      if (getentropy(numbers_.data(), sizeof(numbers_)) != 0) {
        std::perror("the kernel gives no randomness (getentropy)");
        std::abort();
      }
      next_ = 0;
    }
    return numbers_[next_++];
  }

 private:
  std::array<std::uint64_t, 32> numbers_{};
  std::size_t next_ = numbers_.size();
};

}  // namespace

std::uint64_t SystemRandom::Next() {
  thread_local Drawn drawn;
  return drawn.Next();
}

}  // namespace storebridge::runtime
