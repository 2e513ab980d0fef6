#pragma once

#include <string>
#include <vector>

#include "api.h"

namespace woocommerce {

// Emits orders as WooCommerce lists them, after asking for what they do not say themselves: refunds
// and fulfillments. `source` says which list they come from, for rows without an id.
sdk::Task<void> EmitOrders(sdk::Context& cx,
                           const Store& store,
                           std::vector<sdk::Json> rows,
                           std::string source);

// Fetches orders by id and emits them; those in the bin too. One that was deleted for good, or that
// makes an answer too large by itself, becomes an issue. What is no id of WooCommerce is left out.
sdk::Task<void> EmitByIds(sdk::Context& cx,
                          const Store& store,
                          const std::vector<std::string>& all_ids);

}  // namespace woocommerce
