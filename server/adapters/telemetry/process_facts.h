#pragma once

#include <vector>

#include "adapters/telemetry/metrics.h"

namespace storebridge::telemetry {

// What Linux says of this process, under the names that Prometheus' own libraries use
// (`process_resident_memory_bytes`). Without what cannot be read.
std::vector<Fact> ProcessFacts();

}  // namespace storebridge::telemetry
