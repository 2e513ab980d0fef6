#include "engine/run_slots.h"

#include <utility>

namespace storebridge::engine {

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
