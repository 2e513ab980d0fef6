#pragma once

#include <cstddef>
#include <memory>

#include "adapters/egress/curl_transport.h"
#include "core/result.h"
#include "ports/clock.h"
#include "ports/egress.h"
#include "ports/executor.h"
#include "ports/log.h"
#include "ports/random.h"
#include "ports/vault.h"

namespace storebridge::egress {

struct EgressOptions {
  CurlTransportOptions transport;
  // Requests of all stores together that may be on their way.
  std::size_t in_flight_max = 1024;
};

// Makes the way out of a server. kInvalidArgument for bad options. All that it is given outlives
// it. Destroy it on the executor, or after the executor has stopped.
Result<std::unique_ptr<ports::Egress>> MakeEgress(const EgressOptions& options,
                                                  ports::SecretSource& secrets,
                                                  ports::Clock& clock,
                                                  ports::Random& random,
                                                  ports::Executor& executor,
                                                  ports::Log& log);

}  // namespace storebridge::egress
