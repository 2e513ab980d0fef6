#pragma once

#include <cstdint>
#include <string>

#include "api.h"

// What has to be known of a shop to read and write its products.
namespace medusa {

struct ShopFacts {
  // Not an aggregate: GCC 12 destroys those twice in some co_await expressions.
  ShopFacts() = default;

  // The one stock location that is written and read: that of the setting or, when none is named,
  // the oldest; empty when there is none.
  std::string location;
  // Of the prices that are read, in lower case, as Medusa has it.
  std::string currency;
  bool prices_include_tax = false;
  // What Medusa's numbers of weight and length are multiplied by for grams and millimetres: it does
  // not say which units they have, the settings do.
  std::int64_t grams = 1;
  std::int64_t millimetres = 1;
};

// Asks for the location.
sdk::Task<std::string> AskLocation(sdk::Context& cx);
// Asks for the rest; the location is known.
sdk::Task<ShopFacts> AskShopFacts(sdk::Context& cx, std::string location);
// As AskLocation. Throws Failure kConfig when there is none.
sdk::Task<std::string> RequireLocation(sdk::Context& cx);

}  // namespace medusa
