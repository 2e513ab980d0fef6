#pragma once

#include <simdjson.h>

#include "storebridge/sdk/json.h"

namespace storebridge::sdk {

// A parsed text; simdjson's strings are in it.
class Json::Document {
 public:
  simdjson::dom::document dom;
  Source source = Source::kStore;
};

namespace internal {

// Parses, after a repair if that helps. Throws as Json::Parse.
void ParseDocument(std::string_view text, std::string_view what, simdjson::dom::document* dom);

}  // namespace internal
}  // namespace storebridge::sdk
