#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <grpcpp/support/status.h>

#include "core/result.h"
#include "google/rpc/status.pb.h"
#include "ports/log.h"
#include "ports/random.h"

namespace storebridge::api {

// `google.rpc.ErrorInfo.domain` of every error.
inline constexpr std::string_view kErrorDomain = "storebridge";

// An error travels in HTTP/2 trailers, which clients cap at 8 KiB: what does not fit is cut.
inline constexpr std::size_t kErrorMessageBytesMax = 1024;
inline constexpr std::size_t kErrorFactBytesMax = 256;
inline constexpr std::size_t kErrorFactsMax = 8;

// Same-named gRPC code. Total.
grpc::StatusCode ToGrpcCode(Code code);

// Cuts `text` to at most `bytes_max` bytes of valid UTF-8; bytes that are not UTF-8 become '?'.
std::string CutText(std::string_view text, std::size_t bytes_max);

// Where an error is turned into a gRPC status.
struct ErrorScene {
  // Such as `OrderService.ShipOrder`; for the log.
  std::string_view method;
  // Makes incident ids.
  ports::Random& random;
  ports::Log& log;
};

// Turns an error into what the caller is told: code, message, one ErrorInfo {reason, domain,
// metadata = facts}, and a RetryInfo when `retry_after` is set. The inner text of kInternal goes to
// the log only, under an incident id that the caller is told.
grpc::Status ToGrpcStatus(const Error& error, const ErrorScene& scene);

// The same as a message, for an answer that has errors beside what went well.
google::rpc::Status ToStatusMessage(const Error& error, const ErrorScene& scene);

}  // namespace storebridge::api
