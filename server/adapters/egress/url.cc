#include "adapters/egress/url.h"

#include <algorithm>
#include <memory>
#include <optional>

#include <curl/curl.h>

#include "adapters/egress/text.h"
#include "core/shown_url.h"

namespace storebridge::egress {
namespace {

struct HandleDeleter {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using Handle = std::unique_ptr<CURLU, HandleDeleter>;

// In valid UTF-8, whatever a connector or a store gave.
std::string Shown(std::string_view text) {
  return Head(ShownUrl(text), kShownUrlBytesMax);
}

Error Bad(std::string_view text, std::string_view why) {
  const std::string shown = Shown(text);
  return {.code = Code::kInvalidArgument,
          .reason = "BAD_URL",
          .message = "The URL '" + shown + "' cannot be used: " + std::string(why) + ".",
          .facts = {{"url", shown}}};
}

std::string Part(CURLU* handle, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, 0) != CURLUE_OK) {
    return {};
  }
  std::string out(text);
  curl_free(text);
  return out;
}

std::uint16_t DefaultPort(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

// Servers decode the path before they resolve dots, and some take a backslash for a slash.
bool HasHiddenDots(std::string_view path) {
  std::string decoded = FormDecode(path);
  std::replace(decoded.begin(), decoded.end(), '\\', '/');
  std::string_view rest = decoded;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    const std::string_view name = segment.substr(0, segment.find(';'));
    if (name == "." || name == "..") {
      return true;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

bool IsVisible(char c) {
  return c > ' ' && c <= '~';
}

std::optional<std::string> BadCharacters(std::string_view text) {
  if (text.size() > kUrlMax) {
    return "it is longer than " + std::to_string(kUrlMax) + " characters";
  }
  for (const char c : text) {
    if (!IsVisible(c)) {
      return "it has a space, a control or a non-ASCII character; percent-encode the path and "
             "write the host as xn--";
    }
    if (c == '\\') {
      return "it has a backslash";
    }
  }
  return std::nullopt;
}

Result<Url> Read(CURLU* handle, std::string_view text) {
  Url url;
  url.scheme = Part(handle, CURLUPART_SCHEME);
  if (url.scheme != "http" && url.scheme != "https") {
    return Bad(text, "only http and https are spoken");
  }
  if (!Part(handle, CURLUPART_USER).empty() || !Part(handle, CURLUPART_PASSWORD).empty()) {
    return Bad(text, "user and password do not belong into a URL");
  }
  url.host = LowerCase(Part(handle, CURLUPART_HOST));
  url.path = Part(handle, CURLUPART_PATH);
  url.query = Part(handle, CURLUPART_QUERY);
  const std::string port = Part(handle, CURLUPART_PORT);
  url.port = DefaultPort(url.scheme);
  if (!port.empty()) {
    url.port = static_cast<std::uint16_t>(std::stoul(port));
  }
  if (url.host.empty() || url.port == 0) {
    return Bad(text, "it has no host, or port 0");
  }
  if (HasHiddenDots(url.path)) {
    return Bad(text, "its path has an encoded '.' or '..'");
  }
  return url;
}

bool HasPrefix(const Url& url, const Url& prefix) {
  if (!SameOrigin(url, prefix) || !url.path.starts_with(prefix.path)) {
    return false;
  }
  return prefix.path.ends_with('/') || url.path.size() == prefix.path.size() ||
         url.path[prefix.path.size()] == '/';
}

}  // namespace

std::string Url::Origin() const {
  std::string out = scheme + "://" + host;
  if (port != DefaultPort(scheme)) {
    out += ":" + std::to_string(port);
  }
  return out;
}

bool Url::CanBeSent() const {
  return path.starts_with('/') && std::all_of(path.begin(), path.end(), IsVisible) &&
         std::all_of(query.begin(), query.end(), IsVisible);
}

std::string Url::Target() const {
  return query.empty() ? path : path + "?" + query;
}

std::string Url::Text() const {
  return Origin() + Target();
}

std::string Url::Shown() const {
  return Origin() + path;
}

Result<Url> ParseUrl(std::string_view text) {
  if (const auto why = BadCharacters(text)) {
    return Bad(text, *why);
  }
  // At the first colon: the parser takes one slash for two, and then "://" would stand elsewhere.
  const std::string_view after_scheme = text.substr(std::min(text.find(':'), text.size()));
  if (!after_scheme.starts_with("://") || after_scheme.starts_with(":///")) {
    return Bad(text, "it is not absolute, such as https://shop.example/path");
  }
  // Also an empty user, which the parser forgets.
  const std::string_view rest = after_scheme.substr(3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) {
    return Bad(text, "user and password do not belong into a URL");
  }
  // The parser decodes it, also to bytes that were refused above.
  if (authority.find('%') != std::string_view::npos) {
    return Bad(text, "its host has a percent sign");
  }
  const Handle handle(curl_url());
  const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), 0);
  if (code == CURLUE_UNSUPPORTED_SCHEME) {
    return Bad(text, "only http and https are spoken");
  }
  if (code != CURLUE_OK) {
    return Bad(text, curl_url_strerror(code));
  }
  return Read(handle.get(), text);
}

Result<Url> ResolveUrl(const Url& base, std::string_view location) {
  if (const auto why = BadCharacters(location)) {
    return Bad(location, *why);
  }
  const Handle handle(curl_url());
  CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, base.Text().c_str(), 0);
  if (code == CURLUE_OK) {
    code = curl_url_set(handle.get(), CURLUPART_URL, std::string(location).c_str(), 0);
  }
  if (code != CURLUE_OK) {
    return Bad(location, curl_url_strerror(code));
  }
  return ParseUrl(Part(handle.get(), CURLUPART_URL));
}

bool SameOrigin(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.host == b.host && a.port == b.port;
}

Status CheckAllowed(const Url& url, const std::vector<std::string>& prefixes) {
  std::string shown;
  for (const std::string& text : prefixes) {
    const Result<Url> prefix = ParseUrl(text);
    if (prefix && HasPrefix(url, *prefix)) {
      return Ok();
    }
    shown += (shown.empty() ? "" : ", ") + (prefix ? prefix->Shown() : Shown(text));
  }
  return Error{.code = Code::kPermissionDenied,
               .reason = "EGRESS_DENIED",
               .message = "Requests to " + url.Shown() + " are not allowed. Allowed: " +
                          (shown.empty() ? std::string("nothing") : shown) +
                          ". Correct the store's address, or the connector's manifest.",
               .facts = {{"url", url.Shown()}, {"allowed", shown}}};
}

}  // namespace storebridge::egress
