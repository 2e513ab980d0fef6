#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "ports/egress.h"

namespace storebridge::egress {

// Says when a request to one store may leave: a token bucket and a cap of requests on their way,
// both slowed when the store complains and recovering with its good answers. Pure: time is given to
// it, as Clock::SteadyMs.
class StoreGate {
 public:
  static constexpr double kPerSecondMax = 1000;
  static constexpr std::uint32_t kBurstMax = 1000;
  static constexpr std::uint32_t kConcurrentMax = 64;
  // How slow a store can make us, of the rate that its connector declares.
  static constexpr double kFactorMin = 1.0 / 16;
  // What a good answer gives back of it.
  static constexpr double kFactorStep = 0.02;
  // Complaints that arrive together count as one.
  static constexpr std::int64_t kSlowEveryMs = 1000;

  // Applies what the manifest says, with its defaults for what it does not say.
  void SetLimit(const connector::v1::RateLimit& limit, std::int64_t now_ms);

  // Takes a token and a place, if both are there.
  bool TryEnter(std::int64_t now_ms);
  void Leave() { --inside_; }

  // When TryEnter may succeed by time alone; nothing when it waits for a Leave.
  [[nodiscard]] std::optional<std::int64_t> OpensAt(std::int64_t now_ms);

  void OnComplaint(std::int64_t now_ms);
  void OnGoodAnswer();

  // Lets nobody in until then.
  void PauseUntil(std::int64_t then_ms);
  [[nodiscard]] std::int64_t paused_until() const { return paused_until_ms_; }

  // Whether forgetting it would change nothing.
  [[nodiscard]] bool IsAsNew(std::int64_t now_ms);

 private:
  void Refill(std::int64_t now_ms);
  [[nodiscard]] double Burst() const;
  [[nodiscard]] double PerMs() const { return per_second_ * factor_ / 1000; }
  [[nodiscard]] bool HasPlace() const;

  bool started_ = false;
  double burst_ = 10;
  double per_second_ = 5;
  std::uint32_t max_concurrent_ = 2;
  double factor_ = 1;
  double tokens_ = 0;
  std::uint32_t inside_ = 0;
  std::int64_t refilled_ms_ = 0;
  std::int64_t paused_until_ms_ = 0;
  std::optional<std::int64_t> slowed_ms_;
};

}  // namespace storebridge::egress
