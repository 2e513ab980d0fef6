#include "adapters/egress/store_gate.h"

#include <algorithm>
#include <cmath>

namespace storebridge::egress {
namespace {

constexpr double kPerSecondDefault = 5;
constexpr double kPerSecondMin = 0.001;
constexpr std::uint32_t kBurstDefault = 10;
constexpr std::uint32_t kConcurrentDefault = 2;
// A token that is there but for rounding is there.
constexpr double kAlmost = 1e-6;

}  // namespace

void StoreGate::SetLimit(const connector::v1::RateLimit& limit, std::int64_t now_ms) {
  Refill(now_ms);
  const double rate = limit.per_second();
  per_second_ = std::isfinite(rate) && rate > 0 ? std::clamp(rate, kPerSecondMin, kPerSecondMax)
                                                : kPerSecondDefault;
  burst_ = std::min(limit.burst() == 0 ? kBurstDefault : limit.burst(), kBurstMax);
  max_concurrent_ = std::min(
      limit.max_concurrent() == 0 ? kConcurrentDefault : limit.max_concurrent(), kConcurrentMax);
  tokens_ = started_ ? std::min(tokens_, Burst()) : Burst();
  started_ = true;
}

bool StoreGate::TryEnter(std::int64_t now_ms) {
  Refill(now_ms);
  if (now_ms < paused_until_ms_ || !HasPlace() || tokens_ < 1 - kAlmost) {
    return false;
  }
  tokens_ = std::max(0.0, tokens_ - 1);
  ++inside_;
  return true;
}

std::optional<std::int64_t> StoreGate::OpensAt(std::int64_t now_ms) {
  if (!HasPlace()) {
    return std::nullopt;
  }
  Refill(now_ms);
  const double missing = std::max(0.0, 1 - kAlmost - tokens_);
  const auto wait = static_cast<std::int64_t>(std::ceil(missing / PerMs()));
  return std::max(now_ms + wait, paused_until_ms_);
}

void StoreGate::OnComplaint(std::int64_t now_ms) {
  if (slowed_ms_ && now_ms - *slowed_ms_ < kSlowEveryMs) {
    return;
  }
  Refill(now_ms);
  slowed_ms_ = now_ms;
  factor_ = std::max(kFactorMin, factor_ / 2);
  tokens_ = std::min(tokens_, Burst());
}

void StoreGate::OnGoodAnswer() {
  factor_ = std::min(1.0, factor_ + kFactorStep);
}

void StoreGate::PauseUntil(std::int64_t then_ms) {
  paused_until_ms_ = std::max(paused_until_ms_, then_ms);
}

bool StoreGate::IsAsNew(std::int64_t now_ms) {
  Refill(now_ms);
  return inside_ == 0 && factor_ >= 1 && now_ms >= paused_until_ms_ && tokens_ >= Burst() - kAlmost;
}

void StoreGate::Refill(std::int64_t now_ms) {
  if (now_ms > refilled_ms_) {
    tokens_ = std::min(Burst(), tokens_ + static_cast<double>(now_ms - refilled_ms_) * PerMs());
    refilled_ms_ = now_ms;
  }
}

double StoreGate::Burst() const {
  return std::max(1.0, burst_ * factor_);
}

bool StoreGate::HasPlace() const {
  const auto cap = static_cast<std::uint32_t>(std::ceil(max_concurrent_ * factor_));
  return inside_ < std::max(cap, 1U);
}

}  // namespace storebridge::egress
