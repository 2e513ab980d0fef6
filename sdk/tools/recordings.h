#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "loaded_connector.h"
#include "ports/connector_host.h"
#include "store_caller.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::run {

// Two new sessions of one connector.
struct SessionPair {
  std::unique_ptr<ports::ConnectorSession> session;
  std::unique_ptr<ports::ConnectorSession> twin;
};

// Makes the file `path` and gives a session of `operation` that is written to it; why it ends too
// early, if it does, is printed. kFailedPrecondition when the file cannot be made, or is there.
Result<std::unique_ptr<ports::ConnectorSession>> RecordInto(const std::string& path,
                                                            const std::string& operation,
                                                            const connector::v1::Manifest& manifest,
                                                            SessionPair sessions,
                                                            StoreCaller& caller);

// Runs a recording against the connector and prints whether it gives the same effects, or which
// step and field differ first. True when it does; the lines of its source that messages name may be
// others. An error when the file is no recording of it.
Result<bool> ReplayFile(const std::string& path, LoadedConnector& connector);

}  // namespace storebridge::run
