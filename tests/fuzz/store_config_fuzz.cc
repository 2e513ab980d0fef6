// The settings of a store against the schema of its connector. The input is the schema, a line
// `###`, and the settings.
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/plugin_host/config_template.h"
#include "adapters/plugin_host/config_value.h"
#include "claim.h"
#include "mutate.h"

namespace storebridge::fuzz {
namespace {

constexpr std::string_view kBetween = "\n###\n";
constexpr std::size_t kTextMax = 4'096;

struct Parts {
  std::string_view schema;
  std::string_view settings;
};

Parts PartsOf(std::string_view text) {
  const std::size_t at = text.find(kBetween);
  if (at == std::string_view::npos) {
    return {.schema = text, .settings = {}};
  }
  return {.schema = text.substr(0, at), .settings = text.substr(at + kBetween.size())};
}

connector::v1::Manifest ManifestWith(std::string_view schema) {
  connector::v1::Manifest manifest;
  manifest.set_id("fuzzed");
  manifest.set_config_schema_json(std::string(schema));
  manifest.add_secrets()->set_name("api_key");
  manifest.add_egress("{config.base_url}/api/");
  return manifest;
}

void Run(std::string_view text) {
  const Parts parts = PartsOf(text);
  if (!IsUtf8(parts.schema)) {
    return;  // A manifest's texts are UTF-8.
  }
  const connector::v1::Manifest manifest = ManifestWith(parts.schema);
  const Status fits = plugin_host::CheckStoreConfig(manifest, parts.settings);
  const auto prefixes = plugin_host::AllowedPrefixes(manifest, parts.settings);
  if (!fits) {
    ClaimTellable(fits.error());
  } else {
    Claim(prefixes.has_value(), "settings that fit lead to addresses");
    for (const std::string& prefix : *prefixes) {
      Claim(prefix.ends_with("/api/"), "requests go to the connector's own path", prefix);
    }
  }
  if (!prefixes) {
    ClaimTellable(prefixes.error());
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                               std::size_t size,
                                               std::size_t max_size,
                                               unsigned int seed) {
  const Parts parts = PartsOf({reinterpret_cast<const char*>(data), size});
  Chance chance(seed);
  const bool is_schema = chance.Below(2) == 0;
  const std::string mutated =
      MutateJson(is_schema ? parts.schema : parts.settings, kTextMax, chance);
  const std::string schema(is_schema ? std::string_view(mutated) : parts.schema);
  const std::string settings(is_schema ? parts.settings : std::string_view(mutated));
  return Store(schema + std::string(kBetween) + settings, data, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run({reinterpret_cast<const char*>(data), size});
  return 0;
}

}  // namespace storebridge::fuzz
