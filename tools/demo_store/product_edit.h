#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include "api_error.h"
#include "store_state.h"

namespace storebridge::demo_store {

/// Checks the types and values of `given` as the platform's schema does.
std::optional<ApiError> CheckProductFields(const json::object& given);

/// Writes `given` over a product or variation. The caller records the save (TouchProduct).
/// Fails when the SKU belongs to another product; then nothing was changed.
std::optional<ApiError> ApplyProductFields(StoreState& state,
                                           const json::object& given,
                                           Product& product);

}  // namespace storebridge::demo_store
