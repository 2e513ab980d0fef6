#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api.h"

namespace woocommerce {

// A description that is longer makes its product an issue, and the variations that would have it.
inline constexpr std::size_t kDescriptionBytesMax = std::size_t{128} << 10;

// Fields of a product and of a variation that are read, for `_fields`.
extern const std::string_view kProductFields;
extern const std::string_view kVariationFields;

// What products do not say: how the shop counts.
struct Units {
  // ISO 4217; empty when the key may not read the settings.
  std::string currency;
  // kg, g, lbs or oz.
  std::string weight = "kg";
  // m, cm, mm, in or yd.
  std::string dimension = "cm";
  // `yes` or `no`; empty when it is not known.
  std::string prices_include_tax;
};

// Whether the product is one that has variations instead of a stock of its own.
bool IsVariable(const sdk::Json& product);

// Reads a product.
sdk::Product ReadProduct(const sdk::Json& json, const Units& units);

// Reads a variation of `parent`, as ReadProduct gave it.
sdk::Product ReadVariation(const sdk::Json& json, const sdk::Product& parent, const Units& units);

}  // namespace woocommerce
