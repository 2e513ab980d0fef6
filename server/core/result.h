#pragma once

#include <cassert>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace storebridge {

// What went wrong, told by what the caller can do about it. Same names as the gRPC codes.
enum class Code {
  kInvalidArgument,     // Correct the request.
  kNotFound,            // Name something that exists.
  kAlreadyExists,       // Use what is there, or another name.
  kFailedPrecondition,  // Bring the thing into the needed state first.
  kAborted,             // Read again, then try again.
  kResourceExhausted,   // Send less, or wait.
  kUnavailable,         // Try again later; nothing is known to be wrong with the request.
  kDeadlineExceeded,    // Try again; it may have happened.
  kPermissionDenied,    // Use other credentials.
  kCancelled,           // Somebody asked for this.
  kUnimplemented,       // This peer cannot do it; do without.
  kInternal,            // A defect or a broken machine: report it.
};

// An expected failure. `message` alone is enough to act on: what was wrong, where, what to do.
struct Error {
  Code code = Code::kInternal;
  // For machines: [A-Z][A-Z0-9_]+, at most 63 characters, never renamed.
  std::string reason = {};
  std::string message = {};
  // Every variable part of the message, by name.
  std::map<std::string, std::string> facts = {};
  std::optional<std::chrono::milliseconds> retry_after = {};
};

// A value or an Error. Member names follow std::expected.
template <typename T>
class [[nodiscard]] Result {
 public:
  // `return value;` and `return Error{...};` are what it is for.
  // NOLINTBEGIN(google-explicit-constructor)
  Result(T&& value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(const T& value) : state_(std::in_place_index<0>, value) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  [[nodiscard]] const T& value() const& {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T& value() & {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    assert(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  [[nodiscard]] const Error& error() const {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

struct Done {};

// Success, or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  // NOLINTBEGIN(google-explicit-constructor)
  Status(Error error) : error_(std::move(error)) {}
  Status(Done /*done*/) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const Error& error() const {
    assert(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

inline Status Ok() {
  return Status();
}

}  // namespace storebridge

#define SB_CONCAT_INNER(a, b) a##b
#define SB_CONCAT(a, b) SB_CONCAT_INNER(a, b)

// Returns the error of `expression` (a Status or a Result) to the caller, if it has one.
#define SB_CHECK(expression)                         \
  do {                                               \
    if (auto sb_status = (expression); !sb_status) { \
      return sb_status.error();                      \
    }                                                \
  } while (false)

// A declaration cannot stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
// SB_TRY(Order order, orders.Find(id)): declares `order`, or returns the error to the caller.
#define SB_TRY(declaration, expression)                \
  auto SB_CONCAT(sb_result_, __LINE__) = (expression); \
  if (!SB_CONCAT(sb_result_, __LINE__)) {              \
    return SB_CONCAT(sb_result_, __LINE__).error();    \
  }                                                    \
  declaration = std::move(SB_CONCAT(sb_result_, __LINE__)).value()
// NOLINTEND(bugprone-macro-parentheses)
