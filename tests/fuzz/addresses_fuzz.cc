// Where requests may go: URLs, redirects, what administrators allow beside. The input has a line
// each: an address, a Location, a rule, and the IP address that a name was resolved to.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "adapters/egress/address_rules.h"
#include "adapters/egress/url.h"
#include "adapters/plugin_host/url_prefix.h"
#include "claim.h"
#include "lines.h"

namespace storebridge::fuzz {
namespace {

bool IsSame(const egress::Url& a, const egress::Url& b) {
  return egress::SameOrigin(a, b) && a.path == b.path && a.query == b.query;
}

void ClaimOneReading(const egress::Url& url) {
  Claim(url.path.starts_with('/') && !url.host.empty() && url.port != 0, "a URL has its parts");
  const auto again = egress::ParseUrl(url.Text());
  Claim(again && IsSame(*again, url), "what is sent is what was checked", url.Text());
}

// Two parsers of two authors have to see the same place, or none.
void ReadPrefix(std::string_view text) {
  const auto prefix = plugin_host::NormaliseUrlPrefix(text);
  if (!prefix) {
    return ClaimTellable(prefix.error());
  }
  const auto again = plugin_host::NormaliseUrlPrefix(*prefix);
  Claim(again && *again == *prefix, "a normalised prefix is normal", *prefix);
  const auto base = egress::ParseUrl(*prefix);
  const auto given = egress::ParseUrl(text);
  Claim(base.has_value() == given.has_value(), "the way out takes what the manifest's check takes");
  if (!base) {
    return;
  }
  Claim(IsSame(*base, *given), "two parsers see one place", *prefix);
  Claim(egress::CheckAllowed(*given, {*prefix}).has_value(), "a place is inside itself", *prefix);
  const auto elsewhere = egress::ParseUrl("https://elsewhere.example/");
  Claim(given->host == "elsewhere.example" || !egress::CheckAllowed(*elsewhere, {*prefix}),
        "another host is not inside",
        *prefix);
}

void ReadUrls(const std::string& text, std::string_view location) {
  const auto url = egress::ParseUrl(text);
  if (!url) {
    return ClaimTellable(url.error());
  }
  ClaimOneReading(*url);
  const auto target = egress::ResolveUrl(*url, location);
  if (!target) {
    return ClaimTellable(target.error());
  }
  ClaimOneReading(*target);
}

void ReadRule(std::string_view rule, const std::string& ip, const std::string& url_text) {
  const auto rules = egress::AddressRules::Parse({std::string(rule)});
  if (!rules) {
    return ClaimTellable(rules.error());
  }
  sockaddr_storage address{};
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_port = v6.sin6_port = htons(8'080);
  if (inet_pton(AF_INET, ip.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    std::memcpy(&address, &v4, sizeof(v4));
  } else if (inet_pton(AF_INET6, ip.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    std::memcpy(&address, &v6, sizeof(v6));
  }
  const auto& plain = reinterpret_cast<const sockaddr&>(address);
  const auto url = egress::ParseUrl(url_text);
  const bool is_allowed = rules->Allows(plain, url ? url->host : "");
  Claim(!is_allowed || address.ss_family != AF_UNSPEC, "no address is not allowed");
  Claim(!egress::AddressText(plain).empty(), "an address can be shown");
}

void Run(std::string_view text) {
  const std::string url(TakeLine(text));
  const std::string_view location = TakeLine(text);
  const std::string_view rule = TakeLine(text);
  ReadPrefix(url);
  ReadUrls(url, location);
  ReadRule(rule, std::string(TakeLine(text)), url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run({reinterpret_cast<const char*>(data), size});
  return 0;
}

}  // namespace storebridge::fuzz
