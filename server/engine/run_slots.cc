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

void RunSlots::Leave(const std::string& connector) {
  if (--active_by_[connector] == 0) {
    active_by_.erase(connector);
    // Others may have more now.
    Offer();
  }
}

int RunSlots::MostOf(const std::string& connector) const {
  const bool is_alone = active_by_.size() <= active_by_.count(connector);
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
  Release(connector);
  Offer();
}

void RunSlots::Release(const std::string& connector) {
  --taken_;
  --taken_by_[connector];
}

void RunSlots::Await(const std::string& connector, std::function<void()> wake) {
  waiting_by_[connector].push_back({.number = ++last_waiter_, .wake = std::move(wake)});
}

void RunSlots::Expect(std::int64_t per_hour, std::int64_t before) {
  expected_per_hour_ += per_hour - before;
}

std::int64_t RunSlots::turn_ms() const {
  return 2 * expected_per_hour_ <= most_ * kSecondsPerHour ? domain::kTurnMsMost : kTurnMsWithMany;
}

void RunSlots::Offer() {
  auto next = waiting_by_.end();
  for (auto queue = waiting_by_.begin(); queue != waiting_by_.end(); ++queue) {
    const bool is_older =
        next == waiting_by_.end() || queue->second.front().number < next->second.front().number;
    if (is_older && HasPlace(queue->first)) {
      next = queue;
    }
  }
  if (next == waiting_by_.end()) {
    return;
  }
  const std::string connector = next->first;
  std::function<void()> wake = std::move(next->second.front().wake);
  next->second.pop_front();
  if (next->second.empty()) {
    waiting_by_.erase(next);
  }
  // Kept until it is told: a turn that comes before that must not take it.
  (void)Take(connector);
  executor_.Post([self = shared_from_this(), connector, wake = std::move(wake)] {
    self->Release(connector);
    wake();
    // Whoever was woken may have had no use for it.
    self->Offer();
  });
}

}  // namespace storebridge::engine
