#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace storebridge::demo_store {

namespace json = boost::json;

/// Serialises the way PHP does: `/` as `\/` and all beyond ASCII as `\uXXXX`. Clients meet
/// exactly this from the platform.
std::string PhpJson(const json::value& value);

/// Reads a member of an object as text; `fallback` when it is absent or not a string.
std::string TextOr(const json::object& object, std::string_view name, std::string_view fallback);

/// Reads a member as a whole number; `fallback` when it is absent or not a whole number.
std::int64_t IntOr(const json::object& object, std::string_view name, std::int64_t fallback);

bool BoolOr(const json::object& object, std::string_view name, bool fallback);

}  // namespace storebridge::demo_store
