#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "ports/clock.h"

namespace storebridge::testing {

// A clock that stands still until a test moves it. Safe from any thread.
class ManualClock final : public ports::Clock {
 public:
  // 2026-01-01T00:00:00Z.
  static constexpr std::int64_t kStartMs = 1'767'225'600'000;

  explicit ManualClock(std::int64_t now_ms = kStartMs) : now_ms_(now_ms) {}

  std::int64_t NowMs() override { return now_ms_.load(); }
  std::int64_t SteadyMs() override { return steady_ms_.load(); }

  // Lets time pass on both clocks.
  void Advance(std::chrono::milliseconds time) {
    now_ms_ += time.count();
    steady_ms_ += time.count();
  }

  // Sets the clock on the wall only, as an administrator or NTP does.
  void JumpTo(std::int64_t now_ms) { now_ms_ = now_ms; }

 private:
  std::atomic<std::int64_t> now_ms_;
  std::atomic<std::int64_t> steady_ms_{0};
};

}  // namespace storebridge::testing
