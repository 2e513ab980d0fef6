#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "shop.h"

namespace storebridge::demo_store {

/// Sends what the shop's webhooks have to say, one after the other, from a thread of its own.
class WebhookSender {
 public:
  /// `lock` guards the shop; it is never held while something is sent.
  WebhookSender(Shop& shop, std::mutex& lock);
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  /// Fetches what a request has left to be sent. Call it with the lock held.
  void Collect();
  /// Breaks off what is being sent, forgets the rest and waits for the thread. May be called twice.
  void Stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct CloseMulti {
    void operator()(void* multi) const;
  };

  void Run();
  /// Sends the post and files its answer; the lock is let go meanwhile.
  void Deliver(const WebhookPost& post, std::unique_lock<std::mutex>& held);
  /// The answer's HTTP status, 0 without a whole answer.
  int Send(const WebhookPost& post);

  Shop& shop_;
  std::mutex& lock_;
  std::condition_variable more_;
  std::multimap<Time, WebhookTask> due_;  ///< As many as wait in the shop.
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<void, CloseMulti> multi_;
  std::thread thread_;
};

}  // namespace storebridge::demo_store
