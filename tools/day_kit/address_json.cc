#include "day_kit/address_json.h"

#include <optional>
#include <string>

namespace storebridge::day {

boost::json::object AddressJson(const AddressChange& change, const AddressWords& words) {
  boost::json::object out;
  const auto put = [&out](const char* name, const std::optional<std::string>& value) {
    if (value) {
      out[name] = *value;
    }
  };
  if (change.recipient) {
    const std::size_t space = change.recipient->find(' ');
    out["first_name"] = change.recipient->substr(0, space);
    out["last_name"] = space == std::string::npos ? "" : change.recipient->substr(space + 1);
  }
  put("company", change.company);
  put("address_1", change.street);
  put("address_2", change.second_line);
  put("city", change.city);
  put("phone", change.phone);
  put(words.postal_code, change.postal_code);
  put(words.region, change.region);
  put(words.region_code, change.region_code);
  return out;
}

}  // namespace storebridge::day
