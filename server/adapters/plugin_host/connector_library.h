#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

struct sb_connector_v1;

namespace storebridge::plugin_host {

// A shared library that is open for the rest of the process' life.
struct ConnectorLibrary {
  // Not null, and with all functions of version 1.
  const sb_connector_v1* functions = nullptr;
  // Lives as long as the process. Not checked.
  std::string_view manifest;
};

// Opens a shared library and checks its C structure. This runs the library's code: only for files
// that are trusted. kFailedPrecondition says what is wrong and what to do.
Result<ConnectorLibrary> OpenConnectorLibrary(const std::string& path);

}  // namespace storebridge::plugin_host
