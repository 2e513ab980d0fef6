#include "adapters/egress/oauth1.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "adapters/egress/text.h"

namespace storebridge::egress::oauth1 {

namespace {

// What comes before the first `mark` and what comes after it; all and nothing without one.
std::pair<std::string_view, std::string_view> Cut(std::string_view text, char mark) {
  const std::size_t at = text.find(mark);
  return at == std::string_view::npos ? std::pair(text, std::string_view())
                                      : std::pair(text.substr(0, at), text.substr(at + 1));
}

}  // namespace

Parameters ParseForm(std::string_view text) {
  Parameters out;
  while (!text.empty()) {
    const auto [pair, rest] = Cut(text, '&');
    if (!pair.empty()) {
      const auto [name, value] = Cut(pair, '=');
      out.emplace_back(FormDecode(name), FormDecode(value));
    }
    text = rest;
  }
  return out;
}

std::string FormText(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    out += (out.empty() ? "" : "&") + PercentEncode(name) + "=" + PercentEncode(value);
  }
  return out;
}

void NumberArrays(Parameters& parameters) {
  std::map<std::string, int> counts;
  for (auto& [name, value] : parameters) {
    if (name.ends_with("[]")) {
      const std::string stem = name.substr(0, name.size() - 2);
      name = stem + "[" + std::to_string(counts[stem]++) + "]";
    }
  }
}

std::string BaseString(std::string_view method, const Url& url, const Parameters& parameters) {
  Parameters encoded;
  encoded.reserve(parameters.size());
  for (const auto& [name, value] : parameters) {
    encoded.emplace_back(PercentEncode(name), PercentEncode(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string joined;
  for (const auto& [name, value] : encoded) {
    joined += (joined.empty() ? "" : "&") + name + "=" + value;
  }
  return std::string(method) + "&" + PercentEncode(url.Shown()) + "&" + PercentEncode(joined);
}

std::optional<std::string> Signature(std::string_view method,
                                     std::string_view base,
                                     const Secret& consumer_secret) {
  const EVP_MD* digest = method == "HMAC-SHA256" ? EVP_sha256()
                         : method == "HMAC-SHA1" ? EVP_sha1()
                                                 : nullptr;
  if (digest == nullptr) {
    return std::nullopt;
  }
  std::string key = PercentEncode(consumer_secret.Reveal()) + "&";
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  HMAC(digest,
       key.data(),
       static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(base.data()),
       base.size(),
       out.data(),
       &length);
  OPENSSL_cleanse(key.data(), key.size());
  return Base64({reinterpret_cast<const char*>(out.data()), length});
}

std::optional<Url> Sign(std::string_view method,
                        const Url& url,
                        const Parameters& form,
                        const Consumer& consumer,
                        const Stamp& stamp) {
  Parameters query = ParseForm(url.query);
  NumberArrays(query);
  query.emplace_back("oauth_consumer_key", consumer.key);
  query.emplace_back("oauth_nonce", stamp.nonce);
  query.emplace_back("oauth_signature_method", consumer.method);
  query.emplace_back("oauth_timestamp", std::to_string(stamp.seconds));
  Parameters all = query;
  all.insert(all.end(), form.begin(), form.end());
  const auto signature = Signature(consumer.method, BaseString(method, url, all), consumer.secret);
  if (!signature) {
    return std::nullopt;
  }
  query.emplace_back("oauth_signature", *signature);
  Url out = url;
  out.query = FormText(query);
  return out;
}

}  // namespace storebridge::egress::oauth1
