#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "domain/flow.h"
#include "storebridge/v1/store.pb.h"

namespace storebridge::engine {

// How the stores of one connector are, all merchants together. Without zeros.
struct ConnectorCounts {
  std::map<v1::Store::State, std::int64_t> stores = {};
  // Stores in which a flow failed when it was last tried.
  std::map<domain::Flow, std::int64_t> failing = {};
  // Sync runs that go on.
  std::map<domain::Flow, std::int64_t> running = {};
};

// By connector's id.
using StoreCounts = std::map<std::string, ConnectorCounts>;

}  // namespace storebridge::engine
