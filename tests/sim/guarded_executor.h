#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>

#include "ports/executor.h"

namespace storebridge::sim {

// The executor of one life of the server. After Kill nothing that was posted runs any more, except
// by RunBuried, which lets the dead tidy up where nobody hears them.
class GuardedExecutor final : public ports::Executor {
 public:
  // `base` outlives it.
  explicit GuardedExecutor(ports::Executor& base);
  ~GuardedExecutor() override;
  GuardedExecutor(const GuardedExecutor&) = delete;
  GuardedExecutor& operator=(const GuardedExecutor&) = delete;

  void Post(Task task) override;
  TimerId PostAfter(std::chrono::milliseconds delay, Task task) override;
  void Cancel(TimerId timer) override;

  void Kill();
  // Runs what the dead post, without time. Gives up after `most` tasks.
  void RunBuried(std::size_t most);

  [[nodiscard]] bool alive() const { return alive_; }
  // For whoever calls back from outside: gone when this life is over.
  [[nodiscard]] std::weak_ptr<GuardedExecutor> life() const { return life_; }

 private:
  struct Timer {
    TimerId base = 0;
    Task task;
  };
  void RunPosted();
  void RunTimer(TimerId timer);

  ports::Executor& base_;
  // Points to this while it lives; owns nothing.
  std::shared_ptr<GuardedExecutor> life_;
  std::deque<Task> posted_;
  std::map<TimerId, Timer> timers_;
  TimerId last_timer_ = 0;
  bool alive_ = true;
};

}  // namespace storebridge::sim
