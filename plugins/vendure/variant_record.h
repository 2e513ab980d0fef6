#pragma once

#include <string>

#include "graphql.h"

namespace vendure {

// Fields of ProductVariant that VariantReader reads.
std::string VariantFields(sdk::Context& cx);

// Reads variants for the store's settings, so that ReadEach needs no more than the JSON.
class VariantReader {
 public:
  explicit VariantReader(sdk::Context& cx);

  sdk::Product operator()(const sdk::Json& json) const;

 private:
  std::string ean_field_;
  std::string location_;
};

}  // namespace vendure
