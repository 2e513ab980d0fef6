#pragma once

#include "ports/clock.h"
#include "ports/egress.h"
#include "ports/meter.h"

namespace storebridge::telemetry {

// Tells a meter of each request that another egress makes. All of it outlives this.
class MeteredEgress final : public ports::Egress {
 public:
  MeteredEgress(ports::Egress& egress, ports::Clock& clock, ports::Meter& meter)
      : egress_(egress), clock_(clock), meter_(meter) {}

  RequestId Send(std::shared_ptr<const ports::EgressProfile> profile,
                 connector::v1::HttpRequest request,
                 Done done) override;
  void Cancel(RequestId request) override { egress_.Cancel(request); }

 private:
  ports::Egress& egress_;
  ports::Clock& clock_;
  ports::Meter& meter_;
};

}  // namespace storebridge::telemetry
