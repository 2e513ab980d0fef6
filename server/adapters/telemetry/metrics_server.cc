#include "adapters/telemetry/metrics_server.h"

#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include "adapters/telemetry/metrics_impl.h"

namespace storebridge::telemetry {
namespace {

// Of the HTTP server. A connection is closed after each answer, so one that is slow holds up the
// others for so long at most.
constexpr const char* kThreads = "1";
constexpr const char* kConnectionsWaitingMax = "8";
constexpr const char* kRequestBytesMax = "8192";
constexpr const char* kRequestMs = "5000";

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

class Facts final : public prometheus::Collectable {
 public:
  explicit Facts(Metrics::Gather gather) : gather_(std::move(gather)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    const std::lock_guard lock(mutex_);
    std::vector<prometheus::MetricFamily> families;
    for (const Fact& fact : gather_()) {
      families.push_back(FamilyOf(fact));
    }
    return families;
  }

 private:
  Metrics::Gather gather_;
  mutable std::mutex mutex_;
};

}  // namespace

class MetricsServer::Impl {
 public:
  Impl(const std::string& address,
       const std::shared_ptr<prometheus::Registry>& counted,
       Metrics::Gather gather)
      : facts_(std::make_shared<Facts>(std::move(gather))),
        exposer_(std::vector<std::string>{"listening_ports",
                                          address,
                                          "num_threads",
                                          kThreads,
                                          "connection_queue",
                                          kConnectionsWaitingMax,
                                          "max_request_size",
                                          kRequestBytesMax,
                                          "request_timeout_ms",
                                          kRequestMs,
                                          "enable_keep_alive",
                                          "no"}) {
    exposer_.RegisterCollectable(counted);
    exposer_.RegisterCollectable(facts_);
  }

  [[nodiscard]] int port() const { return exposer_.GetListeningPorts().front(); }

 private:
  std::shared_ptr<Facts> facts_;
  prometheus::Exposer exposer_;
};

Result<std::unique_ptr<MetricsServer>> MetricsServer::Start(const std::string& address,
                                                            const Metrics& metrics,
                                                            Metrics::Gather gather) {
  try {
    auto impl = std::make_unique<Impl>(address, metrics.impl_->registry(), std::move(gather));
    std::string bound = address.substr(0, address.rfind(':') + 1) + std::to_string(impl->port());
    return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(impl), std::move(bound)));
  } catch (const std::exception&) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "METRICS_ADDRESS",
        .message = fmt::format("cannot listen on '{}' for metrics.address: another program may "
                               "have the port; give another one, or leave the section out",
                               address),
        .facts = {{"address", address}}};
  }
}

MetricsServer::MetricsServer(std::unique_ptr<Impl> impl, std::string address)
    : impl_(std::move(impl)), address_(std::move(address)) {}

MetricsServer::~MetricsServer() = default;

}  // namespace storebridge::telemetry
