#pragma once

#include <string>
#include <string_view>

namespace storebridge::run {

// Says where two serialized Effects begin to differ, and how:
// `calls[0].http.url is "https://a" now and was "https://b"`.
std::string EffectDifference(std::string_view recorded, std::string_view now);

}  // namespace storebridge::run
