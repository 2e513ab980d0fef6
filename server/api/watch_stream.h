#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include <grpcpp/support/server_callback.h>

#include "api/api_ports.h"
#include "api/error.h"
#include "api/watchers.h"

namespace storebridge::api {

// A reader for whom more than this waits is too slow.
inline constexpr std::size_t kWatchQueueMax = 100;

// A stream of messages to one reader, written one after the other from a bounded queue. Safe from
// any thread. Never a buffer hint: with one, streams hang in some clients.
template <typename Response>
class WatchStream : public grpc::ServerWriteReactor<Response>,
                    public Watcher,
                    public std::enable_shared_from_this<WatchStream<Response>> {
 public:
  // Queues a message. False when the stream is ending, or ends now because its reader is too slow.
  bool Push(Response message) {
    const std::lock_guard lock(mutex_);
    if (end_) {
      return false;
    }
    if (queue_.size() >= kWatchQueueMax) {
      Close(TooSlow());
      return false;
    }
    queue_.push_back(std::move(message));
    WriteNext();
    return true;
  }

  // Ends well, after what is queued.
  void End() {
    const std::lock_guard lock(mutex_);
    if (!end_) {
      end_ = grpc::Status::OK;
      WriteNext();
    }
  }

  // Ends with an error. What is queued is dropped, but for the message that is being written.
  void EndWith(const Error& error) override {
    const std::lock_guard lock(mutex_);
    Close(error);
  }

  void OnWriteDone(bool ok) final {
    bool is_empty = false;
    {
      const std::lock_guard lock(mutex_);
      is_writing_ = false;
      queue_.pop_front();
      if (!ok) {
        Close(Gone());
      }
      WriteNext();
      is_empty = queue_.empty() && !end_;
    }
    if (is_empty) {
      OnEmpty();
    }
  }

  void OnCancel() final { EndWith(Gone()); }

  void OnDone() final {
    watchers_.Remove(this);
    OnEnded();
    self_.reset();
  }

 protected:
  // `method` is a constant; the others outlive the stream.
  WatchStream(const ApiPorts& ports, Watchers& watchers, std::string_view method)
      : random_(ports.random), log_(ports.log), watchers_(watchers), method_(method) {}

  // Registers the stream and tells the reader that it stands. Call it once, before any other.
  Status Open() {
    self_ = this->shared_from_this();
    this->StartSendInitialMetadata();
    return watchers_.Add(self_);
  }

  [[nodiscard]] std::size_t queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

  // All that was queued is written. On a thread of gRPC's.
  virtual void OnEmpty() {}

  // Nothing will be written any more.
  virtual void OnEnded() {}

 private:
  static Error TooSlow() {
    return Error{.code = Code::kResourceExhausted,
                 .reason = "READER_TOO_SLOW",
                 .message = "the reader is too slow for what happens; watch again to go on"};
  }

  static Error Gone() {
    return Error{
        .code = Code::kCancelled, .reason = "CALL_CANCELLED", .message = "the reader went away"};
  }

  // With mutex_ held.
  void Close(const Error& error) {
    if (is_finished_) {
      return;
    }
    if (!end_ || end_->ok()) {
      end_ = ToGrpcStatus(error, {.method = method_, .random = random_, .log = log_});
    }
    queue_.resize(is_writing_ ? 1 : 0);
    WriteNext();
  }

  // With mutex_ held.
  void WriteNext() {
    if (is_writing_ || is_finished_) {
      return;
    }
    if (!queue_.empty()) {
      is_writing_ = true;
      this->StartWrite(&queue_.front());
    } else if (end_) {
      is_finished_ = true;
      this->Finish(*end_);
    }
  }

  ports::Random& random_;
  ports::Log& log_;
  Watchers& watchers_;
  std::string_view method_;
  mutable std::mutex mutex_;
  std::deque<Response> queue_;       // Guarded by mutex_; the first one is being written.
  bool is_writing_ = false;          // Guarded by mutex_.
  bool is_finished_ = false;         // Guarded by mutex_.
  std::optional<grpc::Status> end_;  // Guarded by mutex_.
  // gRPC holds a bare pointer until OnDone.
  std::shared_ptr<WatchStream> self_;
};

}  // namespace storebridge::api
