#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace storebridge::ports {

// The one thread on which the engine lives. Tasks run one after the other, in the order of posting;
// never inside Post.
class Executor {
 public:
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;

  virtual ~Executor() = default;

  // Runs `task` soon. Safe from any thread. After a stop it is dropped.
  virtual void Post(Task task) = 0;

  // Runs `task` when `delay` has passed. Ids are never 0. Safe from any thread.
  virtual TimerId PostAfter(std::chrono::milliseconds delay, Task task) = 0;

  // Drops a timer that has not run yet. Harmless for one that has. Safe from any thread.
  virtual void Cancel(TimerId timer) = 0;
};

}  // namespace storebridge::ports
