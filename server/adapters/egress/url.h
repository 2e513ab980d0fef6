#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace storebridge::egress {

inline constexpr std::size_t kUrlMax = 8192;

// An http or https URL in one spelling: what is compared is what is connected to.
struct Url {
  // `http` or `https`.
  std::string scheme;
  // Lower case; IPv6 in brackets.
  std::string host;
  std::uint16_t port = 0;
  // Begins with '/'; without dot segments.
  std::string path;
  // Without '?'.
  std::string query;

  // Scheme, host and port, the port only when it is not the scheme's own.
  [[nodiscard]] std::string Origin() const;
  // Whether path and query are one word that begins with '/': what ParseUrl gives always is.
  [[nodiscard]] bool CanBeSent() const;
  // Path and query, as a request's first line has them.
  [[nodiscard]] std::string Target() const;
  // All of it.
  [[nodiscard]] std::string Text() const;
  // For people and logs: without the query, where credentials and customers' data may be.
  [[nodiscard]] std::string Shown() const;
};

// Parses strictly: no user information, no control or non-ASCII characters, no backslash, no
// encoded dot segments. kInvalidArgument.
Result<Url> ParseUrl(std::string_view text);

// Resolves the Location of an answer to a request for `base`. kInvalidArgument.
Result<Url> ResolveUrl(const Url& base, std::string_view location);

bool SameOrigin(const Url& a, const Url& b);

// kPermissionDenied when `url` begins with none of `prefixes`; a prefix's path ends at a segment's
// end.
Status CheckAllowed(const Url& url, const std::vector<std::string>& prefixes);

}  // namespace storebridge::egress
