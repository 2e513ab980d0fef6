#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/recording/pseudonyms.h"
#include "adapters/recording/recording_file.h"
#include "ports/connector_host.h"

namespace storebridge::recording {

// Events that may wait for a slow twin; one more ends the recording.
inline constexpr std::size_t kWaitingMax = 16;

// What a recorded session needs.
struct RecordingParts {
  // A second session of the same connector.
  std::unique_ptr<ports::ConnectorSession> twin;
  PseudonymKey key;
  // Makes the file, once the operation is known. An error ends the recording.
  std::function<Result<std::unique_ptr<RecordingWriter>>(const std::string& operation)> make_file;
  // Told once when a recording ends before its session does, with the reason.
  std::function<void(const std::string& reason)> on_cut;
};

// Does what `session` does, and writes it down: its events without personal data, and what the twin
// answers to them. Nothing that happens to the recording reaches the session.
std::unique_ptr<ports::ConnectorSession> RecordSession(
    std::unique_ptr<ports::ConnectorSession> session, RecordingParts parts);

}  // namespace storebridge::recording
