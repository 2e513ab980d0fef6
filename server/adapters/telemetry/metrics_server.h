#pragma once

#include <memory>
#include <string>

#include "adapters/telemetry/metrics.h"
#include "core/result.h"

namespace storebridge::telemetry {

// Shows metrics to Prometheus: `GET /metrics` on one address, without TLS and without asking who
// looks. One look at a time; the next one waits.
class MetricsServer {
 public:
  // Begins to listen on `address`, `host:port`; port 0 takes any free one. kFailedPrecondition,
  // reason METRICS_ADDRESS, when it cannot. `metrics` and what `gather` needs outlive the server.
  static Result<std::unique_ptr<MetricsServer>> Start(const std::string& address,
                                                      const Metrics& metrics,
                                                      Metrics::Gather gather);

  // Waits for a look that goes on.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  // Where it listens.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  class Impl;

  MetricsServer(std::unique_ptr<Impl> impl, std::string address);

  std::unique_ptr<Impl> impl_;
  std::string address_;
};

}  // namespace storebridge::telemetry
