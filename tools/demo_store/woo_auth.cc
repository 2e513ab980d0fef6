#include "woo_auth.h"

#include <algorithm>

namespace storebridge::demo_store {

const ApiKey* WooAuth::Find(const std::string& consumer_key) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const ApiKey& key) {
    return key.consumer_key == consumer_key;
  });
  return found == keys_.end() ? nullptr : &*found;
}

std::optional<WooAuth::Verdict> WooAuth::CheckBasic(const Request& request) const {
  std::string key;
  std::string secret;
  const std::string* query_key = request.query.Find("consumer_key");
  const std::string* query_secret = request.query.Find("consumer_secret");
  if (query_key != nullptr && query_secret != nullptr) {
    key = *query_key;
    secret = *query_secret;
  } else if (request.authorization.starts_with("Basic ")) {
    const std::string pair = Base64Decode(request.authorization.substr(6)).value_or("");
    const std::size_t colon = std::min(pair.find(':'), pair.size());
    key = pair.substr(0, colon);
    secret = colon < pair.size() ? pair.substr(colon + 1) : "";
  }
  const ApiKey* found = Find(key);
  if (key.empty() || secret.empty() || found == nullptr) {
    return std::nullopt;
  }
  if (!SameSecret(found->consumer_secret, secret)) {
    return Verdict{KeyPermissions::kNone, "Consumer secret is invalid."};
  }
  return Verdict{found->permissions, ""};
}

WooAuth::Verdict WooAuth::Check(const Request& request, Seconds now) {
  if (request.secure) {
    if (const auto basic = CheckBasic(request)) {
      return *basic;
    }
  }
  std::string claimed;
  if (const std::string* query_key = request.query.Find("oauth_consumer_key")) {
    claimed = *query_key;
  }
  for (const ApiKey& key : keys_) {
    if (key.consumer_key == claimed ||
        request.authorization.find(UrlEncode(key.consumer_key)) != std::string::npos) {
      const auto verdict = oauth_.Check(request, key.consumer_key, key.consumer_secret, now);
      if (verdict.outcome == OAuth1::Outcome::kGood) {
        return {key.permissions, ""};
      }
      return {KeyPermissions::kNone, verdict.message};
    }
  }
  const auto verdict = oauth_.Check(request, "", "", now);
  return {KeyPermissions::kNone, verdict.message};
}

}  // namespace storebridge::demo_store
