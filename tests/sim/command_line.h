#pragma once

#include <string>

#include "sim/world.h"

namespace CLI {
class App;
}  // namespace CLI

namespace storebridge::sim {

// What `sim` is asked for.
struct Command {
  Options options;
  int seeds = 1;
  bool is_json = false;
};

// What can be said of a run, with or without planted bugs. `options` outlives `app`.
void AddRunOptions(CLI::App& app, Options& options);
// All of `sim`. `command` outlives `app`.
void AddOptions(CLI::App& app, Command& command);

// The command line that shows a run again.
std::string CommandLine(const Options& options);

}  // namespace storebridge::sim
