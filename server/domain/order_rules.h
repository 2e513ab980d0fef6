#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/line_doubts.h"
#include "domain/product_lookup.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::domain {

inline constexpr std::int64_t kLineQuantityMax = 1'000'000;
inline constexpr std::size_t kOrderLinesMax = 1000;
inline constexpr std::size_t kOrderDocumentsMax = 20;

// Lists everything that keeps an order from being shipped, in the order of its fields; empty when
// it is right. Looks at `is_shippable` and `open_quantity` of the lines, so compute them before
// (order_record.h). A line in doubt has the problem of its doubt.
std::vector<v1::OrderProblem> ValidateOrder(const v1::Order& order,
                                            const ProductLookup& products,
                                            const LineDoubts& doubts = {});

}  // namespace storebridge::domain
