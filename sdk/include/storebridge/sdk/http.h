#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storebridge/sdk/json.h"
#include "storebridge/sdk/json_writer.h"
#include "storebridge/sdk/runtime.h"

namespace storebridge::sdk {

// What a store answered, or why there is no answer.
class Response {
 public:
  Response(connector::v1::Completion completion, std::string what, Where where);

  // Whether there is an answer of 200 to 299.
  [[nodiscard]] bool ok() const;
  // Whether there is an answer at all. There always is, except after Try() and All().
  [[nodiscard]] bool has_answer() const { return completion_.has_http(); }
  // Whether there is none because it was larger than the host takes: ask for less at once. Only
  // after Try() and All().
  [[nodiscard]] bool is_too_large() const { return completion_.failure().answer_too_large(); }
  // HTTP status; 0 without an answer.
  [[nodiscard]] int status() const;
  // Bytes of the body, as they came.
  [[nodiscard]] const std::string& Body() const { return completion_.http().body(); }
  // First header of that name, in any case; empty when there is none.
  [[nodiscard]] std::string Header(std::string_view name) const;
  // The store's clock, from its `Date`.
  [[nodiscard]] std::optional<std::int64_t> DateMs() const;

  // Throws Problem() unless ok().
  const Response& RequireOk() const&;
  Response&& RequireOk() &&;
  // Says what is wrong: the host's Failure, or one made of the status: 401 and 403 kAuth, 404 and
  // 410 kNotFound, 409 and 412 kConflict, 413 kLimit, 429 kRateLimited, 3xx kConfig, 408, 425 and
  // 5xx kTransient, others kPermanent.
  [[nodiscard]] Failure Problem() const;
  // Reads the body. Throws as RequireOk and Json::Parse.
  [[nodiscard]] sdk::Json Json() const;
  // Reads the body of an answer of any status; nothing when it is not JSON.
  [[nodiscard]] std::optional<sdk::Json> ErrorJson() const;

 private:
  connector::v1::Completion completion_;
  std::string what_;
  Where where_;
};

namespace internal {

class HttpAwaiter : public CallAwaiter {
 public:
  HttpAwaiter(
      Runtime* runtime, connector::v1::Call call, std::string what, Where where, bool is_try);
  Response await_resume();

 private:
  std::string what_;
  Where where_;
  bool is_try_;
};

}  // namespace internal

// A request being built: `co_await cx.Get("/orders").Auth("keys").Query("page", 2)`. Made by
// Context. Without `co_await` it is never made, so the compiler warns of one that is left unused.
class [[nodiscard]] Request {
 public:
  Request(internal::Runtime* runtime, std::string_view method, std::string url, Where where);
  Request(Request&&) = default;
  // `request = std::move(request).Safe()` moves it onto itself, which loses nothing.
  Request& operator=(Request&& other) noexcept;
  Request(const Request&) = default;
  Request& operator=(const Request&) = default;
  ~Request() = default;

  // Names the AuthScheme of the manifest that signs it.
  [[nodiscard]] Request&& Auth(std::string_view scheme) &&;
  // Adds `name=value` to the query, encoded.
  [[nodiscard]] Request&& Query(std::string_view name, std::string_view value) &&;
  [[nodiscard]] Request&& Query(std::string_view name, std::integral auto value) && {
    return std::move(*this).Query(name, std::string_view(std::to_string(value)));
  }
  [[nodiscard]] Request&& Header(std::string_view name, std::string_view value) &&;
  // Sends a body of `application/json`.
  [[nodiscard]] Request&& JsonBody(const JsonWriter& json) &&;
  [[nodiscard]] Request&& JsonBody(std::string_view json) &&;
  [[nodiscard]] Request&& Body(std::string_view content_type, std::string_view body) &&;
  // Whole request; the host's default is 30 s.
  [[nodiscard]] Request&& TimeoutMs(std::uint32_t ms) &&;

  // What Context::Get begins is Safe; all others have to say one of these.
  // It changes nothing, such as a GraphQL query.
  [[nodiscard]] Request&& Safe() &&;
  // Twice is as good as once: the host may send it again.
  [[nodiscard]] Request&& Idempotent() &&;
  // Never sent again by the host: a lost answer is a Failure with is_ambiguous().
  [[nodiscard]] Request&& Unsafe() &&;
  // In a push: which shipment it is about, by its ref. Say it for every request that is not Safe.
  [[nodiscard]] Request&& About(std::string_view ref) &&;
  // Does not throw when the host could not do it: look at Response::has_answer() and Problem().
  [[nodiscard]] Request&& Try() &&;

  internal::HttpAwaiter operator co_await() &&;

  // For All.
  [[nodiscard]] connector::v1::Call TakeCall();
  [[nodiscard]] const std::string& what() const { return what_; }
  [[nodiscard]] Where where() const { return where_; }

 private:
  internal::Runtime* runtime_;
  connector::v1::HttpRequest http_;
  // Such as `GET /orders`, for messages: no query, there may be customers in it.
  std::string what_;
  Where where_;
  bool is_try_ = false;
};

}  // namespace storebridge::sdk
