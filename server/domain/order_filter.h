#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/names.h"
#include "domain/order_state.h"

namespace storebridge::domain {

// Which orders to list.
struct OrderFilter {
  // Never empty: without a `state`, all but AWAITING_PAYMENT.
  std::vector<OrderState> states;
  std::optional<StoreKey> store;
  // Empty for any.
  std::string order_number;
  // From which `create_time` on, and before which, in nanoseconds since 1970.
  std::int64_t create_from_ns = std::numeric_limits<std::int64_t>::min();
  std::int64_t create_before_ns = std::numeric_limits<std::int64_t>::max();
};

inline constexpr std::size_t kFilterLengthMax = 1000;

// Reads `state = NEW AND store = "merchants/demo/stores/web" AND order_number = "1007" AND
// create_time >= "2026-11-01T00:00:00Z" AND create_time < "2026-12-01T00:00:00Z"`.
// kInvalidArgument, reason FILTER, says what was not understood and what is allowed.
Result<OrderFilter> ParseOrderFilter(std::string_view filter);

}  // namespace storebridge::domain
