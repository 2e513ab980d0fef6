#include "adapters/telemetry/metered_egress.h"

#include <utility>

namespace storebridge::telemetry {

ports::Egress::RequestId MeteredEgress::Send(std::shared_ptr<const ports::EgressProfile> profile,
                                             connector::v1::HttpRequest request,
                                             Done done) {
  Done measured = [this, profile, began_ms = clock_.SteadyMs(), done = std::move(done)](
                      ports::EgressAnswer answer) {
    meter_.RequestEnded({.connector = profile->connector,
                         .status = answer.failure ? 0 : answer.response.status(),
                         .failure = answer.failure ? answer.failure->code()
                                                   : connector::v1::Failure::CODE_UNSPECIFIED,
                         .ms = clock_.SteadyMs() - began_ms});
    done(std::move(answer));
  };
  return egress_.Send(std::move(profile), std::move(request), std::move(measured));
}

}  // namespace storebridge::telemetry
