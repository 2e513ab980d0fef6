#pragma once

#include <string>

#include "graphql.h"

namespace vendure {

// Fields of ProductVariant that VariantReader reads.
std::string VariantFields(sdk::Context& cx);

// Reads variants for the store's settings, so that ReadEach needs no more than the JSON.
class VariantReader {
 public:
  // `data` is that of a query that has LocationField.
  VariantReader(sdk::Context& cx, const sdk::Json& data);

  sdk::Product operator()(const sdk::Json& json) const;

 private:
  std::string ean_field_;
  std::string location_;
};

}  // namespace vendure
