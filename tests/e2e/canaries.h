#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace storebridge::e2e {

// A text that is planted somewhere, and must not be found elsewhere.
struct Canary {
  std::string name;
  std::string text;
};

// How `text` may look: as it is, percent-encoded, in hexadecimal, and in Base64 wherever it begins
// in what was encoded.
std::vector<std::string> LooksOf(std::string_view text);

// Looks for all looks of a canary, in small and capital letters alike. Says where it stands;
// nothing when it does not.
std::optional<std::string> FindCanary(std::string_view haystack, const Canary& canary);

}  // namespace storebridge::e2e
