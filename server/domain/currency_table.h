#pragma once

#include <cstddef>
#include <string_view>

namespace storebridge::domain {

// A currency of ISO 4217 with the number of decimals that it is written with.
struct Currency {
  std::string_view code;
  std::size_t decimals;
};

// nullptr when there is no such active currency. Funds codes, metals and test codes are not
// currencies.
const Currency* FindCurrency(std::string_view code);

}  // namespace storebridge::domain
