#include "day_kit/json_text.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace storebridge::day {

Result<boost::json::value> ParseJson(const std::string& text) {
  boost::system::error_code error;
  boost::json::value json = boost::json::parse(text, error);
  if (error) {
    return Error{.reason = "NOT_JSON",
                 .message = "not JSON (" + error.message() + "): " + text.substr(0, 300)};
  }
  return json;
}

boost::json::value ValueAt(const boost::json::value& json, std::string_view member) {
  const boost::json::value* found =
      json.is_object() ? json.get_object().if_contains(member) : nullptr;
  return found == nullptr ? boost::json::value() : *found;
}

std::string TextAt(const boost::json::value& json, std::string_view member) {
  const boost::json::value found = ValueAt(json, member);
  if (found.is_string()) {
    return std::string(found.get_string());
  }
  return found.is_null() ? "" : boost::json::serialize(found);
}

std::int64_t IntAt(const boost::json::value& json, std::string_view member) {
  const boost::json::value found = ValueAt(json, member);
  return found.is_int64() ? found.get_int64() : 0;
}

std::vector<boost::json::value> ItemsAt(const boost::json::value& json, std::string_view member) {
  const boost::json::value found = ValueAt(json, member);
  if (!found.is_array()) {
    return {};
  }
  return {found.get_array().begin(), found.get_array().end()};
}

}  // namespace storebridge::day
