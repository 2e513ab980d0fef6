#pragma once

#include <cstdint>
#include <string>

#include "api.h"

// What has to be known of a store to read its products.
namespace medusa {

struct StoreFacts {
  // Not an aggregate: GCC 12 destroys those twice in some co_await expressions.
  StoreFacts() = default;

  // The stock location that is read; empty when there is none.
  std::string location;
  // Of the prices that are read, in lower case, as Medusa has it.
  std::string currency;
  bool prices_include_tax = false;
  // What Medusa's numbers of weight and length are multiplied by for grams and millimetres: it does
  // not say which units they have, the settings do.
  std::int64_t grams = 1;
  std::int64_t millimetres = 1;
};

// Asks for them; the location is known (stock_location.h).
sdk::Task<StoreFacts> AskStoreFacts(sdk::Context& cx, std::string location);

}  // namespace medusa
