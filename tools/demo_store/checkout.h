#pragma once

#include <vector>

#include "store_state.h"

namespace storebridge::demo_store {

struct CartLine {
  const Product* product = nullptr;
  std::int64_t quantity = 1;
};

/// Prices a cart as the shop's checkout would: prices include Finnish VAT (25.5 %), which is taken
/// off for buyers outside the EU; `discount_percent` is a coupon on the goods.
Order PriceCart(const StoreState& state,
                const std::vector<CartLine>& cart,
                const Address& ship_to,
                int discount_percent);

}  // namespace storebridge::demo_store
