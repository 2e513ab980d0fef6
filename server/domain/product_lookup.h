#pragma once

#include <functional>
#include <string>
#include <string_view>

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

}  // namespace storebridge::domain
