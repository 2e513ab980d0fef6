#pragma once

#include <prometheus/registry.h>

#include "adapters/telemetry/metrics.h"

namespace storebridge::telemetry {

// For what shows it; the types of prometheus-cpp stay in this folder.
class Metrics::Impl {
 public:
  Impl();

  void RunEnded(const ports::RunMeasure& run);
  void RequestEnded(const ports::RequestMeasure& request);
  void CallEnded(const ports::CallMeasure& call);
  void WebhookCame(const ports::WebhookMeasure& webhook);
  void ExpectCalls(std::string_view method);

  [[nodiscard]] const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>& runs_;
  prometheus::Family<prometheus::Histogram>& run_seconds_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& request_seconds_;
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& call_seconds_;
  prometheus::Family<prometheus::Counter>& webhooks_;
};

}  // namespace storebridge::telemetry
