#include "adapters/egress/factory.h"

#include <utility>

#include "adapters/egress/policy_egress.h"

namespace storebridge::egress {

Result<std::unique_ptr<ports::Egress>> MakeEgress(const EgressOptions& options,
                                                  ports::SecretSource& secrets,
                                                  ports::Clock& clock,
                                                  ports::Random& random,
                                                  ports::Executor& executor,
                                                  ports::Log& log) {
  SB_TRY(auto transport, CurlTransport::Make(options.transport, executor, log));
  return std::unique_ptr<ports::Egress>(
      std::make_unique<PolicyEgress>(std::move(transport),
                                     PolicyEgress::Ports{secrets, clock, random, executor, log},
                                     options.in_flight_max));
}

}  // namespace storebridge::egress
