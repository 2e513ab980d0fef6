#include "api/error.h"

#include <chrono>
#include <cstdint>

#include <fmt/format.h>

#include "core/ids.h"
#include "google/rpc/error_details.pb.h"

namespace storebridge::api {
namespace {

// Length of the valid UTF-8 character at the front of `text`; 0 when there is none.
std::size_t CharacterBytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  std::size_t bytes = 0;
  std::uint32_t value = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    bytes = 2;
    value = first & 0x1FU;
  } else if (first >= 0xE0 && first <= 0xEF) {
    bytes = 3;
    value = first & 0x0FU;
  } else if (first >= 0xF0 && first <= 0xF4) {
    bytes = 4;
    value = first & 0x07U;
  }
  if (bytes == 0 || text.size() < bytes) {
    return 0;
  }
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return 0;
    }
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return overlong || surrogate || value > 0x10FFFF ? 0 : bytes;
}

google::rpc::ErrorInfo MakeInfo(const Error& error) {
  google::rpc::ErrorInfo info;
  info.set_reason(CutText(error.reason, kErrorFactBytesMax));
  info.set_domain(std::string(kErrorDomain));
  std::size_t count = 0;
  for (const auto& [name, value] : error.facts) {
    if (++count > kErrorFactsMax) {
      break;
    }
    (*info.mutable_metadata())[CutText(name, kErrorFactBytesMax)] =
        CutText(value, kErrorFactBytesMax);
  }
  return info;
}

google::rpc::RetryInfo MakeRetry(std::chrono::milliseconds after) {
  constexpr std::int64_t kMsPerSecond = 1000;
  constexpr std::int32_t kNanosPerMs = 1'000'000;
  google::rpc::RetryInfo retry;
  const std::int64_t ms = after.count() > 0 ? after.count() : 0;
  retry.mutable_retry_delay()->set_seconds(ms / kMsPerSecond);
  retry.mutable_retry_delay()->set_nanos(static_cast<std::int32_t>(ms % kMsPerSecond) *
                                         kNanosPerMs);
  return retry;
}

// Tells the log what the caller must not read, and gives the caller a number to quote.
Error HideInner(const Error& error, const ErrorScene& scene) {
  const std::string incident = EncodeId(scene.random.Next() >> 1U);
  scene.log.Write(ports::LogLevel::kError,
                  "a call failed inside",
                  {{"incident", incident},
                   {"method", std::string(scene.method)},
                   {"reason", error.reason},
                   {"error", error.message}});
  return Error{.code = Code::kInternal,
               .reason = "INTERNAL",
               .message = fmt::format(
                   "something broke inside the server; look for incident {} in its log", incident),
               .facts = {{"incident", incident}},
               .retry_after = error.retry_after};
}

google::rpc::Status Pack(const Error& error) {
  google::rpc::Status status;
  status.set_code(ToGrpcCode(error.code));
  status.set_message(CutText(error.message, kErrorMessageBytesMax));
  status.add_details()->PackFrom(MakeInfo(error));
  if (error.retry_after) {
    status.add_details()->PackFrom(MakeRetry(*error.retry_after));
  }
  return status;
}

}  // namespace

grpc::StatusCode ToGrpcCode(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case Code::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case Code::kAlreadyExists:
      return grpc::StatusCode::ALREADY_EXISTS;
    case Code::kFailedPrecondition:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case Code::kAborted:
      return grpc::StatusCode::ABORTED;
    case Code::kResourceExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case Code::kUnavailable:
      return grpc::StatusCode::UNAVAILABLE;
    case Code::kDeadlineExceeded:
      return grpc::StatusCode::DEADLINE_EXCEEDED;
    case Code::kPermissionDenied:
      return grpc::StatusCode::PERMISSION_DENIED;
    case Code::kCancelled:
      return grpc::StatusCode::CANCELLED;
    case Code::kUnimplemented:
      return grpc::StatusCode::UNIMPLEMENTED;
    case Code::kInternal:
      return grpc::StatusCode::INTERNAL;
  }
  return grpc::StatusCode::INTERNAL;
}

std::string CutText(std::string_view text, std::size_t bytes_max) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t bytes = CharacterBytes(text);
    if (clean.size() + (bytes == 0 ? 1 : bytes) > bytes_max) {
      break;
    }
    if (bytes == 0) {
      clean += '?';
      text.remove_prefix(1);
    } else {
      clean += text.substr(0, bytes);
      text.remove_prefix(bytes);
    }
  }
  return clean;
}

grpc::Status ToGrpcStatus(const Error& error, const ErrorScene& scene) {
  const google::rpc::Status status = ToStatusMessage(error, scene);
  return {
      static_cast<grpc::StatusCode>(status.code()), status.message(), status.SerializeAsString()};
}

google::rpc::Status ToStatusMessage(const Error& error, const ErrorScene& scene) {
  return Pack(error.code == Code::kInternal ? HideInner(error, scene) : error);
}

}  // namespace storebridge::api
