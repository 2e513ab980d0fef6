#pragma once

#include <string>
#include <variant>

#include "adapters/config/server_config.h"
#include "core/result.h"

namespace storebridge::app {

// Text to print instead of running: help, version or the example configuration.
struct PrintAndExit {
  std::string text;
};

// Reads the command line, and the configuration file that it names; flags go before the file.
// kInvalidArgument for a flag that does not exist or a value that is not allowed; errors of the
// file are LoadConfig's.
Result<std::variant<config::ServerConfig, PrintAndExit>> ReadCommandLine(int argc,
                                                                         const char* const* argv);

}  // namespace storebridge::app
