#include "app/server_facts.h"

#include <chrono>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/telemetry/process_facts.h"
#include "app/version.h"

namespace storebridge::app {
namespace {

using telemetry::Fact;
using telemetry::LabelOf;

constexpr std::chrono::seconds kEngineTime{1};

Fact OneNumber(std::string name, std::string help, double value) {
  return {.name = std::move(name),
          .help = std::move(help),
          .samples = {{.labels = {}, .value = value}}};
}

std::optional<engine::StoreCounts> AskEngine(engine::Engine& engine) {
  const auto answer = std::make_shared<std::promise<engine::StoreCounts>>();
  engine.CountStores(
      [answer](engine::StoreCounts counts) { answer->set_value(std::move(counts)); });
  std::future<engine::StoreCounts> counts = answer->get_future();
  if (counts.wait_for(kEngineTime) != std::future_status::ready) {
    return std::nullopt;
  }
  return counts.get();
}

std::optional<ports::WorkCounts> AskStorage(ports::Storage& storage) {
  ports::WorkCounts counts;
  const Status read = storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(counts, tx.work_counts().Count());
    return Ok();
  });
  return read ? std::optional(std::move(counts)) : std::nullopt;
}

void AddStores(const engine::StoreCounts& counts, std::vector<Fact>& facts) {
  Fact stores{.name = "storebridge_stores", .help = "Stores, by state."};
  Fact failing{.name = "storebridge_failing_flows",
               .help = "Stores in which a flow failed when it was last tried."};
  Fact running{.name = "storebridge_running_sync_runs", .help = "Sync runs that go on."};
  for (const auto& [connector, count] : counts) {
    for (const auto& [state, number] : count.stores) {
      stores.samples.push_back(
          {.labels = {{"connector", connector},
                      {"state", LabelOf(v1::Store::State_Name(state), "STATE_")}},
           .value = static_cast<double>(number)});
    }
    // With zeros: an alarm needs a series that was there before.
    for (const domain::Flow flow : domain::kFlows) {
      const std::vector<std::pair<std::string, std::string>> labels{
          {"connector", connector}, {"flow", std::string(domain::FlowName(flow))}};
      const auto number = [flow](const std::map<domain::Flow, std::int64_t>& numbers) {
        const auto found = numbers.find(flow);
        return found == numbers.end() ? 0.0 : static_cast<double>(found->second);
      };
      failing.samples.push_back({.labels = labels, .value = number(count.failing)});
      running.samples.push_back({.labels = labels, .value = number(count.running)});
    }
  }
  facts.push_back(std::move(stores));
  facts.push_back(std::move(failing));
  facts.push_back(std::move(running));
}

void AddWork(const ports::WorkCounts& counts, std::vector<Fact>& facts) {
  Fact orders{.name = "storebridge_open_orders",
              .help = "Orders that are not shipped, cancelled or returned, by state."};
  for (int state = v1::ORDER_STATE_AWAITING_PAYMENT; state < v1::ORDER_STATE_SHIPPED; ++state) {
    const auto named = static_cast<v1::OrderState>(state);
    const auto found = counts.open_orders.find(named);
    orders.samples.push_back(
        {.labels = {{"state", LabelOf(v1::OrderState_Name(named), "ORDER_STATE_")}},
         .value = found == counts.open_orders.end() ? 0.0 : static_cast<double>(found->second)});
  }
  facts.push_back(std::move(orders));
  Fact issues{.name = "storebridge_open_issues", .help = "Issues that are open, by reason."};
  for (const auto& [reason, number] : counts.open_issues) {
    issues.samples.push_back(
        {.labels = {{"reason", reason}}, .value = static_cast<double>(number)});
  }
  facts.push_back(std::move(issues));
  facts.push_back(OneNumber("storebridge_waiting_shipments",
                            "Shipments of which the store is not told yet.",
                            static_cast<double>(counts.waiting_shipments)));
  facts.push_back(OneNumber("storebridge_failing_shipments",
                            "Those of them that could not be told so far.",
                            static_cast<double>(counts.failing_shipments)));
  facts.push_back(OneNumber("storebridge_waiting_stock",
                            "Products of stores whose stock is to be compared or written.",
                            static_cast<double>(counts.waiting_listings)));
}

void AddConnectors(const ports::ConnectorHost& connectors, std::vector<Fact>& facts) {
  Fact ready{.name = "storebridge_connector_ready",
             .help = "1 for a connector that can be used; ListConnectors says why another cannot."};
  for (const ports::ConnectorInfo& connector : connectors.List()) {
    ready.samples.push_back(
        {.labels = {{"connector", LabelOf(connector.resource.name(), "connectors/")}},
         .value = connector.manifest == nullptr ? 0.0 : 1.0});
  }
  facts.push_back(std::move(ready));
}

}  // namespace

std::vector<Fact> ServerFacts(const FactSources& sources) {
  std::vector<Fact> facts;
  facts.push_back({.name = "storebridge_build_info",
                   .help = "Always 1.",
                   .samples = {{.labels = {{"version", std::string(kVersion)}}, .value = 1}}});
  const std::optional<engine::StoreCounts> stores = AskEngine(sources.engine);
  facts.push_back(OneNumber("storebridge_engine_answers",
                            "0 when the engine did not answer within a second.",
                            stores ? 1 : 0));
  if (stores) {
    AddStores(*stores, facts);
  }
  const std::optional<ports::WorkCounts> work = AskStorage(sources.storage);
  facts.push_back(OneNumber(
      "storebridge_database_answers", "0 when the database could not be read.", work ? 1 : 0));
  if (work) {
    AddWork(*work, facts);
  }
  facts.push_back(
      {.name = "storebridge_commits_total",
       .help = "Commits to disk since the start.",
       .only_grows = true,
       .samples = {{.labels = {}, .value = static_cast<double>(sources.storage.commits())}}});
  AddConnectors(sources.connectors, facts);
  std::vector<Fact> process = telemetry::ProcessFacts();
  std::move(process.begin(), process.end(), std::back_inserter(facts));
  return facts;
}

}  // namespace storebridge::app
