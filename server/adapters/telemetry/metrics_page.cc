#include "adapters/telemetry/metrics_page.h"

#include <exception>
#include <utility>

#include <fmt/format.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "adapters/telemetry/metrics_impl.h"

namespace storebridge::telemetry {
namespace {

prometheus::MetricFamily FamilyOf(const Fact& fact) {
  prometheus::MetricFamily family;
  family.name = fact.name;
  family.help = fact.help;
  family.type = fact.only_grows ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  for (const Fact::Sample& sample : fact.samples) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    for (const auto& [name, value] : sample.labels) {
      metric.label.push_back({name, value});
    }
    metric.gauge.value = sample.value;
    metric.counter.value = sample.value;
  }
  return family;
}

}  // namespace

class MetricsPage::Impl {
 public:
  Impl(std::shared_ptr<prometheus::Registry> counted, Metrics::Gather gather)
      : counted_(std::move(counted)), gather_(std::move(gather)) {}

  [[nodiscard]] std::string Text() const {
    std::vector<prometheus::MetricFamily> families = counted_->Collect();
    for (const Fact& fact : gather_()) {
      families.push_back(FamilyOf(fact));
    }
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  std::shared_ptr<prometheus::Registry> counted_;
  Metrics::Gather gather_;
};

MetricsPage::MetricsPage(const Metrics& metrics, Metrics::Gather gather)
    : impl_(std::make_unique<Impl>(metrics.impl_->registry(), std::move(gather))) {}

MetricsPage::~MetricsPage() = default;

ports::HttpReply MetricsPage::Answer(const ports::HttpCall& call) const {
  if (call.target != "/metrics") {
    return {.status = 404, .body = "There is /metrics here, and nothing else.\n"};
  }
  if (call.method != "GET") {
    return {.status = 405, .body = "Metrics are only shown, by GET.\n", .allow = "GET"};
  }
  try {
    return {.body = impl_->Text(), .content_type = "text/plain; version=0.0.4; charset=utf-8"};
  } catch (const std::exception& problem) {
    return {.status = 500, .body = fmt::format("No metrics: {}.\n", problem.what())};
  }
}

}  // namespace storebridge::telemetry
