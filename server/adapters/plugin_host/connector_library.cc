#include "adapters/plugin_host/connector_library.h"

#include <exception>

#include <boost/dll/shared_library.hpp>
#include <dlfcn.h>
#include <fmt/format.h>

#include "adapters/plugin_host/elf_file.h"
#include "adapters/plugin_host/library_text.h"
#include "storebridge/connector.h"

namespace storebridge::plugin_host {
namespace {

constexpr const char* kSymbol = "storebridge_connector_v1";

Error BadLibrary(std::string what) {
  return Error{
      .code = Code::kFailedPrecondition, .reason = "CONNECTOR_LIBRARY", .message = std::move(what)};
}

// Every symbol is looked up now, so that one that is missing shows here and not in the middle of an
// order; the library's own names stay its own; and it is never unloaded, because nobody can tell
// what still points into it.
boost::dll::load_mode::type LoadMode() {
  return boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local |
         static_cast<boost::dll::load_mode::type>(RTLD_NODELETE);
}

Result<const sb_connector_v1*> Load(const std::string& path) {
  try {
    // The throwing form: the one with an error_code reports success for an undefined symbol.
    const boost::dll::shared_library library(boost::dll::fs::path(path), LoadMode());
    if (!library.has(kSymbol)) {
      return BadLibrary(NoSymbolText());
    }
    return library.get<const sb_connector_v1*()>(kSymbol)();
  } catch (const std::exception& e) {
    return BadLibrary(
        fmt::format("it cannot be loaded: {}; rebuild it for this machine", e.what()));
  } catch (...) {
    return BadLibrary("it threw something while it was loaded; report it to its author");
  }
}

Status CheckFunctions(const sb_connector_v1* functions) {
  if (functions == nullptr) {
    return BadLibrary(NullTableText());
  }
  if (functions->struct_size < sizeof(sb_connector_v1)) {
    return BadLibrary(ShortTableText(functions->struct_size));
  }
  if (functions->open == nullptr || functions->step == nullptr || functions->close == nullptr) {
    return BadLibrary(NoFunctionsText());
  }
  if (functions->manifest.data == nullptr) {
    return BadLibrary(NoManifestText());
  }
  return Ok();
}

}  // namespace

Result<ConnectorLibrary> OpenConnectorLibrary(const std::string& path) {
  SB_CHECK(CheckLibraryIsWhole(path));
  SB_TRY(const sb_connector_v1* functions, Load(path));
  SB_CHECK(CheckFunctions(functions));
  const auto* bytes = reinterpret_cast<const char*>(functions->manifest.data);
  return ConnectorLibrary{.functions = functions,
                          .manifest = std::string_view(bytes, functions->manifest.size)};
}

}  // namespace storebridge::plugin_host
