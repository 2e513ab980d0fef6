#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "ports/store_config.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::plugin_host {

constexpr std::size_t kStoreConfigBytesMax = std::size_t{64} * 1024;

// Whether `config_json` fits the connector's schema and leads to addresses. Empty text counts as
// `{}`. kInvalidArgument names up to 10 settings, what was given and what is allowed. The value of
// an unknown setting is not repeated: it may be secret.
Status CheckStoreConfig(const connector::v1::Manifest& manifest, std::string_view config_json);

// Manifest.egress with the settings (or their defaults) filled in, normalised. A setting at the
// beginning of a pattern is a whole address; elsewhere it is one word of letters, digits, '.', '-'
// and '_'.
Result<std::vector<std::string>> AllowedPrefixes(const connector::v1::Manifest& manifest,
                                                 std::string_view config_json);

// The functions above, behind the port.
class ManifestConfigChecker : public ports::StoreConfigChecker {
 public:
  [[nodiscard]] Status CheckConfig(const connector::v1::Manifest& manifest,
                                   std::string_view config_json) const override;
  [[nodiscard]] Result<std::vector<std::string>> AllowedPrefixes(
      const connector::v1::Manifest& manifest, std::string_view config_json) const override;
};

}  // namespace storebridge::plugin_host
