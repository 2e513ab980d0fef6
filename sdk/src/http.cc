#include "storebridge/sdk/http.h"

#include <utility>

#include "storebridge/sdk/text.h"
#include "storebridge/sdk/time.h"

namespace storebridge::sdk {
namespace {

using connector::v1::HttpRequest;

Code CodeOf(int status) {
  switch (status) {
    case 401:
    case 403:
      return Code::kAuth;
    case 404:
    case 410:
      return Code::kNotFound;
    case 409:
    case 412:
      return Code::kConflict;
    case 413:
      return Code::kLimit;
    case 429:
      return Code::kRateLimited;
    case 408:
    case 425:
      return Code::kTransient;
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return Code::kConfig;
  }
  return status >= 500 ? Code::kTransient : Code::kPermanent;
}

// The path of a URL: neither its host nor its query belong into messages.
std::string_view PathOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    const std::size_t slash = url.find('/', scheme + 3);
    url = slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
  }
  return url.substr(0, url.find('?'));
}

std::string Suffix(Where where) {
  const std::string_view file = where.file_name();
  return " (" + std::string(file.substr(file.rfind('/') + 1)) + ":" + std::to_string(where.line()) +
         ")";
}

}  // namespace

Response::Response(connector::v1::Completion completion, std::string what, Where where)
    : completion_(std::move(completion)), what_(std::move(what)), where_(where) {}

int Response::status() const {
  return static_cast<int>(completion_.http().status());
}

bool Response::ok() const {
  return status() >= 200 && status() < 300;
}

std::string Response::Header(std::string_view name) const {
  for (const auto& header : completion_.http().headers()) {
    if (EqualsIgnoringCase(header.name(), name)) {
      return CleanText(header.value());
    }
  }
  return {};
}

std::optional<std::int64_t> Response::DateMs() const {
  return ParseHttpDate(Header("date"));
}

Failure Response::Problem() const {
  if (completion_.has_failure()) {
    return Failure(completion_.failure());
  }
  std::string message = what_ + " answered " + std::to_string(status());
  const Code code = CodeOf(status());
  if (code == Code::kConfig) {
    message += " and points to " + HeadOf(Header("location"), 200) + "; correct the base address";
    return Failure(code, message + Suffix(where_)).ConfigPath("base_url");
  }
  return Failure(code, message + Suffix(where_)).Detail(Body());
}

const Response& Response::RequireOk() const& {
  if (!ok()) {
    throw Problem();
  }
  return *this;
}

Response&& Response::RequireOk() && {
  if (!ok()) {
    throw Problem();
  }
  return std::move(*this);
}

sdk::Json Response::Json() const {
  RequireOk();
  return sdk::Json::Parse(Body(), "the answer to " + what_);
}

std::optional<sdk::Json> Response::ErrorJson() const {
  try {
    return sdk::Json::Parse(Body(), "the answer to " + what_);
  } catch (const Failure&) {
    return std::nullopt;
  }
}

Request::Request(internal::Runtime* runtime, std::string_view method, std::string url, Where where)
    : runtime_(runtime), where_(where) {
  what_ = std::string(method) + " " + std::string(PathOf(url));
  http_.set_method(std::string(method));
  http_.set_url(std::move(url));
  if (method == "GET" || method == "HEAD") {
    http_.set_safety(HttpRequest::SAFETY_SAFE);
  }
}

Request& Request::operator=(Request&& other) noexcept {
  if (this != &other) {
    runtime_ = other.runtime_;
    http_ = std::move(other.http_);
    what_ = std::move(other.what_);
    where_ = other.where_;
    is_try_ = other.is_try_;
  }
  return *this;
}

Request&& Request::Auth(std::string_view scheme) && {
  http_.set_auth(std::string(scheme));
  return std::move(*this);
}

Request&& Request::Query(std::string_view name, std::string_view value) && {
  std::string* url = http_.mutable_url();
  *url += url->find('?') == std::string::npos ? '?' : '&';
  *url += UrlEncode(name);
  *url += '=';
  *url += UrlEncode(value);
  return std::move(*this);
}

Request&& Request::Header(std::string_view name, std::string_view value) && {
  AddHeader(http_.mutable_headers(), name, value);
  return std::move(*this);
}

Request&& Request::JsonBody(const JsonWriter& json) && {
  return std::move(*this).Body("application/json", json.Text());
}

Request&& Request::JsonBody(std::string_view json) && {
  return std::move(*this).Body("application/json", json);
}

Request&& Request::Body(std::string_view content_type, std::string_view body) && {
  http_.set_body(std::string(body));
  return std::move(*this).Header("content-type", content_type);
}

Request&& Request::TimeoutMs(std::uint32_t ms) && {
  http_.set_timeout_ms(ms);
  return std::move(*this);
}

Request&& Request::Safe() && {
  http_.set_safety(HttpRequest::SAFETY_SAFE);
  return std::move(*this);
}

Request&& Request::Idempotent() && {
  http_.set_safety(HttpRequest::SAFETY_IDEMPOTENT);
  return std::move(*this);
}

Request&& Request::Unsafe() && {
  http_.set_safety(HttpRequest::SAFETY_UNSAFE);
  return std::move(*this);
}

Request&& Request::About(std::string_view ref) && {
  http_.set_ref(std::string(ref));
  return std::move(*this);
}

Request&& Request::Try() && {
  is_try_ = true;
  return std::move(*this);
}

connector::v1::Call Request::TakeCall() {
  if (http_.safety() == HttpRequest::SAFETY_UNSPECIFIED) {
    throw Failure(Code::kConnectorBug,
                  what_ + " says neither Safe(), Idempotent() nor Unsafe()" + Suffix(where_));
  }
  connector::v1::Call call;
  call.mutable_http()->Swap(&http_);
  return call;
}

internal::HttpAwaiter Request::operator co_await() && {
  connector::v1::Call call = TakeCall();
  return internal::HttpAwaiter(runtime_, std::move(call), std::move(what_), where_, is_try_);
}

namespace internal {

HttpAwaiter::HttpAwaiter(
    Runtime* runtime, connector::v1::Call call, std::string what, Where where, bool is_try)
    : CallAwaiter(runtime, std::move(call)),
      what_(std::move(what)),
      where_(where),
      is_try_(is_try) {}

Response HttpAwaiter::await_resume() {
  connector::v1::Completion answer = Take();
  if (answer.has_failure() && !is_try_) {
    throw Failure(std::move(*answer.mutable_failure()));
  }
  return Response(std::move(answer), std::move(what_), where_);
}

}  // namespace internal
}  // namespace storebridge::sdk
