#include "sim/planted/planted_command.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "sim/command_line.h"

namespace storebridge::sim {

const PlantedBugInfo* FindBug(std::string_view name) {
  if (name == kNothingPlanted.name) {
    return &kNothingPlanted;
  }
  const auto found = std::find_if(kPlantedBugs.begin(),
                                  kPlantedBugs.end(),
                                  [&](const PlantedBugInfo& info) { return info.name == name; });
  return found == kPlantedBugs.end() ? nullptr : &*found;
}

void AddOptions(CLI::App& app, PlantedCommand& command) {
  app.add_option("--mutant", command.mutant, "Which; all when it is left out")
      ->check([](const std::string& given) {
        return FindBug(given) != nullptr ? std::string()
                                         : "there is no planted bug '" + given + "'";
      });
  AddRunOptions(app, command.options);
  app.add_flag("--json", command.is_json, "Print one line of JSON");
}

}  // namespace storebridge::sim
