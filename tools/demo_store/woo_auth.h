#pragma once

#include <optional>
#include <string>

#include "http_types.h"
#include "oauth1.h"

namespace storebridge::demo_store {

enum class KeyPermissions { kNone, kRead, kWrite, kReadWrite };

/// One REST key of the shop.
struct ApiKey {
  std::string consumer_key;
  std::string consumer_secret;
  KeyPermissions permissions = KeyPermissions::kReadWrite;
};

/// Finds out whose key a request carries, in the platform's order: Basic or query keys when the
/// connection counts as secure, then OAuth 1.0a.
class WooAuth {
 public:
  struct Verdict {
    KeyPermissions permissions = KeyPermissions::kNone;
    std::string error;  ///< Not empty: refuse with woocommerce_rest_authentication_error.
  };

  explicit WooAuth(std::vector<ApiKey> keys) : keys_(std::move(keys)) {}

  Verdict Check(const Request& request, Seconds now);

 private:
  const ApiKey* Find(const std::string& consumer_key) const;
  /// Nothing when the request has no usable Basic or query key.
  std::optional<Verdict> CheckBasic(const Request& request) const;

  std::vector<ApiKey> keys_;
  OAuth1 oauth_;
};

}  // namespace storebridge::demo_store
