#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::plugin_host {

constexpr std::size_t kManifestBytesMax = std::size_t{256} * 1024;
// Newest minor of connector.proto that this host speaks.
constexpr std::uint32_t kHostProtoMinor = 0;

// What a host offers to connectors.
struct HostAbility {
  std::uint32_t proto_minor = kHostProtoMinor;
  // Names as in Begin.host_features and Manifest.required_features.
  std::vector<std::string> features = {"compare"};
};

// Reads the manifest of the connector whose file is called `id` and checks that this host can work
// with it. Pure: no library is needed. The error's message says what is wrong and what to do about
// it, for whoever installs or writes the connector.
Result<connector::v1::Manifest> CheckManifest(std::string_view bytes,
                                              std::string_view id,
                                              const HostAbility& host);

// The same of a library that was loaded, which says in its table which minor it was built for.
Result<connector::v1::Manifest> CheckLoaded(std::uint32_t proto_minor,
                                            std::string_view manifest,
                                            std::string_view id,
                                            const HostAbility& host);

}  // namespace storebridge::plugin_host
