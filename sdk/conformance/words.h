#pragma once

#include <string_view>

namespace storebridge::conformance {

// Whether `word` stands in the text, and not inside of a longer word: `12` is not in `order 123`.
bool HasWord(std::string_view text, std::string_view word);

}  // namespace storebridge::conformance
