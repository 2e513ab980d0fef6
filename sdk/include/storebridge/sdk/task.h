#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "storebridge/sdk/runtime.h"

namespace storebridge::sdk {

template <typename Record>
struct Page;

namespace internal {

// What the promises of Task and Operation have in common.
class PromiseBase {
 public:
  // Goes back to who awaits, by way of the session's loop.
  class FinalAwaiter {
   public:
    explicit FinalAwaiter(PromiseBase* promise) : promise_(promise) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept {
      promise_->runtime_->SetNext(promise_->continuation_);
    }
    void await_resume() noexcept {}

   private:
    PromiseBase* promise_;
  };

  PromiseBase() = default;

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return FinalAwaiter(this); }
  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  template <typename Record>
  EmitAwaiter yield_value(const Record& record) {
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): Start gives it before the body runs.
    runtime_->Add(Record(record));
    return EmitAwaiter(runtime_);
  }
  template <typename Record>
  requires(!std::is_lvalue_reference_v<Record> && !std::is_const_v<Record>) EmitAwaiter
      yield_value(Record&& record) {
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): as above.
    runtime_->Add(std::forward<Record>(record));
    return EmitAwaiter(runtime_);
  }
  template <typename Record>
  auto yield_value(Page<Record>&& page) {
    return EmitPage(std::move(page));
  }

  // Runs `self` next; when it is done, `continuation`.
  void Start(Runtime* runtime, std::coroutine_handle<> self, std::coroutine_handle<> continuation) {
    runtime_ = runtime;
    continuation_ = continuation;
    runtime->SetNext(self);
  }
  [[nodiscard]] Runtime* runtime() const { return runtime_; }
  [[nodiscard]] const std::exception_ptr& error() const { return error_; }
  void Rethrow() const {
    if (error_) {
      std::rethrow_exception(error_);
    }
  }

 private:
  Runtime* runtime_ = nullptr;
  std::coroutine_handle<> continuation_;
  std::exception_ptr error_;
};

template <typename T>
class TaskPromise : public PromiseBase {
 public:
  void return_value(T value) { value_.emplace(std::move(value)); }
  T Take() {
    Rethrow();
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class TaskPromise<void> : public PromiseBase {
 public:
  void return_void() noexcept {}
  void Take() const { Rethrow(); }
};

}  // namespace internal

// A part of an operation: a coroutine that gives a T to `co_await`. Runs when it is awaited, in the
// same expression that made it: its reference parameters have to live that long. It may co_await
// and co_yield like an operation.
template <typename T>
class [[nodiscard]] Task {
 public:
  // The language names it.
  class promise_type : public internal::TaskPromise<T> {  // NOLINT(readability-identifier-naming)
   public:
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };
  using Handle = std::coroutine_handle<promise_type>;

  class Awaiter {
   public:
    explicit Awaiter(Handle handle) : handle_(handle) {}
    Awaiter(Awaiter&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Awaiter& operator=(Awaiter&&) = delete;
    ~Awaiter() {
      if (handle_) {
        handle_.destroy();
      }
    }
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> parent) noexcept {
      handle_.promise().Start(parent.promise().runtime(), handle_, parent);
    }
    T await_resume() { return handle_.promise().Take(); }

   private:
    Handle handle_;
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) {
      handle_.destroy();
    }
  }

  Awaiter operator co_await() && { return Awaiter(std::exchange(handle_, {})); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}

  Handle handle_;
};

// One operation of a connector: a coroutine that takes `Context&` and nothing else.
class Operation {
 public:
  // The language names it.
  class promise_type : public internal::PromiseBase {  // NOLINT(readability-identifier-naming)
   public:
    Operation get_return_object() {
      return Operation(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    void return_void() noexcept {}
  };

  Operation(Operation&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Operation& operator=(Operation&&) = delete;
  ~Operation() {
    if (handle_) {
      handle_.destroy();
    }
  }

  // For the session.
  void Start(internal::Runtime* runtime) { handle_.promise().Start(runtime, handle_, {}); }
  [[nodiscard]] bool is_done() const { return handle_.done(); }
  [[nodiscard]] const std::exception_ptr& error() const { return handle_.promise().error(); }

 private:
  explicit Operation(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

}  // namespace storebridge::sdk
