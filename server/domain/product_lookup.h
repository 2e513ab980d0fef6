#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

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
  // The ids under which the order's store lists it; none when that store does not sell it.
  std::vector<std::string> listed_as = {};
};

// The facts of a product of the order's merchant by its code. Reads what was fetched before: a rule
// does no I/O.
using ProductLookup = std::function<ProductFacts(std::string_view product_code)>;

}  // namespace storebridge::domain
