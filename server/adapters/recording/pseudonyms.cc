#include "adapters/recording/pseudonyms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "adapters/recording/sip_hash.h"

namespace storebridge::recording {
namespace {

// Shorter words are replaced where they are personal, but not looked for elsewhere.
constexpr std::size_t kLearnedBytesMin = 3;
constexpr std::size_t kEscapeBytes = 6;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}

// A character as it is written: some bytes.
struct Character {
  std::size_t bytes = 1;
  // What it stands for, in lower case; empty when it ends a word.
  std::string letter = {};
  bool is_escape = false;
};

// Bytes of the UTF-8 character that begins so; 1 for what is none.
std::size_t Utf8Bytes(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
}

std::optional<unsigned> UnitAt(std::string_view text) {
  unsigned unit = 0;
  if (text.size() < kEscapeBytes || text[0] != '\\' || text[1] != 'u') {
    return std::nullopt;
  }
  const char* end = text.data() + kEscapeBytes;
  const auto [stop, error] = std::from_chars(text.data() + 2, end, unit, 16);
  return error == std::errc() && stop == end ? std::optional(unit) : std::nullopt;
}

std::string Utf8Of(unsigned unit) {
  std::string out;
  const auto add = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (unit < 0x800) {
    add(0xC0U | (unit >> 6U));
  } else {
    add(0xE0U | (unit >> 12U));
    add(0x80U | ((unit >> 6U) & 0x3FU));
  }
  add(0x80U | (unit & 0x3FU));
  return out;
}

// `text` begins at the character.
Character Look(std::string_view text) {
  const char c = text.front();
  if (c == '\\') {
    const std::optional<unsigned> unit = UnitAt(text);
    if (!unit) {
      return {.bytes = std::min<std::size_t>(2, text.size())};
    }
    if (*unit < 0x80) {
      const auto plain = static_cast<char>(*unit);
      return {.bytes = kEscapeBytes,
              .letter = IsDigit(plain) || IsLower(plain) ? std::string(1, plain)
                        : IsUpper(plain) ? std::string(1, static_cast<char>(plain - 'A' + 'a'))
                                         : std::string(),
              .is_escape = true};
    }
    return {.bytes = kEscapeBytes, .letter = Utf8Of(*unit), .is_escape = true};
  }
  if (static_cast<unsigned char>(c) >= 0x80) {
    const std::size_t bytes = std::min(Utf8Bytes(c), text.size());
    return {.bytes = bytes, .letter = std::string(text.substr(0, bytes))};
  }
  if (IsDigit(c) || IsLower(c)) {
    return {.letter = std::string(1, c)};
  }
  return {.letter = IsUpper(c) ? std::string(1, static_cast<char>(c - 'A' + 'a')) : std::string()};
}

// Calls `see` with each word of a piece of `text`: where it is, and how it is read.
template <typename See>
void EachWord(std::string_view text, std::size_t begin, std::size_t end, See see) {
  std::string canonical;
  std::size_t word = begin;
  for (std::size_t at = begin; at < end;) {
    const Character character = Look(text.substr(at, end - at));
    if (character.letter.empty()) {
      if (!canonical.empty()) {
        see(word, at, canonical);
      }
      canonical.clear();
      word = at + character.bytes;
    }
    canonical += character.letter;
    at += character.bytes;
  }
  if (!canonical.empty()) {
    see(word, end, canonical);
  }
}

}  // namespace

void Pseudonyms::Protect(std::string_view text) {
  EachWord(text, 0, text.size(), [this](std::size_t, std::size_t, const std::string& canonical) {
    protected_.insert(canonical);
  });
}

void Pseudonyms::Learn(std::string_view text) {
  EachWord(text, 0, text.size(), [this](std::size_t, std::size_t, const std::string& canonical) {
    const bool is_number = canonical.find_first_not_of("0123456789") == std::string::npos;
    // Numbers of houses are everywhere; telephone numbers are not.
    if (canonical.size() >= kLearnedBytesMin && (!is_number || canonical.size() > 6)) {
      learned_.insert(canonical);
    }
  });
}

template <typename Wanted>
void Pseudonyms::Replace(std::string& text,
                         std::size_t begin,
                         std::size_t end,
                         Wanted wanted) const {
  const std::string before = text.substr(begin, end - begin);
  EachWord(before,
           0,
           before.size(),
           [&](std::size_t from, std::size_t to, const std::string& canonical) {
             if (wanted(canonical) && !protected_.contains(canonical)) {
               ReplaceWord(text, begin + from, begin + to, canonical);
             }
           });
}

void Pseudonyms::ReplaceAll(std::string& text, std::size_t begin, std::size_t end) const {
  Replace(text, begin, end, [](const std::string&) { return true; });
}

void Pseudonyms::ReplaceKnown(std::string& text, std::size_t begin, std::size_t end) const {
  if (!learned_.empty()) {
    Replace(text, begin, end, [this](const std::string& word) { return learned_.contains(word); });
  }
}

void Pseudonyms::ReplaceWord(std::string& text,
                             std::size_t begin,
                             std::size_t end,
                             std::string_view canonical) const {
  // One character of each length, for all that is not ASCII.
  constexpr std::array<std::string_view, 5> kOthers = {
      "", "?", "\xC3\xA5", "\xE4\xB8\x80", "\xF0\x9F\x98\x80"};
  std::uint64_t chance = 0;
  std::uint64_t drawn = 0;
  for (std::size_t at = begin; at < end;) {
    const Character character = Look(std::string_view(text).substr(at, end - at));
    chance =
        drawn % 8 == 0 ? SipHash(key_.first, key_.second + drawn / 8, canonical) : chance >> 8U;
    ++drawn;
    const auto pick = [&chance](unsigned among) {
      return static_cast<char>((chance & 0xFFU) % among);
    };
    const char c = text[at];
    if (character.is_escape) {
      // A surrogate stays one: half of it alone would be another text.
      const bool is_surrogate = text[at + 2] == 'd' || text[at + 2] == 'D';
      text.replace(at, kEscapeBytes, is_surrogate ? text.substr(at, kEscapeBytes) : "\\u00e5");
    } else if (IsDigit(c)) {
      // No zero, with which a JSON number cannot begin.
      text[at] = static_cast<char>('1' + pick(9));
    } else if (IsLower(c)) {
      text[at] = static_cast<char>('a' + pick(26));
    } else if (IsUpper(c)) {
      text[at] = static_cast<char>('A' + pick(26));
    } else if (character.bytes > 1) {
      text.replace(at, character.bytes, kOthers.at(character.bytes));
    }
    at += character.bytes;
  }
}

}  // namespace storebridge::recording
