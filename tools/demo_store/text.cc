#include "text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace storebridge::demo_store {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsUnreserved(char c) {
  return IsAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// True for `name[]` and `name[3]`.
bool IsElementOf(std::string_view key, std::string_view name) {
  return key.size() > name.size() + 1 && key.starts_with(name) && key[name.size()] == '[' &&
         key.back() == ']';
}

}  // namespace

std::string UrlDecode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
        HexDigit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

std::string UrlEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() * 3 / 2);
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

std::string Base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) {
    return std::nullopt;
  }
  std::string out(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) {
    return std::nullopt;
  }
  const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
  out.resize(static_cast<std::size_t>(length) - padding);
  return out;
}

bool SameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) {
      out.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string Slug(std::string_view text) {
  std::string out;
  for (const char c : Lower(text)) {
    if (IsAlnum(c)) {
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 128 && !out.empty() && out.back() != '-') {
      out.push_back('-');
    }
  }
  while (!out.empty() && out.back() == '-') {
    out.pop_back();
  }
  return out;
}

std::optional<std::int64_t> ParseInt(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

Params Params::Parse(std::string_view query) {
  Params params;
  for (const std::string& part : Split(query, '&')) {
    const std::size_t equals = part.find('=');
    const std::string_view view(part);
    const std::string_view value =
        equals == std::string::npos ? std::string_view() : view.substr(equals + 1);
    params.all_.emplace_back(UrlDecode(view.substr(0, equals), true), UrlDecode(value, true));
  }
  return params;
}

const std::string* Params::Find(std::string_view name) const {
  const auto found = std::find_if(
      all_.rbegin(), all_.rend(), [name](const auto& entry) { return entry.first == name; });
  return found == all_.rend() ? nullptr : &found->second;
}

std::vector<std::string> Params::List(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : all_) {
    if (key == name || IsElementOf(key, name)) {
      for (std::string& part : Split(value, ',')) {
        const std::size_t start = part.find_first_not_of(' ');
        out.push_back(start == std::string::npos ? std::string() : part.substr(start));
      }
    }
  }
  return out;
}

bool Params::IsTrue(std::string_view name) const {
  const std::string* value = Find(name);
  return value != nullptr && (*value == "true" || *value == "1" || *value == "yes");
}

void Params::Set(std::string_view name, std::string value) {
  std::erase_if(all_, [name](const auto& entry) { return entry.first == name; });
  all_.emplace_back(name, std::move(value));
}

}  // namespace storebridge::demo_store
