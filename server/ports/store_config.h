#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::ports {

// Judges a store's settings by what its connector declares. Pure. Safe from any thread.
class StoreConfigChecker {
 public:
  virtual ~StoreConfigChecker() = default;

  // Whether `config_json` fits the connector's schema, and leads to addresses that it may reach.
  // Empty text counts as `{}`. kInvalidArgument names each setting that is wrong, what was given
  // and what is allowed.
  [[nodiscard]] virtual Status CheckConfig(const connector::v1::Manifest& manifest,
                                           std::string_view config_json) const = 0;

  // Where this store's requests may go: Manifest.egress with the settings filled in, as normalised
  // URL prefixes for EgressProfile. kInvalidArgument names the setting that does not make an
  // address.
  [[nodiscard]] virtual Result<std::vector<std::string>> AllowedPrefixes(
      const connector::v1::Manifest& manifest, std::string_view config_json) const = 0;
};

}  // namespace storebridge::ports
