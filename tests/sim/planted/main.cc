#include <algorithm>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "sim/planted/hunt.h"

namespace json = boost::json;
namespace sim = storebridge::sim;

// The simulator with bugs in it: `sim_planted --mutant zero-not-sent`.
int main(int argc, char** argv) {
  std::string name;
  sim::Options options;
  bool is_json = false;
  CLI::App app("Lets the simulator look for a planted bug, or for all");
  app.add_option("--mutant", name, "Which; all when it is left out")
      ->check([](const std::string& given) {
        const bool known = std::any_of(sim::kPlantedBugs.begin(),
                                       sim::kPlantedBugs.end(),
                                       [&](const auto& info) { return info.name == given; });
        return known ? std::string() : "there is no planted bug '" + given + "'";
      });
  app.add_option("--seed", options.seed, "Where to begin");
  app.add_flag("--trace", options.trace);
  app.add_flag("--json", is_json, "Print one line of JSON");
  CLI11_PARSE(app, argc, argv);

  bool all_found = true;
  json::array found;
  for (const sim::PlantedBugInfo& info : sim::kPlantedBugs) {
    if (!name.empty() && info.name != name) {
      continue;
    }
    const sim::Find find = sim::Hunt(info, options);
    all_found = all_found && find.seed != 0;
    found.push_back(json::object{{"bug", info.name},
                                 {"what", info.what},
                                 {"seeds", find.seeds},
                                 {"bound", info.seeds_max},
                                 {"found", find.seed != 0},
                                 {"by", find.violation}});
    if (!is_json) {
      std::cout << info.name << ": "
                << (find.seed == 0 ? "NOT FOUND" : "seed " + std::to_string(find.seed))
                << " (bound " << info.seeds_max << ") " << find.violation << std::endl;
    }
  }
  if (is_json) {
    std::cout << json::serialize(found) << "\n";
  }
  return all_found ? 0 : 1;
}
