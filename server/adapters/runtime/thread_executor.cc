#include "adapters/runtime/thread_executor.h"

#include <algorithm>
#include <cassert>

#include <pthread.h>

namespace storebridge::runtime {
namespace {

// Longer waits than this would overflow the clock's arithmetic.
constexpr std::chrono::milliseconds kDelayMax = std::chrono::hours(24 * 366);

}  // namespace

ThreadExecutor::ThreadExecutor(Options options, ports::Log& log)
    : options_(std::move(options)), log_(log), thread_([this] { Run(); }) {}

ThreadExecutor::~ThreadExecutor() {
  Stop(OnStop::kDrop);
  Join();
}

void ThreadExecutor::Post(Task task) {
  std::size_t backlog = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      return;
    }
    tasks_.push_back(std::move(task));
    if (!alarmed_ && tasks_.size() > options_.backlog_alarm) {
      alarmed_ = true;
      backlog = tasks_.size();
    }
  }
  wake_.notify_one();
  if (backlog != 0) {
    log_.Write(ports::LogLevel::kWarning,
               "the engine does not keep up: its queue is long",
               {{"thread", options_.thread_name}, {"waiting", std::to_string(backlog)}});
  }
}

ports::Executor::TimerId ThreadExecutor::PostAfter(std::chrono::milliseconds delay, Task task) {
  const auto bounded = std::clamp(delay, std::chrono::milliseconds(0), kDelayMax);
  const Time due = std::chrono::steady_clock::now() + bounded;
  bool is_first = false;
  TimerId id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_timer_;
    if (stopped_) {
      return id;
    }
    const auto place = timers_.emplace(TimerKey(due, id), std::move(task)).first;
    due_.emplace(id, due);
    is_first = place == timers_.begin();
  }
  if (is_first) {
    wake_.notify_one();
  }
  return id;
}

void ThreadExecutor::Cancel(TimerId timer) {
  // Dies after the lock is given back: what it holds may post when it is destroyed.
  Task dropped;
  const std::lock_guard lock(mutex_);
  const auto due = due_.find(timer);
  if (due == due_.end()) {
    return;
  }
  const auto place = timers_.find(TimerKey(due->second, timer));
  dropped = std::move(place->second);
  timers_.erase(place);
  due_.erase(due);
}

void ThreadExecutor::Stop(OnStop on_stop) {
  std::deque<Task> dropped_tasks;
  std::map<TimerKey, Task> dropped_timers;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      return;
    }
    stopped_ = true;
    dropped_timers.swap(timers_);
    due_.clear();
    if (on_stop == OnStop::kDrop) {
      dropped_tasks.swap(tasks_);
    }
  }
  wake_.notify_one();
}

void ThreadExecutor::Join() {
  const std::lock_guard lock(join_mutex_);
  if (!thread_.joinable()) {
    return;
  }
  assert(thread_.get_id() != std::this_thread::get_id() && "a task cannot wait for its own thread");
  thread_.join();
}

std::size_t ThreadExecutor::backlog() const {
  const std::lock_guard lock(mutex_);
  return tasks_.size();
}

// Called under the lock. Gives an empty task when none is due.
ThreadExecutor::Task ThreadExecutor::TakeDueTimer(Time now) {
  if (timers_.empty() || timers_.begin()->first.first > now) {
    return nullptr;
  }
  const auto first = timers_.begin();
  Task task = std::move(first->second);
  due_.erase(first->first.second);
  timers_.erase(first);
  return task;
}

// Called under the lock. Gives an empty task when none waits.
ThreadExecutor::Task ThreadExecutor::TakeTask() {
  if (tasks_.empty()) {
    return nullptr;
  }
  Task task = std::move(tasks_.front());
  tasks_.pop_front();
  if (tasks_.size() <= options_.backlog_alarm / 2) {
    alarmed_ = false;
  }
  return task;
}

// Gives an empty task when it is over.
ThreadExecutor::Task ThreadExecutor::WaitForWork() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool is_tasks_turn = timer_ran_last_ && !tasks_.empty();
    if (!is_tasks_turn) {
      if (Task timer = TakeDueTimer(std::chrono::steady_clock::now())) {
        timer_ran_last_ = true;
        return timer;
      }
    }
    timer_ran_last_ = false;
    if (Task task = TakeTask()) {
      return task;
    }
    if (stopped_) {
      return nullptr;
    }
    if (timers_.empty()) {
      wake_.wait(lock);
    } else {
      const Time due = timers_.begin()->first.first;
      wake_.wait_until(lock, due);
    }
  }
}

void ThreadExecutor::Run() {
  pthread_setname_np(pthread_self(), options_.thread_name.substr(0, 15).c_str());
  while (Task task = WaitForWork()) {
    task();
  }
}

}  // namespace storebridge::runtime
