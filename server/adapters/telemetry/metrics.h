#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/meter.h"

namespace storebridge::telemetry {

// What is read at the moment of a look.
struct Fact {
  // As Prometheus has them: `storebridge_stores`, `_total` at the end of one that only grows.
  std::string name;
  // What it says, and its unit.
  std::string help;
  bool only_grows = false;
  struct Sample {
    // Name and value of each label. Few values: Prometheus keeps a series for each.
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
  };
  std::vector<Sample> samples = {};
};

// The value of a label for one of an enum's names: `rate_limited` for CODE_RATE_LIMITED.
std::string LabelOf(std::string_view name, std::string_view prefix);

// Counts what the server does, and shows it with facts in the text format of Prometheus (0.0.4).
// Its labels are connectors, flows, states, reasons and methods: never a merchant, a store or a
// customer.
class Metrics final : public ports::Meter {
 public:
  // Reads facts for a look; called on the thread that looks, one at a time.
  using Gather = std::function<std::vector<Fact>()>;

  Metrics();
  ~Metrics() override;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void RunEnded(const ports::RunMeasure& run) override;
  void RequestEnded(const ports::RequestMeasure& request) override;
  void CallEnded(const ports::CallMeasure& call) override;
  void WebhookCame(const ports::WebhookMeasure& webhook) override;
  void ExpectCalls(std::string_view method) override;

  // What there is to see without facts.
  [[nodiscard]] std::string Text() const;

 private:
  friend class MetricsPage;
  class Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace storebridge::telemetry
