#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "ports/executor.h"

namespace storebridge::engine {

// Bounds the sync runs that go on at the same time, all stores together. Who finds no place is told
// when there may be one, in the order of asking. Many stores have their turns at once: a quarter of
// the places is left to people, who are not told to wait then. Lives on the executor, held by a
// shared_ptr.
class RunSlots : public std::enable_shared_from_this<RunSlots> {
 public:
  RunSlots(ports::Executor& executor, int most) : executor_(executor), most_(most) {}

  // Takes a place for a run that begins by itself; false when all of those are taken.
  bool Take();
  // Takes a place for a run that somebody asks for; false when all are taken.
  bool TakeForPerson();
  // Gives a place back.
  void Give();
  // Calls `wake` once, when Take may find a place. One call of each store waits at most.
  void Await(std::function<void()> wake);

  [[nodiscard]] int most() const { return most_; }

 private:
  void Offer();
  [[nodiscard]] bool IsFree() const { return taken_ < most_ - most_ / 4; }

  ports::Executor& executor_;
  int most_;
  int taken_ = 0;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace storebridge::engine
