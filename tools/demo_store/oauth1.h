#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dates.h"
#include "http_types.h"

namespace storebridge::demo_store {

/// Returns the signature base string of a request: method, URL and the sorted parameters
/// without oauth_signature.
std::string OAuthBaseString(std::string_view method,
                            std::string_view url,
                            std::vector<std::pair<std::string, std::string>> parameters);

/// Signs a base string with `secret&`. `method` is HMAC-SHA1 or HMAC-SHA256; nothing for others.
std::optional<std::string> OAuthSignature(std::string_view method,
                                          std::string_view base,
                                          std::string_view secret);

/// Checks OAuth 1.0a one-legged requests, and remembers nonces for the length of the window.
class OAuth1 {
 public:
  static constexpr Seconds kWindow = 15 * 60;

  enum class Outcome { kAbsent, kGood, kBad };
  struct Verdict {
    Outcome outcome = Outcome::kAbsent;
    std::string message;  ///< For kBad: the platform's words.
  };

  /// Looks for oauth_ parameters in the query and the Authorization header and checks them.
  Verdict Check(const Request& request,
                const std::string& key,
                const std::string& secret,
                Seconds now);

 private:
  bool UseNonce(const std::string& nonce, Seconds timestamp, Seconds now);

  std::unordered_map<std::string, Seconds> nonces_;
  Seconds last_sweep_ = 0;
};

}  // namespace storebridge::demo_store
