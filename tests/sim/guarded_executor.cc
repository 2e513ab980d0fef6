#include "sim/guarded_executor.h"

#include <utility>

namespace storebridge::sim {

GuardedExecutor::GuardedExecutor(ports::Executor& base)
    : base_(base), life_(this, [](GuardedExecutor* /*not owned*/) {}) {}

GuardedExecutor::~GuardedExecutor() {
  Kill();
  posted_.clear();
}

void GuardedExecutor::Post(Task task) {
  posted_.push_back(std::move(task));
  if (alive_) {
    base_.Post([weak = life()] {
      if (const auto self = weak.lock()) {
        self->RunPosted();
      }
    });
  }
}

void GuardedExecutor::RunPosted() {
  if (alive_ && !posted_.empty()) {
    const Task task = std::move(posted_.front());
    posted_.pop_front();
    task();
  }
}

ports::Executor::TimerId GuardedExecutor::PostAfter(std::chrono::milliseconds delay, Task task) {
  const TimerId id = ++last_timer_;
  if (alive_) {
    const TimerId base = base_.PostAfter(delay, [weak = life(), id] {
      if (const auto self = weak.lock()) {
        self->RunTimer(id);
      }
    });
    timers_.emplace(id, Timer{base, std::move(task)});
  }
  return id;
}

void GuardedExecutor::RunTimer(TimerId timer) {
  const auto found = timers_.find(timer);
  if (!alive_ || found == timers_.end()) {
    return;
  }
  const Task task = std::move(found->second.task);
  timers_.erase(found);
  task();
}

void GuardedExecutor::Cancel(TimerId timer) {
  if (const auto found = timers_.find(timer); found != timers_.end()) {
    base_.Cancel(found->second.base);
    // What the task owns may cancel further timers while it dies.
    const Task task = std::move(found->second.task);
    timers_.erase(found);
  }
}

void GuardedExecutor::Kill() {
  if (!std::exchange(alive_, false)) {
    return;
  }
  for (const auto& [id, timer] : timers_) {
    base_.Cancel(timer.base);
  }
  const std::map<TimerId, Timer> dropped = std::exchange(timers_, {});
}

void GuardedExecutor::RunBuried(std::size_t most) {
  while (!posted_.empty() && most-- > 0) {
    const Task task = std::move(posted_.front());
    posted_.pop_front();
    task();
  }
}

}  // namespace storebridge::sim
