#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storebridge::conformance {

// Whether `word` stands in the text, and not inside of a longer word: `12` is not in `order 123`.
bool HasWord(std::string_view text, std::string_view word);

// The words of a text, in its order.
std::vector<std::string> WordsIn(std::string_view text);

// The text with control characters, which a terminal would obey, as `\n` or `\x1B`.
std::string Printable(std::string_view text);

}  // namespace storebridge::conformance
