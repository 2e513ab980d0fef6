#include "storebridge/sdk/failure.h"

#include "storebridge/sdk/text.h"

namespace storebridge::sdk {
namespace {

constexpr std::size_t kMessageBytesMax = 1000;

}  // namespace

Failure::Failure(Code code, std::string_view message) {
  proto_.set_code(static_cast<connector::v1::Failure::Code>(code));
  proto_.set_message(HeadOf(CleanText(message), kMessageBytesMax));
}

Failure::Failure(connector::v1::Failure proto) : proto_(std::move(proto)) {}

Failure& Failure::Detail(std::string_view detail) & {
  proto_.set_detail(HeadOf(CleanText(detail.substr(0, 4 * kMessageBytesMax)), kMessageBytesMax));
  return *this;
}
Failure&& Failure::Detail(std::string_view detail) && {
  return std::move(Detail(detail));
}

Failure& Failure::ConfigPath(std::string_view path) & {
  proto_.set_config_path(CleanText(path));
  return *this;
}
Failure&& Failure::ConfigPath(std::string_view path) && {
  return std::move(ConfigPath(path));
}

Failure& Failure::RetryAfterMs(std::int64_t ms) & {
  proto_.set_retry_after_ms(ms);
  return *this;
}
Failure&& Failure::RetryAfterMs(std::int64_t ms) && {
  return std::move(RetryAfterMs(ms));
}

Failure& Failure::Ambiguous() & {
  proto_.set_ambiguous(true);
  return *this;
}
Failure&& Failure::Ambiguous() && {
  return std::move(Ambiguous());
}

Code Failure::code() const {
  switch (proto_.code()) {
    case connector::v1::Failure::CODE_CONFIG:
      return Code::kConfig;
    case connector::v1::Failure::CODE_AUTH:
      return Code::kAuth;
    case connector::v1::Failure::CODE_RATE_LIMITED:
      return Code::kRateLimited;
    case connector::v1::Failure::CODE_TRANSIENT:
      return Code::kTransient;
    case connector::v1::Failure::CODE_PERMANENT:
      return Code::kPermanent;
    case connector::v1::Failure::CODE_NOT_FOUND:
      return Code::kNotFound;
    case connector::v1::Failure::CODE_CONFLICT:
      return Code::kConflict;
    case connector::v1::Failure::CODE_UNSUPPORTED:
      return Code::kUnsupported;
    case connector::v1::Failure::CODE_CANCELLED:
      return Code::kCancelled;
    case connector::v1::Failure::CODE_EGRESS_DENIED:
      return Code::kEgressDenied;
    case connector::v1::Failure::CODE_LIMIT:
      return Code::kLimit;
    // The proto says it: unspecified is a bug. A code of a newer host is none of ours.
    default:
      return Code::kConnectorBug;
  }
}

}  // namespace storebridge::sdk
