#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "engine/refs.h"

namespace storebridge::api {

// `merchants/{merchant}`, or empty for `merchants/-`: all of them.
Result<std::string> ReadParent(std::string_view parent);

// `merchants/{merchant}/products/{product}`, or `merchants/{merchant}` together with
// `product_code`. kInvalidArgument when both are given, or neither.
Result<engine::ProductRef> ReadProductRef(std::string_view name, std::string_view product_code);

// `merchants/{merchant}/orders/{order}`, or `merchants/{merchant}` together with `order_number`.
// kInvalidArgument when both are given, or neither.
Result<engine::OrderRef> ReadOrderRef(std::string_view name, std::string_view order_number);

}  // namespace storebridge::api
