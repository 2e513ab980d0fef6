#include <iostream>

#include <CLI/CLI.hpp>

#include "sim/world.h"

// Runs one seed and says what happened: `sim --seed 7 --days 1`.
int main(int argc, char** argv) {
  storebridge::sim::Options options;
  CLI::App app("Simulates a merchant's days under a virtual clock");
  app.add_option("--seed", options.seed, "Everything that happens follows from it");
  app.add_option("--days", options.days)->check(CLI::Range(1, 10'000));
  app.add_flag("!--no-faults", options.faults, "A store and a network that never fail");
  app.add_flag("--trace", options.trace, "Print every event and request as it happens");
  CLI11_PARSE(app, argc, argv);

  storebridge::sim::World world(options);
  const storebridge::sim::Report report = world.Run();

  std::cout << "seed " << options.seed << ", " << options.days << " days: " << report.placed
            << " orders placed, " << report.shipped << " shipped, " << report.stock_changes
            << " stock changes, hash " << std::hex << report.hash << std::dec << "\n";
  for (const auto& [fault, count] : report.faults) {
    std::cout << "  fault: " << storebridge::sim::FaultName(fault) << " x " << count << "\n";
  }
  if (report.violations.empty()) {
    std::cout << "no violations\n";
    return 0;
  }
  for (const std::string& event : report.last_events) {
    std::cout << "  " << event << "\n";
  }
  for (const std::string& violation : report.violations) {
    std::cout << "VIOLATION: " << violation << "\n";
  }
  return 1;
}
