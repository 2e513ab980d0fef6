#pragma once

#include <string>
#include <string_view>

#include "sim/planted/planted_bug.h"
#include "sim/world.h"

namespace CLI {
class App;
}  // namespace CLI

namespace storebridge::sim {

// What `sim_planted` is asked for.
struct PlantedCommand {
  // All bugs when it is empty.
  std::string mutant;
  Options options;
  bool is_json = false;
};

// `command` outlives `app`.
void AddOptions(CLI::App& app, PlantedCommand& command);

// The bug of that name, or kNothingPlanted; null when there is none.
const PlantedBugInfo* FindBug(std::string_view name);

}  // namespace storebridge::sim
