#pragma once

#include "store_state.h"

namespace storebridge::demo_store {

/// Fills an empty shop with the named products of a made-up Nordic merchant, then with generated
/// ones, as many as its options ask for. The same options give the same shop.
void SeedProducts(StoreState& state);

/// Returns one of a few made-up buyers; `index` wraps around.
Address DemoAddress(std::size_t index);
std::size_t DemoAddressCount();

/// Makes a GTIN-13 with a right check digit for a running number.
std::string DemoEan(std::int64_t number);

}  // namespace storebridge::demo_store
