#include "adapters/runtime/system_clock.h"

#include <chrono>

namespace storebridge::runtime {
namespace {

template <typename ClockType>
std::int64_t Milliseconds() {
  const auto since = ClockType::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace

std::int64_t SystemClock::NowMs() {
  return Milliseconds<std::chrono::system_clock>();
}

std::int64_t SystemClock::SteadyMs() {
  return Milliseconds<std::chrono::steady_clock>();
}

}  // namespace storebridge::runtime
