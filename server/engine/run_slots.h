#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "ports/executor.h"

namespace storebridge::engine {

// Bounds the sync runs that go on at the same time, all stores together. Where active stores have
// several connectors, none of them gets the last quarter of the places for itself: runs of one that
// is slow, or whose stores are, must not keep all others waiting. Who finds no place is told when
// there is one, in the order of asking. Lives on the executor, held by a shared_ptr.
class RunSlots : public std::enable_shared_from_this<RunSlots> {
 public:
  RunSlots(ports::Executor& executor, int most) : executor_(executor), most_(most) {}

  // One more active store has the connector, or one less.
  void Join(const std::string& connector) { ++active_by_[connector]; }
  void Leave(const std::string& connector);

  // Whether there is a place for a run of a connector.
  [[nodiscard]] bool HasPlace(const std::string& connector) const;
  // Takes a place; false when there is none for it.
  bool Take(const std::string& connector);
  // Gives it back.
  void Give(const std::string& connector);
  // Calls `wake` once, when there is a place for the connector: the first Take in it gets that. One
  // call of each store waits at most.
  void Await(const std::string& connector, std::function<void()> wake);

  // The turns of a store come to so many in an hour now, and came to `before`.
  void Expect(std::int64_t per_hour, std::int64_t before);
  // Turns of all stores that fall into the same stretch of so many milliseconds begin together: to
  // wake up for each of them costs more than a look that finds nothing. A second; a quarter of one
  // where the turns of a second could take more than half of the places.
  [[nodiscard]] std::int64_t turn_ms() const;

  // Places that a connector may have at the same time now.
  [[nodiscard]] int MostOf(const std::string& connector) const;

 private:
  struct Waiter {
    std::uint64_t number = 0;
    std::function<void()> wake;
  };

  void Release(const std::string& connector);
  void Offer();

  ports::Executor& executor_;
  int most_;
  int taken_ = 0;
  std::int64_t expected_per_hour_ = 0;
  // By connector. An entry stays, or each quiet poll would make one.
  std::map<std::string, int> taken_by_;
  // Without those that have none.
  std::map<std::string, int> active_by_;
  // The oldest of each connector first.
  std::map<std::string, std::deque<Waiter>> waiting_by_;
  std::uint64_t last_waiter_ = 0;
};

}  // namespace storebridge::engine
