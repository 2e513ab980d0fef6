#include "json_repair.h"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "storebridge/sdk/text.h"

namespace storebridge::sdk::internal {
namespace {

constexpr std::size_t kSafeDigits = 18;
constexpr std::size_t kSafeNumberLength = 40;

// The four hexadecimal digits of `\uXXXX` at `i`; nothing valid gives -1.
std::int32_t Unit(std::string_view text, std::size_t i) {
  if (i + 6 > text.size() || text[i] != '\\' || text[i + 1] != 'u') {
    return -1;
  }
  std::int32_t unit = -1;
  const char* begin = text.data() + i + 2;
  const auto [end, error] = std::from_chars(begin, begin + 4, unit, 16);
  return error == std::errc() && end == begin + 4 ? unit : -1;
}

bool IsHigh(std::int32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool IsLow(std::int32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

// Copies the escape at `i` and returns its length.
std::size_t CopyEscape(std::string_view text, std::size_t i, std::string* out) {
  const std::int32_t unit = Unit(text, i);
  if (unit < 0) {
    const std::size_t length = i + 2 <= text.size() ? 2 : 1;
    *out += text.substr(i, length);
    return length;
  }
  if (IsHigh(unit) && IsLow(Unit(text, i + 6))) {
    *out += text.substr(i, 12);
    return 12;
  }
  *out += IsHigh(unit) || IsLow(unit) ? std::string_view("\\ufffd") : text.substr(i, 6);
  return 6;
}

// Copies the string that begins at `i` and returns its length.
std::size_t CopyString(std::string_view text, std::size_t i, std::string* out) {
  const std::size_t begin = i;
  *out += text[i++];
  while (i < text.size() && text[i] != '"') {
    if (text[i] == '\\') {
      i += CopyEscape(text, i, out);
    } else if (static_cast<unsigned char>(text[i]) < 0x20) {
      *out += "\\ufffd";
      ++i;
    } else {
      *out += text[i++];
    }
  }
  if (i < text.size()) {
    *out += text[i++];
  }
  return i - begin;
}

bool IsSafe(std::string_view number) {
  const bool is_integer = number.find_first_of(".eE") == std::string_view::npos;
  if (is_integer) {
    return number.size() <= kSafeDigits;
  }
  return number.size() <= kSafeNumberLength && number.find_first_of("eE") == std::string_view::npos;
}

// Copies the number that begins at `i` and returns its length.
std::size_t CopyNumber(std::string_view text, std::size_t i, std::string* out) {
  std::size_t end = text.find_first_not_of("0123456789+-.eE", i);
  end = end == std::string_view::npos ? text.size() : end;
  const std::string_view number = text.substr(i, end - i);
  if (IsSafe(number)) {
    *out += number;
  } else {
    *out += '"';
    *out += number;
    *out += '"';
  }
  return number.size();
}

}  // namespace

std::string RepairJson(std::string_view text) {
  const std::string clean = CleanText(text);
  const std::string_view in = clean;
  std::string out;
  out.reserve(in.size() + 64);
  std::size_t i = 0;
  while (i < in.size()) {
    const char c = in[i];
    if (c == '"') {
      i += CopyString(in, i, &out);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      i += CopyNumber(in, i, &out);
    } else {
      out += c;
      ++i;
    }
  }
  return out;
}

}  // namespace storebridge::sdk::internal
