#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/change_stream.h"
#include "engine/engine.h"

namespace storebridge::api {

// The streams of changes that are open, and those of them that wait to be filled. Safe from any
// thread.
class ChangeListeners {
 public:
  void Add(const std::shared_ptr<ChangeStream>& stream);
  void Remove(const ChangeStream* stream);

  // The streams that follow a merchant; all streams when it is empty.
  [[nodiscard]] std::vector<std::shared_ptr<ChangeStream>> Of(const std::string& merchant) const;

  // Has `stream` filled soon. A stream asks again only after it was filled, so that there is one of
  // each at most.
  void Ask(std::shared_ptr<ChangeStream> stream);

  // Waits for a stream that asks; null after Stop.
  std::shared_ptr<ChangeStream> WaitForOne();

  void Stop();

 private:
  mutable std::mutex mutex_;
  std::condition_variable has_work_;
  bool is_stopped_ = false;                                             // Guarded by mutex_.
  std::map<const ChangeStream*, std::weak_ptr<ChangeStream>> streams_;  // Guarded by mutex_.
  std::deque<std::shared_ptr<ChangeStream>> asking_;                    // Guarded by mutex_.
};

// Tells the streams of changes that there is more, and reads it for them on a thread of its own,
// away from the engine's.
class ChangeFeed {
 public:
  // `engine` outlives the feed.
  explicit ChangeFeed(engine::Engine& engine);
  ~ChangeFeed();
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

  [[nodiscard]] const std::shared_ptr<ChangeListeners>& listeners() const { return listeners_; }

 private:
  // The engine's word for our subscription; it arrives later, perhaps after the feed is gone.
  struct Subscription {
    std::mutex mutex;
    bool is_over = false;                                // Guarded by mutex.
    std::optional<engine::Engine::ObserverId> observer;  // Guarded by mutex.
  };

  engine::Engine& engine_;
  const std::shared_ptr<ChangeListeners> listeners_;
  const std::shared_ptr<Subscription> subscription_;
  std::thread thread_;
};

}  // namespace storebridge::api
