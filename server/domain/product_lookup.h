#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "storebridge/v1/product.pb.h"

namespace storebridge::domain {

// What the rules need to know of a product.
struct ProductFacts {
  enum class Standing {
    kUnknown,   // Nothing has this code.
    kInactive,  // It is there, but no store sells it now.
    kActive,
  };
  Standing standing = Standing::kUnknown;
  // Resource name; empty when unknown.
  std::string name = {};
  bool is_shippable = true;
};

// The facts of a product of the order's merchant by its code. Reads what was fetched before: a rule
// does no I/O.
using ProductLookup = std::function<ProductFacts(std::string_view product_code)>;

// The facts of a record; unknown for nullptr.
inline ProductFacts FactsOf(const v1::Product* product) {
  if (product == nullptr) {
    return {};
  }
  return {.standing = product->is_active() ? ProductFacts::Standing::kActive
                                           : ProductFacts::Standing::kInactive,
          .name = product->name(),
          .is_shippable = product->is_shippable()};
}

}  // namespace storebridge::domain
