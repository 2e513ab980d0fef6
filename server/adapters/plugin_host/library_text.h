#pragma once

#include <cstdint>
#include <string>

namespace storebridge::plugin_host {

// What is said of a library that is no connector, wherever it was loaded: what is wrong, and what
// to do.
std::string NoSymbolText();
std::string NullTableText();
std::string ShortTableText(std::uint64_t struct_size);
std::string NoFunctionsText();
std::string NoManifestText();
std::string LargeManifestText(std::uint64_t bytes);

}  // namespace storebridge::plugin_host
