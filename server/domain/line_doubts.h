#pragma once

#include <map>
#include <string_view>

#include "domain/product_lookup.h"
#include "storebridge/v1/order.pb.h"

// A code is not always the product that was sold: two products of a store can have one code, and a
// code can move to another product between two looks at the products. Stores also tell the id of
// what they sold.
namespace storebridge::domain {

inline constexpr std::string_view kProductAmbiguous = "PRODUCT_AMBIGUOUS";

// What keeps lines from being given the product that has their code, by place of the line.
using LineDoubts = std::map<int, v1::OrderProblem>;

// The lines of an order whose code belongs to another product than the store sold. A line that has
// its product already is in no doubt, nor is one of a store that tells no ids or does not sell the
// product that has the code.
LineDoubts DoubtsOf(const v1::Order& order, const ProductLookup& products);

}  // namespace storebridge::domain
