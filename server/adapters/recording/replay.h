#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "adapters/recording/recording_file.h"
#include "ports/connector_host.h"

namespace storebridge::recording {

// The first step at which a session answered something else than was recorded.
struct Difference {
  // From 1.
  std::size_t step = 0;
  // Serialized effects.
  std::string recorded = {};
  std::string now = {};
  // Why there is no effect now; empty when there is one.
  std::string problem = {};
};

// Gives the session the recorded events, one after the other, and compares what it answers byte for
// byte. Nothing when all is the same. `session` answers before Step returns, as one in this process
// does.
std::optional<Difference> Replay(const RecordingText& recording, ports::ConnectorSession& session);

}  // namespace storebridge::recording
