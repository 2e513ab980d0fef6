#include "adapters/telemetry/metrics.h"

#include <cctype>
#include <string_view>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include "adapters/telemetry/metrics_impl.h"

namespace storebridge::telemetry {
namespace {

using Seconds = prometheus::Histogram::BucketBoundaries;

// Upper ends in seconds; a look that finds nothing, and a first import that takes an hour.
const Seconds& RunSeconds() {
  static const Seconds seconds{0.05, 0.2, 1, 5, 30, 120, 600, 3'600};
  return seconds;
}

const Seconds& RequestSeconds() {
  static const Seconds seconds{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  return seconds;
}

const Seconds& CallSeconds() {
  static const Seconds seconds{0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60};
  return seconds;
}

double InSeconds(std::int64_t ms) {
  return static_cast<double>(ms) / 1'000;
}

// Single statuses are of no use to an alarm: `2xx`, or why there was none.
std::string OutcomeOf(const ports::RequestMeasure& request) {
  if (request.status != 0) {
    return std::to_string(request.status / 100) + "xx";
  }
  return LabelOf(connector::v1::Failure::Code_Name(request.failure), "CODE_");
}

std::string NameOf(ports::WebhookOutcome outcome) {
  switch (outcome) {
    case ports::WebhookOutcome::kHeard:
      return "heard";
    case ports::WebhookOutcome::kPing:
      return "ping";
    case ports::WebhookOutcome::kRefused:
      return "refused";
    case ports::WebhookOutcome::kUnsigned:
      return "unsigned";
  }
  return "";
}

}  // namespace

std::string LabelOf(std::string_view name, std::string_view prefix) {
  std::string label(name.substr(name.starts_with(prefix) ? prefix.size() : 0));
  for (char& c : label) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return label;
}

Metrics::Impl::Impl()
    : registry_(std::make_shared<prometheus::Registry>()),
      runs_(prometheus::BuildCounter()
                .Name("storebridge_sync_runs_total")
                .Help("Sync runs that have ended.")
                .Register(*registry_)),
      run_seconds_(prometheus::BuildHistogram()
                       .Name("storebridge_sync_run_seconds")
                       .Help("How long sync runs took.")
                       .Register(*registry_)),
      requests_(prometheus::BuildCounter()
                    .Name("storebridge_store_requests_total")
                    .Help("Requests to stores that have ended, by HTTP status or failure.")
                    .Register(*registry_)),
      request_seconds_(
          prometheus::BuildHistogram()
              .Name("storebridge_store_request_seconds")
              .Help("How long requests to stores took, with repetitions and the rate limit.")
              .Register(*registry_)),
      calls_(prometheus::BuildCounter()
                 .Name("storebridge_calls_total")
                 .Help("gRPC calls that have ended.")
                 .Register(*registry_)),
      call_seconds_(prometheus::BuildHistogram()
                        .Name("storebridge_call_seconds")
                        .Help("How long gRPC calls took; Watch calls last as long as the caller.")
                        .Register(*registry_)),
      webhooks_(prometheus::BuildCounter()
                    .Name("storebridge_webhooks_total")
                    .Help("Calls by which stores said that there is news.")
                    .Register(*registry_)) {}

void Metrics::Impl::RunEnded(const ports::RunMeasure& run) {
  const prometheus::Labels where{{"connector", std::string(run.connector)},
                                 {"flow", std::string(domain::FlowName(run.flow))}};
  prometheus::Labels outcome = where;
  outcome["state"] = LabelOf(v1::SyncRun::State_Name(run.state), "STATE_");
  runs_.Add(outcome).Increment();
  run_seconds_.Add(where, RunSeconds()).Observe(InSeconds(run.ms));
}

void Metrics::Impl::RequestEnded(const ports::RequestMeasure& request) {
  const std::string connector(request.connector);
  requests_.Add({{"connector", connector}, {"outcome", OutcomeOf(request)}}).Increment();
  request_seconds_.Add({{"connector", connector}}, RequestSeconds()).Observe(InSeconds(request.ms));
}

void Metrics::Impl::CallEnded(const ports::CallMeasure& call) {
  const std::string method(call.method);
  calls_.Add({{"method", method}, {"code", std::string(call.code)}}).Increment();
  call_seconds_.Add({{"method", method}}, CallSeconds()).Observe(InSeconds(call.ms));
}

void Metrics::Impl::WebhookCame(const ports::WebhookMeasure& webhook) {
  webhooks_
      .Add({{"connector", std::string(webhook.connector)}, {"outcome", NameOf(webhook.outcome)}})
      .Increment();
}

// An alarm by `increase` sees no series that begins with its first failure.
void Metrics::Impl::ExpectCalls(std::string_view method) {
  calls_.Add({{"method", std::string(method)}, {"code", "INTERNAL"}});
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}

Metrics::~Metrics() = default;

void Metrics::RunEnded(const ports::RunMeasure& run) {
  impl_->RunEnded(run);
}

void Metrics::RequestEnded(const ports::RequestMeasure& request) {
  impl_->RequestEnded(request);
}

void Metrics::CallEnded(const ports::CallMeasure& call) {
  impl_->CallEnded(call);
}

void Metrics::WebhookCame(const ports::WebhookMeasure& webhook) {
  impl_->WebhookCame(webhook);
}

void Metrics::ExpectCalls(std::string_view method) {
  impl_->ExpectCalls(method);
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(impl_->registry()->Collect());
}

}  // namespace storebridge::telemetry
