#pragma once

#include <algorithm>
#include <string_view>

namespace storebridge::fuzz {

// Takes the text up to the next line end off the front of `rest`.
inline std::string_view TakeLine(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace storebridge::fuzz
