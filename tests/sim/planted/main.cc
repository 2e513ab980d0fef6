#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "sim/planted/hunt.h"
#include "sim/planted/planted_command.h"

namespace json = boost::json;
namespace sim = storebridge::sim;

// The simulator with bugs in it: `sim_planted --mutant zero-not-sent`.
int main(int argc, char** argv) {
  sim::PlantedCommand command;
  CLI::App app("Lets the simulator look for a planted bug, or for all");
  sim::AddOptions(app, command);
  CLI11_PARSE(app, argc, argv);

  bool is_good = true;
  json::array found;
  const auto look = [&](const sim::PlantedBugInfo& info) {
    const sim::Find find = sim::Hunt(info, command.options);
    // Where nothing is planted anything that is found is wrong.
    const bool is_found =
        find.seed != 0 && (find.is_expected || info.bug == sim::PlantedBug::kNone);
    is_good = is_good && is_found == (info.bug != sim::PlantedBug::kNone);
    found.push_back(json::object{{"bug", info.name},
                                 {"what", info.what},
                                 {"seeds", find.seeds},
                                 {"bound", info.seeds_max},
                                 {"found", is_found},
                                 {"by", find.violation}});
    if (!command.is_json) {
      std::cout << info.name << ": "
                << (is_found ? "seed " + std::to_string(find.seed) : "NOT FOUND") << " (bound "
                << info.seeds_max << ") " << find.violation << std::endl;
    }
  };
  if (command.mutant.empty()) {
    for (const sim::PlantedBugInfo& info : sim::kPlantedBugs) {
      look(info);
    }
  } else {
    look(*sim::FindBug(command.mutant));
  }
  if (command.is_json) {
    std::cout << json::serialize(found) << "\n";
  }
  return is_good ? 0 : 1;
}
