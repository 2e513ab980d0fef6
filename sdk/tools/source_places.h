#pragma once

#include <string>
#include <string_view>

namespace storebridge::run {

// The text with `(FILE)` for each place in a source, such as `(orders.cc:88)`.
std::string WithoutSourcePlaces(std::string_view text);

// A serialized Effect whose messages for people have no places in the connector's source, which
// move with every edit. What is no Effect, or has none, is given back as it is.
std::string EffectWithoutSourcePlaces(std::string_view effect);

}  // namespace storebridge::run
