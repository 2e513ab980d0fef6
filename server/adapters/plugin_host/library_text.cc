#include "adapters/plugin_host/library_text.h"

#include <fmt/format.h>

#include "adapters/plugin_host/manifest_check.h"
#include "storebridge/connector.h"

namespace storebridge::plugin_host {

std::string NoSymbolText() {
  return "it does not export storebridge_connector_v1, so it is no Storebridge connector or of "
         "another major version; build it with storebridge_add_connector()";
}

std::string NullTableText() {
  return "it refuses to be loaded: its table is NULL; see its integration page for what it needs";
}

std::string ShortTableText(std::uint64_t struct_size) {
  return fmt::format(
      "its table has {} bytes and version 1 has {}; rebuild it with storebridge/connector.h",
      struct_size,
      sizeof(sb_connector_v1));
}

std::string NoFunctionsText() {
  return "its table lacks open, step or close; rebuild it with the SDK";
}

std::string NoManifestText() {
  return "it has no manifest; rebuild it with storebridge_add_connector()";
}

std::string LargeManifestText(std::uint64_t bytes) {
  return fmt::format("the manifest has {} bytes; at most {} are allowed", bytes, kManifestBytesMax);
}

}  // namespace storebridge::plugin_host
