#pragma once

#include <cstdint>
#include <string>

#include "sim/planted/planted_bug.h"
#include "sim/world.h"

namespace storebridge::sim {

// How a planted bug was found.
struct Find {
  // 0 when it was not.
  std::uint64_t seed = 0;
  int seeds = 0;
  std::uint64_t hash = 0;
  std::string violation;
  std::string description;
  // Whether it broke what it has to break, and not only something else.
  bool is_expected = false;
};

// Runs seeds from `options.seed` on until the bug is found, at most as many as its bound.
Find Hunt(const PlantedBugInfo& info, const Options& options);

}  // namespace storebridge::sim
