#pragma once

#include <memory>

#include "adapters/telemetry/metrics.h"
#include "ports/http_call.h"

namespace storebridge::telemetry {

// Shows metrics to Prometheus: `GET /metrics`, made anew for each look, without asking who looks.
class MetricsPage {
 public:
  MetricsPage(const Metrics& metrics, Metrics::Gather gather);
  ~MetricsPage();
  MetricsPage(const MetricsPage&) = delete;
  MetricsPage& operator=(const MetricsPage&) = delete;

  // One look at a time.
  [[nodiscard]] ports::HttpReply Answer(const ports::HttpCall& call) const;

 private:
  class Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace storebridge::telemetry
