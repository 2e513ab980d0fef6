#include "mutate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace storebridge::fuzz {
namespace {

// A value in a JSON text; of a member of an object, from its name on in `whole_begin`.
struct Span {
  std::size_t whole_begin = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

constexpr std::size_t kDepthMax = 64;

// What parsers of numbers, texts, times and lists are often wrong about.
constexpr std::array<std::string_view, 30> kOddValues = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1",
    "1.5",
    "-0.005",
    "1e400",
    "1000000000000000000",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "123456789012345678901234567890",
    "\"\"",
    "\"0\"",
    "\"-1\"",
    "\"12.345678901234\"",
    "\"-9223372036854775808\"",
    "\"9223372036854775807.999999999\"",
    "\" \"",
    "\"2026-02-30T25:61:61\"",
    "\"9999-12-31T23:59:59Z\"",
    "\"\\u0000\"",
    "\"\\ud83d\"",
    "\"\xF0\x9F\x98\x80\"",
    "\"../../etc\"",
    "[]",
    "{}",
    "[null]",
};

// Finds the values of a JSON text without a judgement of it: where it is broken the search ends.
class Values {
 public:
  explicit Values(std::string_view text) : text_(text) { Value(0, 0); }

  [[nodiscard]] const std::vector<Span>& found() const { return found_; }

 private:
  void Blanks() {
    while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) != nullptr && text_[at_] != 0) {
      ++at_;
    }
  }

  [[nodiscard]] bool Is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  bool Text() {
    if (!Is('"')) {
      return false;
    }
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    return false;
  }

  // False when the text is broken here. `depth` bounds the recursion.
  bool Value(std::size_t whole_begin, std::size_t depth) {
    Blanks();
    Span span{.whole_begin = whole_begin == 0 ? at_ : whole_begin, .begin = at_, .end = at_};
    if (depth > kDepthMax || at_ >= text_.size() || !Inside(depth)) {
      return false;
    }
    span.end = at_;
    found_.push_back(span);
    return true;
  }

  bool Inside(std::size_t depth) {
    if (Is('"')) {
      return Text();
    }
    if (Is('[') || Is('{')) {
      return List(text_[at_] == '[' ? ']' : '}', depth);
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::strchr(",:]}[{\" \t\r\n", text_[at_]) == nullptr) {
      ++at_;
    }
    return at_ > begin;
  }

  bool List(char close, std::size_t depth) {
    ++at_;
    Blanks();
    while (!Is(close)) {
      std::size_t name = 0;
      if (close == '}') {
        name = at_;
        if (!Text()) {
          return false;
        }
        Blanks();
        if (!Is(':')) {
          return false;
        }
        ++at_;
      }
      if (!Value(name, depth + 1)) {
        return false;
      }
      Blanks();
      if (Is(',')) {
        ++at_;
        Blanks();
      } else if (!Is(close)) {
        return false;
      }
    }
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Span> found_;
};

std::string_view PartOf(std::string_view text, const Span& span) {
  return text.substr(span.begin, span.end - span.begin);
}

std::string Replaced(std::string_view text,
                     std::size_t begin,
                     std::size_t end,
                     std::string_view by) {
  std::string out(text.substr(0, begin));
  out += by;
  out += text.substr(end);
  return out;
}

std::string Replaced(std::string_view text, const Span& span, std::string_view by) {
  return Replaced(text, span.begin, span.end, by);
}

template <typename List>
const auto& OneOf(const List& list, Chance& chance) {
  return list[chance.Below(list.size())];
}

std::vector<Span> WordsOf(std::string_view text) {
  constexpr std::string_view kBetween = " \t\r\n,[]{}\"'";
  std::vector<Span> words;
  for (std::size_t begin = text.find_first_not_of(kBetween); begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
    words.push_back(Span{.whole_begin = begin, .begin = begin, .end = end});
    begin = text.find_first_not_of(kBetween, end);
  }
  return words;
}

// Takes away a value with its name and one comma beside it.
std::string Without(std::string_view text, const Span& span) {
  std::size_t begin = span.whole_begin;
  std::size_t end = span.end;
  if (end < text.size() && text[end] == ',') {
    ++end;
  } else if (begin > 0 && text[begin - 1] == ',') {
    --begin;
  }
  return Replaced(text, begin, end, "");
}

std::string Twice(std::string_view text, const Span& span, std::string_view between) {
  std::string more(between);
  more += text.substr(span.whole_begin, span.end - span.whole_begin);
  return Replaced(text, span.end, span.end, more);
}

std::string WithOtherBytes(std::string_view text, const Span& span) {
  const std::string_view part = PartOf(text, span);
  return Replaced(text, span, MutateBytes(part, part.size() + 64));
}

}  // namespace

std::string MutateBytes(std::string_view text, std::size_t bytes_max) {
  std::string buffer(text.substr(0, bytes_max));
  const std::size_t size = buffer.size();
  buffer.resize(std::max<std::size_t>(bytes_max, 1));
  auto* bytes = reinterpret_cast<std::uint8_t*>(buffer.data());
  buffer.resize(LLVMFuzzerMutate(bytes, size, buffer.size()));
  return buffer;
}

std::string MutateJson(std::string_view text, std::size_t bytes_max, Chance& chance) {
  const Values values(text);
  const std::vector<Span>& found = values.found();
  if (found.empty()) {
    return MutateBytes(text, bytes_max);
  }
  const Span& span = OneOf(found, chance);
  switch (chance.Below(9)) {
    case 0:
    case 1:
    case 2:
      return Replaced(text, span, OneOf(kOddValues, chance));
    case 3:
      return Replaced(text, span, PartOf(text, OneOf(found, chance)));
    case 4:
      return Without(text, span);
    case 5:
      return Twice(text, span, ",");
    case 6:
      return Replaced(text, span, "[" + std::string(PartOf(text, span)) + "]");
    case 7:
      return std::string(text.substr(0, chance.Below(text.size())));
    default:
      return WithOtherBytes(text, span);
  }
}

std::string MutateWords(std::string_view text,
                        std::size_t bytes_max,
                        const std::vector<std::string_view>& odd_words,
                        Chance& chance) {
  const std::vector<Span> words = WordsOf(text);
  if (words.empty()) {
    return MutateBytes(text, bytes_max);
  }
  const Span& span = OneOf(words, chance);
  switch (chance.Below(6)) {
    case 0:
    case 1:
      return Replaced(text, span, OneOf(odd_words, chance));
    case 2:
      return Replaced(text, span, PartOf(text, OneOf(words, chance)));
    case 3:
      return Replaced(text, span, "");
    case 4:
      return Twice(text, span, " ");
    default:
      return WithOtherBytes(text, span);
  }
}

std::size_t Store(std::string_view text, unsigned char* data, std::size_t bytes_max) {
  const std::size_t size = std::min(text.size(), bytes_max);
  std::memcpy(data, text.data(), size);
  return size;
}

}  // namespace storebridge::fuzz
