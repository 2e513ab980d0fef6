#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storebridge/sdk/records.h"

namespace storebridge::sdk {

// Reads `12.50`, `-3`, `.5` into money without floating point; past nine decimals it rounds half
// away from zero. Nothing for other text: exponents, thousands separators, spaces, more than 15
// whole digits.
std::optional<Money> ParseMoney(std::string_view text, std::string_view currency_code);

// Makes money of minor units: 1250 with 2 decimals is 12.50. `decimals` is 0 to 9.
Money MoneyFromMinor(std::int64_t minor, std::string_view currency_code, int decimals = 2);

// Writes `12.5` as `12.50`: at least `decimals` decimals, more where the amount has them.
std::string FormatMoney(const Money& money, int decimals = 2);

// Sums; an amount without a currency takes the other's. Throws Failure kLimit past 64 bits,
// kConnectorBug for two currencies.
Money Add(const Money& a, const Money& b);
Money Subtract(const Money& a, const Money& b);
// Multiplies by a number of pieces.
Money Multiply(const Money& money, std::int64_t by);
// Divides by a number of pieces, half away from zero at the ninth decimal. Throws Failure
// kPermanent for 0.
Money Divide(const Money& money, std::int64_t by);
[[nodiscard]] bool IsZero(const Money& money);

}  // namespace storebridge::sdk
