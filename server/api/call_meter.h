#pragma once

#include <memory>
#include <string>
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

// What gRPC needs for that: it sees all calls, as they end. A caller may call whatever he likes:
// what is no method of `services`, full names of those that there are, has no name of its own.
std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> CallMeters(
    const CallWatch& watch, const std::vector<std::string>& services);

}  // namespace storebridge::api
