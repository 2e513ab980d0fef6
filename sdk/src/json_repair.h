#pragma once

#include <string>
#include <string_view>

namespace storebridge::sdk::internal {

// Makes what simdjson refuses readable, so that one bad value does not lose a whole page: invalid
// UTF-8 and control characters in strings become U+FFFD, as do lone surrogates; numbers that may
// not fit 64 bits become strings.
std::string RepairJson(std::string_view text);

}  // namespace storebridge::sdk::internal
