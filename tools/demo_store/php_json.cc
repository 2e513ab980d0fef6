#include "php_json.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace storebridge::demo_store {
namespace {

void AppendUnit(std::string& out, unsigned unit) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", unit & 0xFFFFU);
  out += text.data();
}

/// Appends the code point that starts at `text[i]` and returns how many bytes it took.
std::size_t AppendCodePoint(std::string& out, std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t length = lead >= 0xF0 ? 4 : (lead >= 0xE0 ? 3 : 2);
  unsigned point = lead & (0xFFU >> (length + 1));
  for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
    point = (point << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
  }
  if (point < 0x10000) {
    AppendUnit(out, point);
  } else {
    point -= 0x10000;
    AppendUnit(out, 0xD800U + (point >> 10));
    AppendUnit(out, 0xDC00U + (point & 0x3FFU));
  }
  return length;
}

void AppendAscii(std::string& out, char c) {
  if (c == '"' || c == '\\' || c == '/') {
    out.push_back('\\');
    out.push_back(c);
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (static_cast<unsigned char>(c) < 0x20) {
    AppendUnit(out, static_cast<unsigned char>(c));
  } else {
    out.push_back(c);
  }
}

void AppendText(std::string& out, std::string_view text) {
  out.push_back('"');
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) >= 0x80) {
      i += AppendCodePoint(out, text, i);
    } else {
      AppendAscii(out, text[i++]);
    }
  }
  out.push_back('"');
}

template <class Number>
void AppendNumber(std::string& out, Number number) {
  std::array<char, 40> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  out.append(text.data(), error == std::errc() ? end : text.data());
}

void Append(std::string& out, const json::value& value);

void AppendArray(std::string& out, const json::array& array) {
  char separator = '[';
  for (const json::value& item : array) {
    out.push_back(separator);
    Append(out, item);
    separator = ',';
  }
  out += array.empty() ? "[]" : "]";
}

void AppendObject(std::string& out, const json::object& object) {
  char separator = '{';
  for (const auto& [key, item] : object) {
    out.push_back(separator);
    AppendText(out, key);
    out.push_back(':');
    Append(out, item);
    separator = ',';
  }
  out += object.empty() ? "{}" : "}";
}

void Append(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      break;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case json::kind::int64:
      AppendNumber(out, value.get_int64());
      break;
    case json::kind::uint64:
      AppendNumber(out, value.get_uint64());
      break;
    case json::kind::double_:
      AppendNumber(out, value.get_double());
      break;
    case json::kind::string:
      AppendText(out, value.get_string());
      break;
    case json::kind::array:
      AppendArray(out, value.get_array());
      break;
    case json::kind::object:
      AppendObject(out, value.get_object());
      break;
  }
}

}  // namespace

std::string PhpJson(const json::value& value) {
  std::string out;
  Append(out, value);
  return out;
}

std::string TextOr(const json::object& object, std::string_view name, std::string_view fallback) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                : std::string(fallback);
}

std::int64_t IntOr(const json::object& object, std::string_view name, std::int64_t fallback) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : fallback;
}

bool BoolOr(const json::object& object, std::string_view name, bool fallback) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
}

}  // namespace storebridge::demo_store
