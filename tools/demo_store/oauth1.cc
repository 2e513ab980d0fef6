#include "oauth1.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "text.h"

namespace storebridge::demo_store {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::array kNames{"oauth_consumer_key",
                            "oauth_timestamp",
                            "oauth_nonce",
                            "oauth_signature",
                            "oauth_signature_method"};

std::string TrimQuotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

void AddHeaderParameters(std::string_view header, Pairs& out) {
  if (!header.starts_with("OAuth ")) {
    return;
  }
  for (const std::string& part : Split(header.substr(6), ',')) {
    const std::size_t start = part.find("oauth_");
    const std::size_t equals = part.find('=');
    if (start != std::string::npos && equals != std::string::npos && start < equals) {
      out.emplace_back(part.substr(start, equals - start),
                       UrlDecode(TrimQuotes(std::string_view(part).substr(equals + 1)), true));
    }
  }
}

/// PHP turns `include[]=1&include[]=2` into numbered elements before the platform signs them.
void NumberArrayKeys(Pairs& parameters) {
  std::unordered_map<std::string, int> counts;
  for (auto& [key, value] : parameters) {
    if (key.ends_with("[]")) {
      const std::string name = key.substr(0, key.size() - 2);
      key = name + "[" + std::to_string(counts[name]++) + "]";
    }
  }
}

std::string ValueOf(const Pairs& parameters, std::string_view name) {
  const auto found = std::find_if(parameters.rbegin(), parameters.rend(), [name](const auto& pair) {
    return pair.first == name;
  });
  return found == parameters.rend() ? std::string() : found->second;
}

OAuth1::Verdict Bad(std::string message) {
  return {OAuth1::Outcome::kBad, std::move(message)};
}

std::string JoinNames(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

}  // namespace

std::string OAuthBaseString(std::string_view method, std::string_view url, Pairs parameters) {
  std::erase_if(parameters, [](const auto& pair) { return pair.first == "oauth_signature"; });
  for (auto& [key, value] : parameters) {
    key = UrlEncode(key);
    value = UrlEncode(value);
  }
  std::sort(parameters.begin(), parameters.end());
  std::string joined;
  for (const auto& [key, value] : parameters) {
    joined += (joined.empty() ? "" : "&") + key + "=" + value;
  }
  return std::string(method) + "&" + UrlEncode(url) + "&" + UrlEncode(joined);
}

std::optional<std::string> OAuthSignature(std::string_view method,
                                          std::string_view base,
                                          std::string_view secret) {
  const EVP_MD* digest = method == "HMAC-SHA1"     ? EVP_sha1()
                         : method == "HMAC-SHA256" ? EVP_sha256()
                                                   : nullptr;
  if (digest == nullptr) {
    return std::nullopt;
  }
  const std::string key = std::string(secret) + "&";
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  HMAC(digest,
       key.data(),
       static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(base.data()),
       base.size(),
       out.data(),
       &length);
  return Base64({reinterpret_cast<const char*>(out.data()), length});
}

OAuth1::Verdict OAuth1::Check(const Request& request,
                              const std::string& key,
                              const std::string& secret,
                              Seconds now) {
  // From the target itself: the parsed query may have been changed on purpose by now.
  const std::size_t mark = std::min(request.target.find('?'), request.target.size() - 1);
  Pairs parameters = Params::Parse(std::string_view(request.target).substr(mark + 1)).all();
  AddHeaderParameters(request.authorization, parameters);
  std::vector<std::string> missing;
  for (const char* name : kNames) {
    if (ValueOf(parameters, name).empty()) {
      missing.emplace_back(name);
    }
  }
  if (missing.size() == kNames.size()) {
    return {};
  }
  if (!missing.empty()) {
    return Bad("Missing OAuth parameter" + std::string(missing.size() > 1 ? "s " : " ") +
               JoinNames(missing));
  }
  if (ValueOf(parameters, "oauth_consumer_key") != key) {
    return Bad("Consumer key is invalid.");
  }
  NumberArrayKeys(parameters);
  const std::string path = request.target.substr(0, request.target.find('?'));
  const std::string url = (request.secure ? "https://" : "http://") + request.host + path;
  const std::string base = OAuthBaseString(request.method, url, parameters);
  const auto expected = OAuthSignature(ValueOf(parameters, "oauth_signature_method"), base, secret);
  if (!expected) {
    return Bad("Invalid signature - signature method is invalid.");
  }
  std::string given = ValueOf(parameters, "oauth_signature");
  std::replace(given.begin(), given.end(), ' ', '+');
  if (!SameSecret(*expected, given)) {
    return Bad("Invalid signature - provided signature does not match.");
  }
  const Seconds timestamp = ParseInt(ValueOf(parameters, "oauth_timestamp")).value_or(0);
  if (timestamp < now - kWindow || timestamp > now + kWindow) {
    return Bad("Invalid timestamp.");
  }
  if (!UseNonce(ValueOf(parameters, "oauth_nonce"), timestamp, now)) {
    return Bad("Invalid nonce - nonce has already been used.");
  }
  return {Outcome::kGood, {}};
}

bool OAuth1::UseNonce(const std::string& nonce, Seconds timestamp, Seconds now) {
  if (now > last_sweep_ + kWindow) {
    last_sweep_ = now;
    std::erase_if(nonces_, [now](const auto& entry) { return entry.second < now - kWindow; });
  }
  return nonces_.emplace(nonce, timestamp).second;
}

}  // namespace storebridge::demo_store
