#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "core/result.h"

namespace storebridge::day {

// Reads JSON that a store wrote. kInternal when it is none.
Result<boost::json::value> ParseJson(const std::string& text);

// Members of an object; "", 0 and an empty list when it has none of that name and kind. Numbers
// count as text too.
std::string TextAt(const boost::json::value& json, std::string_view member);
std::int64_t IntAt(const boost::json::value& json, std::string_view member);
std::vector<boost::json::value> ItemsAt(const boost::json::value& json, std::string_view member);

// The member itself; null when there is none.
boost::json::value ValueAt(const boost::json::value& json, std::string_view member);

}  // namespace storebridge::day
