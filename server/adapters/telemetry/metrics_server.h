#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "adapters/telemetry/metrics.h"
#include "core/result.h"

namespace storebridge::telemetry {

// Limits of the server that shows metrics.
inline constexpr std::size_t kMetricsConnectionsMax = 16;
inline constexpr std::size_t kMetricsHeadBytesMax = std::size_t{8} * 1024;
// To send a request, and to take its answer.
inline constexpr std::chrono::seconds kMetricsConnectionTime{5};

// Shows metrics to Prometheus: `GET /metrics` on one address, without TLS and without asking who
// looks. Connections are served side by side, looks one after the other; each connection is closed
// after its answer, and one too many at once.
class MetricsServer {
 public:
  // Begins to listen on an address of this machine, `127.0.0.1`, `::1` or `localhost`; port 0 takes
  // any free one. kFailedPrecondition, reason METRICS_ADDRESS, when it cannot. `metrics` and what
  // `gather` needs outlive the server.
  static Result<std::unique_ptr<MetricsServer>> Start(const std::string& host,
                                                      std::uint16_t port,
                                                      const Metrics& metrics,
                                                      Metrics::Gather gather);

  // Waits for a look that goes on, not for whoever reads slowly.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  // Where it listens, `host:port`.
  [[nodiscard]] const std::string& address() const;

 private:
  class Impl;

  explicit MetricsServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace storebridge::telemetry
