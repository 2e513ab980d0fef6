#include "adapters/egress/request_check.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "adapters/egress/text.h"

namespace storebridge::egress {
namespace {

namespace cv1 = connector::v1;
using MaybeFailure = std::optional<cv1::Failure>;

constexpr std::array<std::string_view, 7> kMethods{
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

// They steer the connection or the routing, which are the host's.
constexpr std::array<std::string_view, 11> kHostHeaders{"accept-encoding",
                                                        "connection",
                                                        "content-length",
                                                        "expect",
                                                        "host",
                                                        "keep-alive",
                                                        "te",
                                                        "trailer",
                                                        "transfer-encoding",
                                                        "upgrade",
                                                        "user-agent"};

template <std::size_t N>
bool IsAmong(const std::array<std::string_view, N>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

cv1::Failure MakeFailure(cv1::Failure::Code code, std::string message) {
  cv1::Failure failure;
  failure.set_code(code);
  failure.set_message(std::move(message));
  return failure;
}

MaybeFailure CheckHeaders(const ports::EgressProfile& profile, const cv1::HttpRequest& request) {
  if (request.headers_size() > kRequestHeadersMax) {
    return MakeFailure(cv1::Failure::CODE_LIMIT,
                       "The request has " + std::to_string(request.headers_size()) +
                           " headers; at most " + std::to_string(kRequestHeadersMax) +
                           " are sent.");
  }
  std::string signed_header;
  for (const auto& scheme : profile.auth) {
    if (scheme.id() == request.auth() && !request.auth().empty()) {
      signed_header = scheme.has_basic() ? "authorization" : LowerCase(scheme.header().name());
    }
  }
  std::size_t bytes = 0;
  for (const auto& header : request.headers()) {
    const std::string name = LowerCase(header.name());
    bytes += header.name().size() + header.value().size();
    if (!IsHeaderName(name) || !IsHeaderValue(header.value())) {
      return MakeFailure(cv1::Failure::CODE_CONNECTOR_BUG,
                         "The header '" + Head(header.name(), 60) +
                             "' has characters that a header may not have.");
    }
    if (IsAmong(kHostHeaders, name) || name.starts_with("proxy-") || name == signed_header) {
      return MakeFailure(
          cv1::Failure::CODE_CONNECTOR_BUG,
          "The header '" + name + "' is set by the host. Remove it from the connector's request.");
    }
  }
  if (bytes > kRequestHeaderBytesMax) {
    return MakeFailure(cv1::Failure::CODE_LIMIT,
                       "The request's headers are " + std::to_string(bytes) + " bytes; at most " +
                           std::to_string(kRequestHeaderBytesMax) + " are sent.");
  }
  return std::nullopt;
}

}  // namespace

MaybeFailure CheckRequest(const ports::EgressProfile& profile,
                          const cv1::HttpRequest& request,
                          Url& url) {
  if (!IsAmong(kMethods, request.method())) {
    return MakeFailure(
        cv1::Failure::CODE_CONNECTOR_BUG,
        "The method '" + Head(request.method(), 20) +
            "' is not sent. Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, in upper case.");
  }
  Result<Url> parsed = ParseUrl(request.url());
  if (!parsed) {
    return MakeFailure(cv1::Failure::CODE_EGRESS_DENIED, parsed.error().message);
  }
  url = std::move(*parsed);
  if (const Status allowed = CheckAllowed(url, profile.allowed_prefixes); !allowed) {
    return MakeFailure(cv1::Failure::CODE_EGRESS_DENIED, allowed.error().message);
  }
  if (request.body().size() > kRequestBodyMax) {
    return MakeFailure(cv1::Failure::CODE_LIMIT,
                       "The request's body is " + std::to_string(request.body().size()) +
                           " bytes; at most " + std::to_string(kRequestBodyMax) +
                           " are sent. Send less at once.");
  }
  return CheckHeaders(profile, request);
}

}  // namespace storebridge::egress
