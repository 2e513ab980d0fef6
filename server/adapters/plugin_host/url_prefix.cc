#include "adapters/plugin_host/url_prefix.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/shown_url.h"

namespace storebridge::plugin_host {
namespace {

constexpr unsigned kPortMax = 65'535;
constexpr std::size_t kHostBytesMax = 253;

struct Authority {
  std::string host;
  std::optional<unsigned> port;
};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string LowerText(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

Error BadUrl(std::string_view url, std::string_view why) {
  const std::string shown = ShownUrl(url);
  return Error{.code = Code::kInvalidArgument,
               .reason = "URL_INVALID",
               .message = fmt::format("'{}' {}", shown, why),
               .facts = {{"url", shown}}};
}

bool IsHostCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
}

bool IsName(std::string_view host) {
  return !host.empty() && host.size() <= kHostBytesMax && host.front() != '.' &&
         host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), IsHostCharacter);
}

bool IsIpv6Literal(std::string_view host) {
  const auto inside = [](char c) {
    return IsDigit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
  };
  return host.size() > 3 && host.front() == '[' && host.back() == ']' &&
         std::all_of(host.begin() + 1, host.end() - 1, inside);
}

std::optional<unsigned> ParsePort(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), IsDigit)) {
    return std::nullopt;
  }
  unsigned port = 0;
  for (const char c : text) {
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port == 0 || port > kPortMax ? std::nullopt : std::optional(port);
}

Result<Authority> ParseAuthority(std::string_view url, std::string_view text) {
  if (text.find('@') != std::string_view::npos) {
    return BadUrl(url, "has a user name in it; credentials are given as secrets");
  }
  const std::size_t host_end = text.empty() || text.front() != '[' ? 0 : text.find(']');
  const std::size_t colon = text.find(':', host_end == std::string_view::npos ? 0 : host_end);
  Authority authority{.host = LowerText(text.substr(0, colon)), .port = std::nullopt};
  if (!IsName(authority.host) && !IsIpv6Literal(authority.host)) {
    return BadUrl(url, "has no valid host name; write names outside ASCII in their xn-- form");
  }
  if (colon != std::string_view::npos) {
    authority.port = ParsePort(text.substr(colon + 1));
    if (!authority.port) {
      return BadUrl(url, "has no valid port; 1 to 65535 is allowed");
    }
  }
  return authority;
}

bool IsPathCharacter(char c) {
  constexpr std::string_view kOthers = "/-._~!$&'()*+,;=:@%";
  return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'z') ||
         kOthers.find(c) != std::string_view::npos;
}

bool IsHexDigit(char c) {
  return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f');
}

// Encoded dots, slashes and broken encodings are read differently by different servers.
bool HasDoubtfulEncoding(std::string_view path) {
  for (std::size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    if (at + 2 >= path.size() || !IsHexDigit(path[at + 1]) || !IsHexDigit(path[at + 2])) {
      return true;
    }
    const std::string code = LowerText(path.substr(at + 1, 2));
    if (code == "2e" || code == "2f" || code == "5c" || code == "00") {
      return true;
    }
  }
  return false;
}

bool HasDotSegment(std::string_view path) {
  const std::string closed = std::string(path) + "/";
  return closed.find("/./") != std::string::npos || closed.find("/../") != std::string::npos;
}

Status CheckPath(std::string_view url, std::string_view path) {
  if (!std::all_of(path.begin(), path.end(), IsPathCharacter)) {
    return BadUrl(url, "has a character in its path that must be written as %XX");
  }
  if (HasDotSegment(path)) {
    return BadUrl(url, "has '.' or '..' in its path; write the path without");
  }
  if (HasDoubtfulEncoding(path)) {
    return BadUrl(url, "has an encoded dot, slash or broken %XX in its path");
  }
  return Ok();
}

}  // namespace

Result<std::string> NormaliseUrlPrefix(std::string_view url) {
  if (url.size() > kUrlBytesMax) {
    return BadUrl(url, fmt::format("is longer than {} characters", kUrlBytesMax));
  }
  const std::size_t separator = url.find("://");
  const std::string scheme = LowerText(url.substr(0, std::min(separator, url.size())));
  if (separator == std::string_view::npos || (scheme != "http" && scheme != "https")) {
    return BadUrl(url, "is not an address; it begins with https:// (or http://)");
  }
  const std::string_view rest = url.substr(separator + 3);
  if (rest.find('#') != std::string_view::npos) {
    return BadUrl(url, "has a fragment (#...); leave it out");
  }
  if (rest.find('?') != std::string_view::npos) {
    return BadUrl(url, "has a query (?...); leave it out");
  }
  const std::size_t path_begin = rest.find('/');
  SB_TRY(Authority authority, ParseAuthority(url, rest.substr(0, path_begin)));
  const std::string_view path =
      path_begin == std::string_view::npos ? std::string_view("/") : rest.substr(path_begin);
  SB_CHECK(CheckPath(url, path));
  const unsigned default_port = scheme == "https" ? 443 : 80;
  if (!authority.port || *authority.port == default_port) {
    return fmt::format("{}://{}{}", scheme, authority.host, path);
  }
  return fmt::format("{}://{}:{}{}", scheme, authority.host, *authority.port, path);
}

}  // namespace storebridge::plugin_host
