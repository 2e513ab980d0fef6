#pragma once

#include <string_view>

#include "core/result.h"

namespace storebridge::domain {

// Checks a postal code by the form that its country uses: EU, EEA, CH, GB, US and CA exactly,
// elsewhere 2 to 12 of letters, digits, space and '-'. Spaces, '-', lower case and the country's
// prefix (`LV-1010`) make no difference. May be empty where the country has none. kInvalidArgument
// with reason POSTAL_CODE_MISSING or POSTAL_CODE_FORMAT; the message names country, the given code
// and an example. `region_code` has to be valid.
Status CheckPostalCode(std::string_view region_code, std::string_view postal_code);

}  // namespace storebridge::domain
