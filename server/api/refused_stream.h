#pragma once

#include <memory>
#include <string_view>

#include <grpcpp/support/server_callback.h>

#include "api/api_ports.h"
#include "api/error.h"

namespace storebridge::api {

// A stream that was refused before it began. Deletes itself when gRPC is done with it.
template <typename Response>
class RefusedStream final : public grpc::ServerWriteReactor<Response> {
 public:
  explicit RefusedStream(const grpc::Status& status) { this->Finish(status); }

  void OnDone() override { delete this; }
};

template <typename Response>
grpc::ServerWriteReactor<Response>* RefuseStream(const ApiPorts& ports,
                                                 std::string_view method,
                                                 const Error& error) {
  return std::make_unique<RefusedStream<Response>>(
             ToGrpcStatus(error, {.method = method, .random = ports.random, .log = ports.log}))
      .release();
}

}  // namespace storebridge::api
