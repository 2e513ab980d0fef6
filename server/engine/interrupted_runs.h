#pragma once

#include <cstdint>

#include "core/result.h"
#include "ports/storage.h"

namespace storebridge::engine {

// Ends as FAILED, reason SERVER_ENDED, the runs that a server was ended under: whoever was given
// such a run's name finds out what became of it. Only before this server has begun runs.
Status EndInterruptedRuns(ports::Tx& tx, std::int64_t now_ms);

}  // namespace storebridge::engine
