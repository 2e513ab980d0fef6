#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace storebridge::demo_store {

/// Money in hundredths. The demo store knows only currencies with two decimals.
using Cents = std::int64_t;

/// Reads `23.9`, `23.90` or `23`; more than two decimals are rounded. Nothing for other texts.
std::optional<Cents> ParseMoney(std::string_view text);

/// Writes `23.90`.
std::string FormatMoney(Cents cents);

/// Multiplies and divides, rounding half away from zero.
Cents MulDiv(Cents value, std::int64_t multiplier, std::int64_t divisor);

}  // namespace storebridge::demo_store
