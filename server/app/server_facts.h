#pragma once

#include <vector>

#include "adapters/telemetry/metrics.h"
#include "engine/engine.h"
#include "ports/connector_host.h"
#include "ports/storage.h"

namespace storebridge::app {

// What is read for a look at the metrics; all of it outlives the look.
struct FactSources {
  ports::Storage& storage;
  engine::Engine& engine;
  ports::ConnectorHost& connectors;
};

// Reads them. A part that cannot be read is left out, and `storebridge_engine_answers` and
// `storebridge_database_answers` say so. Waits a second for the engine at most. Not from the
// engine's thread.
std::vector<telemetry::Fact> ServerFacts(const FactSources& sources);

}  // namespace storebridge::app
