#pragma once

#include <chrono>

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include "core/result.h"

namespace storebridge::day {

inline constexpr std::chrono::milliseconds kDefaultCallMost{20'000};

// The error of a call, with gRPC's code and message.
Error ToError(const grpc::Status& status);

// Makes one unary call with a deadline.
template <typename Response, typename Stub, typename Request>
Result<Response> Call(Stub& stub,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request,
                      std::chrono::milliseconds most = kDefaultCallMost) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + most);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) {
    return ToError(status);
  }
  return response;
}

}  // namespace storebridge::day
