#include "api/change_feed.h"

#include <utility>

namespace storebridge::api {

void ChangeListeners::Add(const std::shared_ptr<ChangeStream>& stream) {
  const std::lock_guard lock(mutex_);
  streams_.emplace(stream.get(), stream);
}

void ChangeListeners::Remove(const ChangeStream* stream) {
  const std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

std::vector<std::shared_ptr<ChangeStream>> ChangeListeners::Of(const std::string& merchant) const {
  std::vector<std::shared_ptr<ChangeStream>> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [address, weak] : streams_) {
    std::shared_ptr<ChangeStream> stream = weak.lock();
    if (stream && (merchant.empty() || stream->Follows(merchant))) {
      found.push_back(std::move(stream));
    }
  }
  return found;
}

void ChangeListeners::Ask(std::shared_ptr<ChangeStream> stream) {
  const std::lock_guard lock(mutex_);
  if (!is_stopped_) {
    asking_.push_back(std::move(stream));
    has_work_.notify_one();
  }
}

std::shared_ptr<ChangeStream> ChangeListeners::WaitForOne() {
  std::unique_lock lock(mutex_);
  has_work_.wait(lock, [&] { return is_stopped_ || !asking_.empty(); });
  if (is_stopped_) {
    return nullptr;
  }
  std::shared_ptr<ChangeStream> stream = std::move(asking_.front());
  asking_.pop_front();
  return stream;
}

void ChangeListeners::Stop() {
  std::deque<std::shared_ptr<ChangeStream>> dropped;
  const std::lock_guard lock(mutex_);
  is_stopped_ = true;
  dropped.swap(asking_);
  has_work_.notify_one();
}

ChangeFeed::ChangeFeed(engine::Engine& engine)
    : engine_(engine),
      listeners_(std::make_shared<ChangeListeners>()),
      subscription_(std::make_shared<Subscription>()) {
  engine_.ObserveChanges(
      [listeners = listeners_](const std::string& merchant, std::int64_t head) {
        for (const std::shared_ptr<ChangeStream>& stream : listeners->Of(merchant)) {
          stream->Notice(merchant, head);
        }
      },
      [listeners = listeners_, subscription = subscription_, &engine](
          engine::Engine::ObserverId id) {
        {
          const std::lock_guard lock(subscription->mutex);
          if (subscription->is_over) {
            return engine.StopObservingChanges(id);
          }
          subscription->observer = id;
        }
        // What was committed before the engine listened has to be looked for.
        for (const std::shared_ptr<ChangeStream>& stream : listeners->Of("")) {
          stream->Recheck();
        }
      });
  thread_ = std::thread([listeners = listeners_] {
    while (const std::shared_ptr<ChangeStream> stream = listeners->WaitForOne()) {
      stream->Fill();
    }
  });
}

ChangeFeed::~ChangeFeed() {
  listeners_->Stop();
  thread_.join();
  const std::lock_guard lock(subscription_->mutex);
  subscription_->is_over = true;
  if (subscription_->observer) {
    engine_.StopObservingChanges(*subscription_->observer);
  }
}

}  // namespace storebridge::api
