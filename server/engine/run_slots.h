#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "ports/executor.h"

namespace storebridge::engine {

// Bounds the sync runs that go on at the same time, all stores together. Who finds no place is told
// when there may be one, in the order of asking. Lives on the executor, held by a shared_ptr.
class RunSlots : public std::enable_shared_from_this<RunSlots> {
 public:
  RunSlots(ports::Executor& executor, int most) : executor_(executor), most_(most) {}

  // Takes a place; false when all are taken.
  bool Take();
  // Gives a place back.
  void Give();
  // Calls `wake` once, when a place may be free. One call of each store waits at most.
  void Await(std::function<void()> wake);

  // The turns of a store come to so many in an hour now, and came to `before`.
  void Expect(std::int64_t per_hour, std::int64_t before);
  // Turns of all stores that fall into the same stretch of so many milliseconds begin together: to
  // wake up for each of them costs more than a look that finds nothing. A second; a quarter of one
  // where the turns of a second could take more than half of the places.
  [[nodiscard]] std::int64_t turn_ms() const;

  [[nodiscard]] int most() const { return most_; }

 private:
  void Offer();

  ports::Executor& executor_;
  int most_;
  int taken_ = 0;
  std::int64_t expected_per_hour_ = 0;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace storebridge::engine
