#pragma once

#include <string_view>

namespace storebridge::demo_store {

/// The page at /: products, orders, tracking and mails, refreshing itself from /demo/state.
std::string_view WebPage();

}  // namespace storebridge::demo_store
