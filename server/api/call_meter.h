#pragma once

#include <memory>
#include <vector>

#include <grpcpp/support/server_interceptor.h>

#include "ports/clock.h"
#include "ports/meter.h"

namespace storebridge::api {

// Who is told of calls that have ended. Outlives the server.
struct CallWatch {
  ports::Meter& meter;
  ports::Clock& clock;
};

// What gRPC needs for that: it sees the calls of all services, as they end.
std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> CallMeters(
    const CallWatch& watch);

}  // namespace storebridge::api
