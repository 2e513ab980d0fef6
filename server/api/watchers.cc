#include "api/watchers.h"

#include <chrono>

#include <fmt/format.h>

namespace storebridge::api {
namespace {

Error Stopping() {
  return Error{.code = Code::kUnavailable,
               .reason = "SERVER_STOPPING",
               .message = "the server stops; watch again when it is back",
               .retry_after = std::chrono::seconds(1)};
}

}  // namespace

Status Watchers::Add(const std::shared_ptr<Watcher>& watcher) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) {
    return Stopping();
  }
  if (watchers_.size() >= kWatchersMax) {
    return Error{
        .code = Code::kResourceExhausted,
        .reason = "WATCHERS",
        .message = fmt::format(
            "{} streams are open already, and no more are allowed: end some first", kWatchersMax),
        .facts = {{"watchers_max", std::to_string(kWatchersMax)}},
        .retry_after = std::chrono::seconds(10)};
  }
  watchers_.emplace(watcher.get(), watcher);
  return Ok();
}

void Watchers::Remove(const Watcher* watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(watcher);
}

void Watchers::EndAll() {
  std::map<const Watcher*, std::weak_ptr<Watcher>> watchers;
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    watchers.swap(watchers_);
  }
  for (const auto& [address, weak] : watchers) {
    if (const std::shared_ptr<Watcher> watcher = weak.lock()) {
      watcher->EndWith(Stopping());
    }
  }
}

std::size_t Watchers::count() const {
  const std::lock_guard lock(mutex_);
  return watchers_.size();
}

}  // namespace storebridge::api
