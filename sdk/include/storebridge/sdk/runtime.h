#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storebridge/sdk/failure.h"
#include "storebridge/sdk/records.h"

namespace storebridge::sdk {

// A batch is sent when it has so many records or bytes.
inline constexpr int kBatchRecords = 200;
inline constexpr std::size_t kBatchBytes = std::size_t{512} << 10;
// A larger record becomes a BadRecord.
inline constexpr std::size_t kRecordBytesMax = std::size_t{2} << 20;
inline constexpr std::size_t kCursorBytesMax = std::size_t{64} << 10;
inline constexpr int kCallsTogetherMax = 16;
inline constexpr int kLogsPerEffectMax = 100;
inline constexpr std::int64_t kSleepMsMax = 60000;

// Commits a cursor together with the records before it: `co_yield Checkpoint(cursor)`.
class Checkpoint {
 public:
  explicit Checkpoint(std::string cursor) : cursor_(std::move(cursor)) {}
  [[nodiscard]] std::string& cursor() { return cursor_; }

 private:
  std::string cursor_;
};

// Says what the store can do, in `auth.check`: `co_yield Capability("fulfillments")`.
class Capability {
 public:
  explicit Capability(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] std::string& name() { return name_; }

 private:
  std::string name_;
};

namespace internal {

// Thrown at every suspension point once the host has cancelled. Not a std::exception, so that a
// catch of failures lets it pass.
struct Cancelled {};

// What the awaiters of one session share: the Effect being made, the answers to the last one, and
// the coroutine that is to run next. Coroutines are never resumed from within each other, so that
// depth and loops do not use the stack.
class Runtime {
 public:
  Runtime() = default;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // For coroutines.
  void SetNext(std::coroutine_handle<> next) { next_ = next; }
  void ThrowIfCancelled() const {
    if (is_cancelled_) {
      throw Cancelled{};
    }
  }
  [[nodiscard]] bool is_cancelled() const { return is_cancelled_; }
  // Adds a call to the Effect; `waiter` goes on when all calls are answered.
  void Ask(connector::v1::Call call, std::coroutine_handle<> waiter);
  // Takes the answer to the n-th call of the last Effect.
  connector::v1::Completion TakeAnswer(int n);

  // For the batch.
  void Add(Order&& order);
  void Add(Product&& product);
  void Add(ItemResult result);
  void Add(BadRecord bad);
  void Add(Check check);
  void Add(Capability capability);
  void Add(Checkpoint checkpoint);
  void RequestFlush() { is_flush_due_ = true; }
  [[nodiscard]] bool is_flush_due() const { return is_flush_due_ && !is_cancelled_; }
  // Makes the batch a call.
  void AskEmit(std::coroutine_handle<> waiter);
  void Log(connector::v1::Log::Level level, std::string_view message);
  void SetProgress(std::uint64_t done, std::uint64_t total);

  // For the session.
  void RunUntilBlocked();
  // Takes the answers; returns what is wrong with them, if something is.
  std::optional<std::string> TakeCompletions(connector::v1::Completions* completions);
  void Cancel();
  [[nodiscard]] bool has_batch() const { return batch_records_ > 0; }
  [[nodiscard]] connector::v1::Effect& effect() { return effect_; }
  // Forgets the coroutines; they are destroyed by their owner.
  void Forget();

  // What the host said.
  connector::v1::Begin begin;
  std::int64_t now_ms = 0;

 private:
  void Count(std::size_t bytes);

  connector::v1::Effect effect_;
  connector::v1::Emit batch_;
  int batch_records_ = 0;
  std::size_t batch_bytes_ = 0;
  bool is_flush_due_ = false;
  bool is_cancelled_ = false;
  std::uint64_t last_id_ = 0;
  std::uint64_t dropped_logs_ = 0;
  // The calls that are not answered, as (id, kind).
  std::vector<std::pair<std::uint64_t, int>> asked_;
  std::vector<connector::v1::Completion> answers_;
  std::coroutine_handle<> waiter_;
  std::coroutine_handle<> next_;
};

// Sends the batch if it is due.
class EmitAwaiter {
 public:
  explicit EmitAwaiter(Runtime* runtime) : runtime_(runtime) {}
  [[nodiscard]] bool await_ready() const noexcept { return !runtime_->is_flush_due(); }
  void await_suspend(std::coroutine_handle<> waiter) {
    has_asked_ = true;
    runtime_->AskEmit(waiter);
  }
  void await_resume();

 private:
  Runtime* runtime_;
  bool has_asked_ = false;
};

// Asks one call and gives its answer, which may be a failure.
class CallAwaiter {
 public:
  CallAwaiter(Runtime* runtime, connector::v1::Call call)
      : runtime_(runtime), call_(std::move(call)) {}
  [[nodiscard]] bool await_ready() const noexcept { return runtime_->is_cancelled(); }
  void await_suspend(std::coroutine_handle<> waiter) { runtime_->Ask(std::move(call_), waiter); }

 protected:
  connector::v1::Completion Take();

 private:
  Runtime* runtime_;
  connector::v1::Call call_;
};

// Waits.
class SleepAwaiter : public CallAwaiter {
 public:
  using CallAwaiter::CallAwaiter;
  void await_resume();
};

// Asks which records are worth fetching.
class CompareAwaiter : public CallAwaiter {
 public:
  using CallAwaiter::CallAwaiter;
  CompareResult await_resume();
};

}  // namespace internal
}  // namespace storebridge::sdk
