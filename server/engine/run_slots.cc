#include "engine/run_slots.h"

#include <algorithm>
#include <utility>

#include "domain/flow_timing.h"

namespace storebridge::engine {
namespace {

constexpr std::int64_t kTurnMsWithMany = 250;
constexpr std::int64_t kSecondsPerHour = 3'600;
// One place of so many is kept for other connectors, if there is more than one place.
constexpr int kPlacesForOneKept = 4;

}  // namespace

int RunSlots::MostOf(const std::string& connector) const {
  const bool is_alone = expected_by_.size() <= expected_by_.count(connector);
  if (is_alone || most_ == 1) {
    return most_;
  }
  return most_ - std::max(most_ / kPlacesForOneKept, 1);
}

bool RunSlots::HasPlace(const std::string& connector) const {
  const auto taken = taken_by_.find(connector);
  return taken_ < most_ && (taken == taken_by_.end() || taken->second < MostOf(connector));
}

bool RunSlots::Take(const std::string& connector) {
  if (!HasPlace(connector)) {
    return false;
  }
  ++taken_;
  ++taken_by_[connector];
  return true;
}

void RunSlots::Give(const std::string& connector) {
  --taken_;
  if (--taken_by_[connector] == 0) {
    taken_by_.erase(connector);
  }
  Offer();
}

void RunSlots::Await(const std::string& connector, std::function<void()> wake) {
  waiting_.push_back({.connector = connector, .wake = std::move(wake)});
}

void RunSlots::Expect(const std::string& connector, std::int64_t per_hour, std::int64_t before) {
  expected_per_hour_ += per_hour - before;
  std::int64_t& expected = expected_by_[connector];
  expected += per_hour - before;
  if (expected == 0) {
    expected_by_.erase(connector);
    // Its going may have given others more.
    Offer();
  }
}

std::int64_t RunSlots::turn_ms() const {
  return 2 * expected_per_hour_ <= most_ * kSecondsPerHour ? domain::kTurnMsMost : kTurnMsWithMany;
}

void RunSlots::Offer() {
  const auto next = std::find_if(waiting_.begin(), waiting_.end(), [this](const Waiter& waiter) {
    return HasPlace(waiter.connector);
  });
  if (next == waiting_.end()) {
    return;
  }
  executor_.Post([self = shared_from_this(), wake = std::move(next->wake)] {
    wake();
    // Whoever was woken may have had no use for it.
    self->Offer();
  });
  waiting_.erase(next);
}

}  // namespace storebridge::engine
