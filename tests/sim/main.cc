#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "sim/command_line.h"

namespace {

namespace json = boost::json;
namespace sim = storebridge::sim;

void Print(const sim::Options& options, const sim::Report& report) {
  std::cout << "seed " << options.seed << ", " << options.days << " days: " << report.people.placed
            << " orders placed, " << report.people.shipped << " shipped, "
            << report.people.stock_changes << " stock changes, " << report.requests << " requests ("
            << report.writes << " writes, " << report.bytes / 1024 << " KiB), " << report.commits
            << " commits, " << report.restarts << " restarts, quiet after "
            << report.rest_ms / 60'000 << " min, " << report.events << " events, hash " << std::hex
            << report.hash << std::dec << "\n";
  for (const auto& [fault, count] : report.faults) {
    std::cout << "  fault: " << sim::InfoOf(fault).name << " x " << count << "\n";
  }
}

// What many seeds came to, for tools/soak.
struct Sum {
  std::int64_t seeds = 0;
  std::int64_t days = 0;
  std::int64_t events = 0;
  std::int64_t orders = 0;
  std::int64_t requests = 0;
  std::int64_t restarts = 0;
  std::int64_t rest_ms_max = 0;
  std::map<sim::Fault, std::int64_t> faults;
  json::array failures;

  void Add(const sim::Options& options, const sim::Report& report) {
    ++seeds;
    days += options.days;
    events += report.events;
    orders += report.people.placed;
    requests += report.requests;
    restarts += report.restarts;
    rest_ms_max = std::max(rest_ms_max, report.rest_ms);
    for (const auto& [fault, count] : report.faults) {
      faults[fault] += count;
    }
    for (const sim::Violation& violation : report.violations) {
      failures.push_back(json::object{{"seed", options.seed},
                                      {"hash", report.hash},
                                      {"violation", violation.Text()},
                                      {"again", sim::CommandLine(options)}});
    }
  }

  [[nodiscard]] std::string Json() const {
    json::object fired;
    for (const sim::FaultInfo& info : sim::kFaults) {
      const auto found = faults.find(info.fault);
      fired[info.name] = found == faults.end() ? 0 : found->second;
    }
    return json::serialize(json::object{{"seeds", seeds},
                                        {"days", days},
                                        {"events", events},
                                        {"orders", orders},
                                        {"requests", requests},
                                        {"restarts", restarts},
                                        {"rest_minutes_max", rest_ms_max / 60'000},
                                        {"faults", fired},
                                        {"violations", failures}});
  }
};

}  // namespace

// Runs seeds and says what happened: `sim --seed 7 --days 1`.
int main(int argc, char** argv) {
  sim::Command command;
  CLI::App app("Simulates a merchant's days under a virtual clock");
  sim::AddOptions(app, command);
  CLI11_PARSE(app, argc, argv);

  sim::Options& options = command.options;
  Sum sum;
  for (int i = 0; i < command.seeds; ++i, ++options.seed) {
    const sim::Report report = sim::World(options).Run();
    sum.Add(options, report);
    if (!command.is_json) {
      Print(options, report);
    }
    if (!report.violations.empty()) {
      std::cerr << sim::Describe(options, report);
    }
  }
  if (command.is_json) {
    std::cout << sum.Json() << "\n";
  } else {
    std::cout << sum.failures.size() << " violations\n";
  }
  return sum.failures.empty() ? 0 : 1;
}
