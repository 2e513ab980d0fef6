#pragma once

#include <boost/json/object.hpp>

#include "day_kit/store_side.h"

namespace storebridge::day {

// What a store calls the parts of an address, where it is not the same in all of them.
struct AddressWords {
  const char* postal_code = "";
  const char* region = "";
  const char* region_code = "";
};

// The change in the words of a store that has first_name, last_name, company, address_1, address_2,
// city and phone.
boost::json::object AddressJson(const AddressChange& change, const AddressWords& words);

}  // namespace storebridge::day
