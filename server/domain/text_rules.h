#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace storebridge::domain {

// Which characters a text may have besides printable ones.
enum class TextKind {
  kLine,       // Nothing.
  kParagraph,  // Line breaks and tabs.
};

// Names that people give a merchant or a store, in characters.
inline constexpr std::size_t kDisplayNameMax = 200;

// Number of characters of UTF-8 text; none when it is not UTF-8.
std::optional<std::size_t> CountCharacters(std::string_view text);

// Whether there is nothing to see in it.
bool IsBlank(std::string_view text);

// Without blanks at both ends.
std::string_view Trim(std::string_view text);

// Says what is wrong with a text, as the end of a sentence about it; empty when nothing is. Control
// characters, text that is not UTF-8, U+FFFD in place of what could not be read, and more than
// `max` characters are wrong.
std::string TextFault(std::string_view text, std::size_t max, TextKind kind = TextKind::kLine);

// Whether it is an address that begins with https:// or http://, without blanks, quotes and angle
// brackets.
bool IsWebAddress(std::string_view url);

// A text for an error message: at most 60 characters, control characters replaced.
std::string Shown(std::string_view text);

}  // namespace storebridge::domain
