#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "ports/executor.h"
#include "ports/log.h"

namespace storebridge::runtime {

// Runs tasks and timers on one thread of its own. Post never blocks and never refuses, so the queue
// has no bound of its own: who posts is bounded elsewhere, and a queue longer than the alarm is
// logged. Due timers and posted tasks take turns, so that neither starves the other. A task must
// not throw.
class ThreadExecutor : public ports::Executor {
 public:
  struct Options {
    // Shown by the operating system; at most 15 characters.
    std::string thread_name = "engine";
    // Tasks that may wait before it is logged; logged again only after the queue has halved.
    std::size_t backlog_alarm = 10'000;
  };

  // What becomes of the tasks that were posted before a stop. Timers are dropped in both cases.
  enum class OnStop { kDrain, kDrop };

  // Starts the thread. `log` outlives the executor.
  ThreadExecutor(Options options, ports::Log& log);

  // Drops what waits, and joins. Not on the executor's own thread.
  ~ThreadExecutor() override;

  ThreadExecutor(const ThreadExecutor&) = delete;
  ThreadExecutor& operator=(const ThreadExecutor&) = delete;

  void Post(Task task) override;
  TimerId PostAfter(std::chrono::milliseconds delay, Task task) override;
  void Cancel(TimerId timer) override;

  // Takes nothing more. Returns at once; the first call decides. Safe from any thread, and from a
  // task.
  void Stop(OnStop on_stop);

  // Waits until the thread has ended; stop it first. Not from a task. Repeating is harmless.
  void Join();

  // Tasks that wait, timers not counted. Safe from any thread.
  [[nodiscard]] std::size_t backlog() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  using TimerKey = std::pair<Time, TimerId>;

  void Run();
  Task TakeDueTimer(Time now);
  Task TakeTask();
  Task WaitForWork();

  const Options options_;
  ports::Log& log_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // All below, but for the thread, guarded by mutex_.
  std::deque<Task> tasks_;
  std::map<TimerKey, Task> timers_;
  std::unordered_map<TimerId, Time> due_;
  TimerId last_timer_ = 0;
  bool stopped_ = false;
  bool alarmed_ = false;
  bool timer_ran_last_ = false;
  std::mutex join_mutex_;
  std::thread thread_;
};

}  // namespace storebridge::runtime
