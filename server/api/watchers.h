#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "core/result.h"

namespace storebridge::api {

inline constexpr std::size_t kWatchersMax = 1000;

// A stream that goes on until somebody ends it.
class Watcher {
 public:
  virtual ~Watcher() = default;

  // Ends the stream with an error. Safe from any thread.
  virtual void EndWith(const Error& error) = 0;
};

// Knows all open watch streams, so that they are bounded in number and do not hold up a shutdown.
// Safe from any thread.
class Watchers {
 public:
  // kResourceExhausted when there are too many, kUnavailable after EndAll.
  Status Add(const std::shared_ptr<Watcher>& watcher);
  void Remove(const Watcher* watcher);

  // Ends all of them, and refuses new ones: the server stops.
  void EndAll();

  [[nodiscard]] std::size_t count() const;

 private:
  mutable std::mutex mutex_;
  bool is_closed_ = false;                                     // Guarded by mutex_.
  std::map<const Watcher*, std::weak_ptr<Watcher>> watchers_;  // Guarded by mutex_.
};

}  // namespace storebridge::api
