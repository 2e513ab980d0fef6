#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace storebridge::demo_store {

/// Undoes percent-encoding. A broken escape is kept as it is.
std::string UrlDecode(std::string_view text, bool plus_is_space);

/// Percent-encodes everything but the unreserved characters of RFC 3986.
std::string UrlEncode(std::string_view text);

/// Encodes bytes as base64 with padding.
std::string Base64(std::string_view bytes);

/// Decodes base64; nothing for text that is not base64.
std::optional<std::string> Base64Decode(std::string_view text);

/// Compares without telling by its duration where the texts differ.
bool SameSecret(std::string_view a, std::string_view b);

std::vector<std::string> Split(std::string_view text, char separator);
std::string Lower(std::string_view text);

/// Makes an ASCII slug: letters, digits and dashes.
std::string Slug(std::string_view text);

/// Reads a whole decimal number; nothing for any other text.
std::optional<std::int64_t> ParseInt(std::string_view text);

/// Query parameters in the order they came, decoded.
class Params {
 public:
  static Params Parse(std::string_view query);

  /// Returns the last value of `name`, or null.
  const std::string* Find(std::string_view name) const;
  /// Returns the values of `name`, `name[]` and `name[N]`, each split at commas.
  std::vector<std::string> List(std::string_view name) const;
  bool IsTrue(std::string_view name) const;
  void Set(std::string_view name, std::string value);
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

}  // namespace storebridge::demo_store
