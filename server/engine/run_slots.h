#pragma once

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

  [[nodiscard]] int most() const { return most_; }

 private:
  void Offer();

  ports::Executor& executor_;
  int most_;
  int taken_ = 0;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace storebridge::engine
