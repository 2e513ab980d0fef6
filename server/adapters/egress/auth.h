#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/egress/http_transport.h"
#include "adapters/egress/url.h"
#include "ports/clock.h"
#include "ports/egress.h"
#include "ports/random.h"
#include "ports/vault.h"

namespace storebridge::egress {

// What a request becomes by signing.
struct Signed {
  Url url;
  std::vector<WireHeader> headers;
  // Credentials in every form in which the request carries them, so that no error shows them.
  std::vector<std::string> hidden;
};

// Adds credentials to requests. Every attempt is signed anew: nonces may be used once.
class Signer {
 public:
  Signer(ports::SecretSource& secrets, ports::Clock& clock, ports::Random& random)
      : secrets_(secrets), clock_(clock), random_(random) {}

  // Fills `out`, or says why not: CODE_CONFIG names the missing or unusable credential,
  // CODE_CONNECTOR_BUG a scheme that the connector's manifest does not have or that cannot work.
  std::optional<connector::v1::Failure> Sign(const ports::EgressProfile& profile,
                                             const connector::v1::HttpRequest& request,
                                             const Url& url,
                                             Signed& out);

 private:
  ports::SecretSource& secrets_;
  ports::Clock& clock_;
  ports::Random& random_;
};

}  // namespace storebridge::egress
