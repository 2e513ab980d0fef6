#include "engine/run_slots.h"

#include <utility>

#include "domain/flow_timing.h"

namespace storebridge::engine {
namespace {

constexpr std::int64_t kTurnMsWithMany = 250;
constexpr std::int64_t kSecondsPerHour = 3'600;

}  // namespace

bool RunSlots::Take() {
  if (taken_ == most_) {
    return false;
  }
  ++taken_;
  return true;
}

void RunSlots::Give() {
  --taken_;
  Offer();
}

void RunSlots::Await(std::function<void()> wake) {
  waiting_.push_back(std::move(wake));
}

void RunSlots::Expect(std::int64_t per_hour, std::int64_t before) {
  expected_per_hour_ += per_hour - before;
}

std::int64_t RunSlots::turn_ms() const {
  return 2 * expected_per_hour_ <= most_ * kSecondsPerHour ? domain::kTurnMsMost : kTurnMsWithMany;
}

void RunSlots::Offer() {
  if (waiting_.empty() || taken_ == most_) {
    return;
  }
  executor_.Post([self = shared_from_this(), wake = std::move(waiting_.front())] {
    wake();
    // Whoever was woken may have had no use for it.
    self->Offer();
  });
  waiting_.pop_front();
}

}  // namespace storebridge::engine
