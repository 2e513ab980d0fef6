#include "storebridge/sdk/text.h"

#include <algorithm>
#include <array>

namespace storebridge::sdk {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

unsigned char ByteAt(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

bool IsContinuation(unsigned char c) {
  return (c & 0xC0) == 0x80;
}

// Length of the valid character at `i`, 0 when there is none (Unicode, table 3-7).
std::size_t CharacterLength(std::string_view text, std::size_t i) {
  const unsigned char a = ByteAt(text, i);
  const unsigned char b = ByteAt(text, i + 1);
  if (a < 0x80) {
    return a == 0 ? 0 : 1;
  }
  if (a >= 0xC2 && a <= 0xDF) {
    return IsContinuation(b) ? 2 : 0;
  }
  if (!IsContinuation(b)) {
    return 0;
  }
  if (a >= 0xE0 && a <= 0xEF) {
    const bool is_short = a == 0xE0 && b < 0xA0;
    const bool is_surrogate = a == 0xED && b > 0x9F;
    return !is_short && !is_surrogate && IsContinuation(ByteAt(text, i + 2)) ? 3 : 0;
  }
  if (a >= 0xF0 && a <= 0xF4) {
    const bool is_short = a == 0xF0 && b < 0x90;
    const bool is_past = a == 0xF4 && b > 0x8F;
    return !is_short && !is_past && IsContinuation(ByteAt(text, i + 2)) &&
                   IsContinuation(ByteAt(text, i + 3))
               ? 4
               : 0;
  }
  return 0;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string CleanText(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t length = CharacterLength(text, i);
    if (length == 0) {
      clean += kReplacement;
      ++i;
    } else {
      clean += text.substr(i, length);
      i += length;
    }
  }
  return clean;
}

std::string HeadOf(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) {
    return std::string(text);
  }
  std::size_t end = limit > 3 ? limit - 3 : 0;
  while (end > 0 && IsContinuation(ByteAt(text, end))) {
    --end;
  }
  return std::string(text.substr(0, end)) + "...";
}

std::string UrlEncode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  while (!text.empty()) {
    const auto first =
        std::find_if_not(text.begin(), text.end(), [](char c) { return IsUnreserved(c); });
    const auto plain = static_cast<std::size_t>(first - text.begin());
    encoded += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) {
      const auto byte = static_cast<unsigned char>(text.front());
      encoded += {'%', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
      text.remove_prefix(1);
    }
  }
  return encoded;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (LowerAscii(a[i]) != LowerAscii(b[i])) {
      return false;
    }
  }
  return true;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::uint64_t Hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  return hash;
}

std::string HashText(std::string_view text) {
  std::uint64_t hash = Hash(text);
  std::string digits(16, '0');
  for (std::size_t i = 16; i > 0; --i) {
    digits[i - 1] = LowerAscii(kHexDigits[hash & 15]);
    hash >>= 4;
  }
  return digits;
}

}  // namespace storebridge::sdk
