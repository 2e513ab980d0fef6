#include "canaries.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

namespace storebridge::e2e {
namespace {

constexpr std::size_t kShownAround = 60;

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8U) | static_cast<unsigned char>(bytes[i + k]);
    }
    for (int shift = 18; shift >= 0; shift -= 6) {
      out += kDigits[(group >> static_cast<unsigned>(shift)) & 63U];
    }
  }
  return out;
}

// The part of the Base64 of something that has `text` in it, `before` bytes after a group began,
// which depends on nothing else.
std::string InnerBase64(std::string_view text, std::size_t before) {
  const std::string encoded = Base64(std::string(before, '\0') + std::string(text));
  return encoded.substr(before == 0 ? 0 : before + 1);
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

}  // namespace

std::vector<std::string> LooksOf(std::string_view text) {
  std::string percent;
  std::string hex;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    percent += IsUnreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", byte);
    hex += fmt::format("{:02x}", byte);
  }
  return {std::string(text),
          percent,
          hex,
          InnerBase64(text, 0),
          InnerBase64(text, 1),
          InnerBase64(text, 2)};
}

std::optional<std::string> FindCanary(std::string_view haystack, const Canary& canary) {
  const std::string lower = Lower(haystack);
  for (const std::string& look : LooksOf(canary.text)) {
    const std::size_t at = lower.find(Lower(look));
    if (at != std::string::npos) {
      const std::size_t begin = at - std::min(at, kShownAround);
      return fmt::format("{} as '{}': ...{}...",
                         canary.name,
                         look,
                         haystack.substr(begin, look.size() + 2 * kShownAround));
    }
  }
  return std::nullopt;
}

}  // namespace storebridge::e2e
