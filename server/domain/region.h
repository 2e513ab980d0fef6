#pragma once

#include <string_view>

namespace storebridge::domain {

// Whether `code` is a country of ISO 3166-1 (two upper-case letters), or XK, which carriers use for
// Kosovo.
bool IsRegionCode(std::string_view code);

// English short name, such as `Finland`; empty when there is no such code.
std::string_view RegionName(std::string_view code);

}  // namespace storebridge::domain
