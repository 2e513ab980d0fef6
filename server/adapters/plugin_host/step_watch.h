#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace storebridge::plugin_host {

// Which connector's function is running, and since when: an endless loop cannot be caught, but it
// can be named. Safe from any thread.
class StepWatch {
 public:
  struct Step {
    std::string connector;
    std::int64_t began_ms = 0;  // Steady.
  };

  // `connector` lives until Ended. Calls are one after the other.
  void Began(const std::string& connector, std::int64_t steady_ms) {
    const std::lock_guard lock(mutex_);
    connector_ = &connector;
    began_ms_ = steady_ms;
  }
  void Ended() {
    const std::lock_guard lock(mutex_);
    connector_ = nullptr;
  }

  // What goes on; none between calls.
  [[nodiscard]] std::optional<Step> Current() const {
    const std::lock_guard lock(mutex_);
    if (connector_ == nullptr) {
      return std::nullopt;
    }
    return Step{.connector = *connector_, .began_ms = began_ms_};
  }

 private:
  mutable std::mutex mutex_;
  const std::string* connector_ = nullptr;  // Guarded by mutex_, as is the next.
  std::int64_t began_ms_ = 0;
};

// A call of one of a connector's functions, from its begin to its end. `watch` may be null.
class WatchedCall {
 public:
  WatchedCall(StepWatch* watch, const std::string& connector, std::int64_t steady_ms)
      : watch_(watch) {
    if (watch_ != nullptr) {
      watch_->Began(connector, steady_ms);
    }
  }
  ~WatchedCall() {
    if (watch_ != nullptr) {
      watch_->Ended();
    }
  }
  WatchedCall(const WatchedCall&) = delete;
  WatchedCall& operator=(const WatchedCall&) = delete;

 private:
  StepWatch* watch_;
};

}  // namespace storebridge::plugin_host
