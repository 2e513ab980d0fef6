#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace storebridge::plugin_host {

// Characters that a URL prefix may have.
constexpr std::size_t kUrlBytesMax = 2'000;

// Brings an absolute http or https URL into the form in which prefixes are compared: scheme and
// host in lower case, no default port, at least `/` as path. kInvalidArgument for anything that
// could mean two places: user names, queries, fragments, dot segments, encoded slashes, characters
// outside ASCII.
Result<std::string> NormaliseUrlPrefix(std::string_view url);

}  // namespace storebridge::plugin_host
