#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api.h"
#include "store_facts.h"

namespace medusa {

// What is asked for of a variant.
extern const std::string kVariantFields;

// Reads a variant, as asked for by kVariantFields.
sdk::Product ReadVariant(const sdk::Json& json, const StoreFacts& facts);

// The name of a variant with that of its product.
std::string TitleOf(const std::string& product, const std::string& variant);

// How a variant's stock is kept. Of Medusa's inventory item there is one to each variant, unless
// the merchant makes a kit.
struct Inventory {
  Inventory() = default;

  // Empty where stock cannot be written; `problem` says why.
  std::string item_id;
  std::string problem;
  // Whether the location has a number of it, and which; Medusa takes such as 1.5, which is none
  // here.
  bool has_level = false;
  std::optional<std::int64_t> stocked;
};

// Reads it of a variant, as asked for by kVariantFields or kInventoryFields.
Inventory ReadInventory(const sdk::Json& variant, const std::string& location);

// What is asked for of a variant to write its stock.
extern const std::string_view kInventoryFields;

}  // namespace medusa
