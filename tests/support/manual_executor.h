#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "ports/executor.h"
#include "support/manual_clock.h"

namespace storebridge::testing {

// An executor that a test turns by hand. Time is virtual and moves only in Advance and
// AdvanceUntil. Posting is safe from any thread; turn it from one thread.
class ManualExecutor final : public ports::Executor {
 public:
  // Real time after which RunUntil gives up: far beyond what any test needs.
  static constexpr std::chrono::seconds kPatience{60};

  ManualExecutor() = default;
  // Moves `clock` together with its own time. `clock` must outlive it.
  explicit ManualExecutor(ManualClock& clock) : clock_(&clock) {}

  void Post(Task task) override {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) {
        return;
      }
      tasks_.push_back(std::move(task));
    }
    posted_.notify_all();
  }

  TimerId PostAfter(std::chrono::milliseconds delay, Task task) override {
    const std::lock_guard lock(mutex_);
    const TimerId id = ++last_timer_;
    if (!stopped_) {
      const std::int64_t due_ms = now_ms_ + delay.count();
      timers_.emplace(std::pair{due_ms, id}, std::move(task));
      due_of_.emplace(id, due_ms);
    }
    return id;
  }

  void Cancel(TimerId timer) override {
    const std::lock_guard lock(mutex_);
    if (const auto found = due_of_.find(timer); found != due_of_.end()) {
      timers_.erase({found->second, timer});
      due_of_.erase(found);
    }
  }

  // Runs one task or one timer whose time has come. False when there is none.
  bool RunOne() {
    Task task;
    {
      const std::lock_guard lock(mutex_);
      if (!TakeLocked(task)) {
        return false;
      }
    }
    task();
    return true;
  }

  // Runs tasks, and those that they post, until none is left. Gives how many.
  std::size_t RunAll() {
    std::size_t count = 0;
    while (RunOne()) {
      ++count;
    }
    return count;
  }

  // Runs tasks until `predicate` (asked on this thread, between tasks) is true; waits for those
  // that other threads post. False when it was not true within kPatience.
  bool RunUntil(const std::function<bool()>& predicate) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!predicate()) {
      if (RunOne()) {
        continue;
      }
      std::unique_lock lock(mutex_);
      if (!posted_.wait_until(lock, end, [this] { return !tasks_.empty() || HasDueLocked(); })) {
        return false;
      }
    }
    return true;
  }

  // Lets virtual time pass, running every timer at its time and all tasks.
  void Advance(std::chrono::milliseconds time) {
    const std::int64_t end_ms = now_ms() + time.count();
    RunAll();
    while (const std::optional<std::int64_t> due_ms = NextTimerMs()) {
      if (*due_ms > end_ms) {
        break;
      }
      MoveTo(*due_ms);
      RunAll();
    }
    MoveTo(end_ms);
  }

  // Jumps from timer to timer until `predicate` is true. False when it was not within `limit` of
  // virtual time, or nothing is left to do.
  bool AdvanceUntil(const std::function<bool()>& predicate, std::chrono::milliseconds limit) {
    const std::int64_t end_ms = now_ms() + limit.count();
    while (!predicate()) {
      if (RunOne()) {
        continue;
      }
      const std::optional<std::int64_t> due_ms = NextTimerMs();
      if (!due_ms || *due_ms > end_ms) {
        return false;
      }
      MoveTo(*due_ms);
    }
    return true;
  }

  // Drops everything that waits, as a crash does, and goes on.
  void DropAll() {
    std::deque<Task> tasks;
    std::map<std::pair<std::int64_t, TimerId>, Task> timers;
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
    timers.swap(timers_);
    due_of_.clear();
  }

  // Drops everything that waits and everything that is posted from now on.
  void Stop() {
    std::deque<Task> tasks;
    std::map<std::pair<std::int64_t, TimerId>, Task> timers;
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    // Whatever the tasks own dies after the lock is gone.
    tasks.swap(tasks_);
    timers.swap(timers_);
    due_of_.clear();
  }

  // Virtual milliseconds since the start.
  [[nodiscard]] std::int64_t now_ms() const {
    const std::lock_guard lock(mutex_);
    return now_ms_;
  }

  // Tasks that wait to run, without timers.
  [[nodiscard]] std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return tasks_.size();
  }

  // Virtual time of the next timer; none when there is none.
  [[nodiscard]] std::optional<std::int64_t> NextTimerMs() const {
    const std::lock_guard lock(mutex_);
    if (timers_.empty()) {
      return std::nullopt;
    }
    return timers_.begin()->first.first;
  }

 private:
  [[nodiscard]] bool HasDueLocked() const {
    return !timers_.empty() && timers_.begin()->first.first <= now_ms_;
  }

  bool TakeLocked(Task& task) {
    if (!tasks_.empty()) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
      return true;
    }
    if (HasDueLocked()) {
      auto timer = timers_.extract(timers_.begin());
      due_of_.erase(timer.key().second);
      task = std::move(timer.mapped());
      return true;
    }
    return false;
  }

  void MoveTo(std::int64_t to_ms) {
    const std::lock_guard lock(mutex_);
    if (to_ms <= now_ms_) {
      return;
    }
    if (clock_ != nullptr) {
      clock_->Advance(std::chrono::milliseconds(to_ms - now_ms_));
    }
    now_ms_ = to_ms;
  }

  ManualClock* clock_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<Task> tasks_;
  std::map<std::pair<std::int64_t, TimerId>, Task> timers_;
  std::map<TimerId, std::int64_t> due_of_;
  std::int64_t now_ms_ = 0;
  TimerId last_timer_ = 0;
  bool stopped_ = false;
};

}  // namespace storebridge::testing
