#include "domain/text_rules.h"

#include <cstdint>

#include <fmt/format.h>

namespace storebridge::domain {
namespace {

constexpr std::size_t kShownMax = 60;

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;  // 0: not UTF-8.
};

// How many bytes a character has by its first one; 0 when none begins so.
std::size_t LengthByFirst(unsigned char first) {
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first < 0xE0) {
    return 2;
  }
  if (first >= 0xE0 && first < 0xF0) {
    return 3;
  }
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

Character Decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t bytes = LengthByFirst(first);
  if (bytes == 0 || bytes > text.size()) {
    return {};
  }
  if (bytes == 1) {
    return {first, 1};
  }
  std::uint32_t code = first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) {
      return {};
    }
    code = (code << 6U) | (next & 0x3FU);
  }
  const bool is_overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (is_overlong || is_surrogate || code > 0x10FFFF) {
    return {};
  }
  return {code, bytes};
}

// A printable character of ASCII: most are, and need no further look.
bool IsPlain(char c) {
  return c >= 0x20 && c < 0x7F;
}

// The separators of lines and paragraphs break a label as a line feed does.
bool IsSeparator(std::uint32_t code) {
  return code == 0x2028 || code == 0x2029;
}

bool IsControl(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || IsSeparator(code);
}

bool IsLineBreakOrTab(std::uint32_t code) {
  return code == '\n' || code == '\r' || code == '\t' || IsSeparator(code);
}

// Stands for what could not be read: a NUL, half a character, bytes that are no UTF-8.
constexpr std::uint32_t kReplacement = 0xFFFD;

bool IsBlankCode(std::uint32_t code) {
  return code == ' ' || code == '\t' || code == '\n' || code == '\r' || code == 0xA0;
}

}  // namespace

std::optional<std::size_t> CountCharacters(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const Character character = Decode(text);
    if (character.bytes == 0) {
      return std::nullopt;
    }
    text.remove_prefix(character.bytes);
    ++count;
  }
  return count;
}

bool IsBlank(std::string_view text) {
  while (!text.empty()) {
    const Character character = Decode(text);
    if (character.bytes == 0 || !IsBlankCode(character.code)) {
      return false;
    }
    text.remove_prefix(character.bytes);
  }
  return true;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string TextFault(std::string_view text, std::size_t max, TextKind kind) {
  std::size_t count = 0;
  for (std::string_view rest = text; !rest.empty(); ++count) {
    if (IsPlain(rest.front())) {
      rest.remove_prefix(1);
      continue;
    }
    const Character character = Decode(rest);
    if (character.bytes == 0) {
      return "is not UTF-8 text";
    }
    if (character.code == kReplacement) {
      return fmt::format("has a character that cannot be read at place {}", count + 1);
    }
    const bool is_allowed = kind == TextKind::kParagraph && IsLineBreakOrTab(character.code);
    if (IsControl(character.code) && !is_allowed) {
      return fmt::format(
          "has the control character U+{:04X} at place {}", character.code, count + 1);
    }
    rest.remove_prefix(character.bytes);
  }
  if (count > max) {
    return fmt::format("has {} characters, {} are allowed", count, max);
  }
  return {};
}

bool IsWebAddress(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (url.size() > scheme.size() && url.substr(0, scheme.size()) == scheme) {
      return url.find_first_of(" \"<>") == std::string_view::npos;
    }
  }
  return false;
}

std::string Shown(std::string_view text) {
  std::string shown;
  std::size_t count = 0;
  while (!text.empty()) {
    if (count == kShownMax) {
      return shown + "...";
    }
    const Character character = Decode(text);
    const std::size_t bytes = character.bytes == 0 ? 1 : character.bytes;
    const bool is_printable = character.bytes != 0 && !IsControl(character.code);
    shown += is_printable ? text.substr(0, bytes) : "?";
    text.remove_prefix(bytes);
    ++count;
  }
  return shown;
}

}  // namespace storebridge::domain
