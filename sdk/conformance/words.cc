#include "words.h"

#include <cstddef>

#include <fmt/format.h>

namespace storebridge::conformance {
namespace {

bool IsWordCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

bool HasWord(std::string_view text, std::string_view word) {
  if (word.empty()) {
    return false;
  }
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !IsWordCharacter(text[at - 1]);
    const bool ends = end == text.size() || !IsWordCharacter(text[end]);
    if (begins && ends) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> WordsIn(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (IsWordCharacter(c)) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) {
    words.pop_back();
  }
  return words;
}

std::string Printable(std::string_view text) {
  std::string printable;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const unsigned char next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    // U+0080 to U+009F are control characters of two bytes.
    const bool is_wide = c == 0xC2 && next >= 0x80 && next < 0xA0;
    if (c == '\n') {
      printable += "\\n";
    } else if (is_wide) {
      printable += fmt::format("\\u{:04X}", next);
      ++i;
    } else if (c < 0x20 || c == 0x7F) {
      printable += fmt::format("\\x{:02X}", c);
    } else {
      printable += text[i];
    }
  }
  return printable;
}

}  // namespace storebridge::conformance
