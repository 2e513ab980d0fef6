#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/egress/url.h"
#include "core/secret.h"

namespace storebridge::egress::oauth1 {

// Decoded names and values.
using Parameters = std::vector<std::pair<std::string, std::string>>;

// Reads application/x-www-form-urlencoded text.
Parameters ParseForm(std::string_view text);

std::string FormText(const Parameters& parameters);

// Gives `name[]` the numbers that PHP gives it: `name[0]`, `name[1]`. PHP verifies with them, so
// they have to be sent as well, or the signature covers something else than the request.
void NumberArrays(Parameters& parameters);

// RFC 5849 section 3.4.1: method, base string URI and normalized parameters.
std::string BaseString(std::string_view method, const Url& url, const Parameters& parameters);

// `method` is HMAC-SHA256 or HMAC-SHA1; nothing for others. There is no token: the key ends with
// '&'.
std::optional<std::string> Signature(std::string_view method,
                                     std::string_view base,
                                     const Secret& consumer_secret);

struct Stamp {
  std::int64_t seconds = 0;
  std::string nonce;
};

struct Consumer {
  std::string key;
  Secret secret;
  std::string method;
};

// Gives `url` with the signed parameters in its query: WooCommerce reads them there on every
// server, while some servers do not hand the Authorization header to PHP. `form` are the parameters
// of a form body. Nothing for an unknown method.
std::optional<Url> Sign(std::string_view method,
                        const Url& url,
                        const Parameters& form,
                        const Consumer& consumer,
                        const Stamp& stamp);

}  // namespace storebridge::egress::oauth1
