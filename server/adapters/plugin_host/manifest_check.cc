#include "adapters/plugin_host/manifest_check.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "adapters/plugin_host/config_schema.h"
#include "adapters/plugin_host/library_text.h"
#include "adapters/plugin_host/manifest_access.h"
#include "core/ids.h"
#include "core/suggest.h"
#include "domain/operation.h"

namespace storebridge::plugin_host {
namespace {

namespace cv1 = connector::v1;

constexpr std::size_t kVersionBytesMax = 40;
constexpr std::size_t kLabelBytesMax = 200;
constexpr std::size_t kUrlBytesMax = 500;
constexpr std::size_t kSentenceBytesMax = 500;
constexpr std::int64_t kSettleMsMax = 24LL * 60 * 60 * 1'000;

const std::vector<std::string>& KnownOperations() {
  static const std::vector<std::string> names = {"auth.check",
                                                 "products.pull",
                                                 "orders.pull",
                                                 "stock.push",
                                                 "shipments.push",
                                                 "shipments.update"};
  return names;
}

Error BadManifest(std::string what) {
  return Error{.code = Code::kInvalidArgument, .reason = "MANIFEST", .message = std::move(what)};
}

std::string Short(std::string_view text) {
  return std::string(text.substr(0, 60));
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

Status CheckLine(std::string_view field, std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max || HasControl(text)) {
    return BadManifest(fmt::format("{} is not one line of at most {} bytes", field, bytes_max));
  }
  return Ok();
}

Status CheckLabel(const cv1::Secret& secret) {
  return CheckLine(
      fmt::format("label of secret '{}'", Short(secret.name())), secret.label(), kLabelBytesMax);
}

Status CheckIdentity(const cv1::Manifest& manifest, std::string_view id) {
  if (!CheckChosenIdFormat(manifest.id())) {
    return BadManifest(fmt::format(
        "the manifest's id is '{}'; 1 to 32 of a-z, 0-9 and '-' are needed", Short(manifest.id())));
  }
  if (manifest.id() != id) {
    // As the build names it.
    std::string name = manifest.id();
    std::replace(name.begin(), name.end(), '-', '_');
    return BadManifest(fmt::format(
        "the manifest is of connector '{}', but the file claims to be '{}'; name the file {}.so",
        manifest.id(),
        id,
        name));
  }
  if (manifest.version().empty()) {
    return BadManifest("the manifest has no version, such as 1.0.0");
  }
  SB_CHECK(CheckLine("version", manifest.version(), kVersionBytesMax));
  SB_CHECK(CheckLine("display_name", manifest.display_name(), kLabelBytesMax));
  SB_CHECK(CheckLine("docs_url", manifest.docs_url(), kUrlBytesMax));
  for (const cv1::Secret& secret : manifest.secrets()) {
    SB_CHECK(CheckLabel(secret));
  }
  return CheckLabel(manifest.webhook().secret());
}

Status CheckFeatures(const cv1::Manifest& manifest, const HostAbility& host) {
  for (const std::string& feature : manifest.required_features()) {
    if (std::find(host.features.begin(), host.features.end(), feature) == host.features.end()) {
      return BadManifest(fmt::format(
          "it needs the host feature '{}', which this server does not have; use a newer "
          "server or an older connector",
          Short(feature)));
    }
  }
  return Ok();
}

Status CheckOperation(const cv1::Operation& operation) {
  const auto& known = KnownOperations();
  const bool is_known = std::find(known.begin(), known.end(), operation.name()) != known.end();
  // What begins so is an experiment between a connector and somebody who knows it.
  const bool is_experiment = operation.name().rfind("x.", 0) == 0;
  if (!is_known && !is_experiment) {
    const std::string meant = Suggest(operation.name(), known);
    return BadManifest(fmt::format("there is no operation '{}'{}; there is {}",
                                   Short(operation.name()),
                                   meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant),
                                   fmt::join(known, ", ")));
  }
  if (operation.max_items() > domain::kPushItemsMax) {
    return BadManifest(fmt::format("{} has max_items {}; at most {} is allowed",
                                   operation.name(),
                                   operation.max_items(),
                                   domain::kPushItemsMax));
  }
  return CheckLine(fmt::format("limitation of {}", Short(operation.name())),
                   operation.limitation(),
                   kSentenceBytesMax);
}

Status CheckOperations(const cv1::Manifest& manifest) {
  std::set<std::string_view> names;
  for (const cv1::Operation& operation : manifest.operations()) {
    SB_CHECK(CheckOperation(operation));
    if (!names.insert(operation.name()).second) {
      return BadManifest(fmt::format("operation {} is there twice", operation.name()));
    }
  }
  if (names.count("auth.check") == 0) {
    return BadManifest("operation auth.check is missing; every connector needs it");
  }
  if (names.count("shipments.update") != 0 &&
      (names.count("shipments.push") == 0 || !manifest.partial_shipments())) {
    return BadManifest("shipments.update needs shipments.push and partial_shipments: true");
  }
  const int feed = static_cast<int>(manifest.order_feed());
  if (feed != cv1::ORDER_FEED_WATERMARK && feed != cv1::ORDER_FEED_OPEN_SET &&
      (feed != cv1::ORDER_FEED_UNSPECIFIED || names.count("orders.pull") != 0)) {
    return BadManifest("orders.pull needs order_feed: ORDER_FEED_WATERMARK or ORDER_FEED_OPEN_SET");
  }
  const int basis = static_cast<int>(manifest.stock_basis());
  if (basis != cv1::STOCK_BASIS_SALABLE && basis != cv1::STOCK_BASIS_PHYSICAL &&
      (basis != cv1::STOCK_BASIS_UNSPECIFIED || names.count("stock.push") != 0)) {
    return BadManifest("stock.push needs stock_basis: STOCK_BASIS_SALABLE or STOCK_BASIS_PHYSICAL");
  }
  if (manifest.settle_ms() < 0 || manifest.settle_ms() > kSettleMsMax) {
    return BadManifest(
        fmt::format("settle_ms is {}; 0 to {} is allowed", manifest.settle_ms(), kSettleMsMax));
  }
  return Ok();
}

// Refuses a minor that is newer than the host's.
Status CheckProtoMinor(std::uint32_t proto_minor, const HostAbility& host) {
  if (proto_minor > host.proto_minor) {
    return BadManifest(fmt::format(
        "it was built for minor {} of the connector contract, and this server speaks up to "
        "{}; use a newer server or an older connector",
        proto_minor,
        host.proto_minor));
  }
  return Ok();
}

}  // namespace

Result<cv1::Manifest> CheckManifest(std::string_view bytes,
                                    std::string_view id,
                                    const HostAbility& host) {
  if (bytes.empty()) {
    return BadManifest("the manifest is empty; rebuild the connector");
  }
  if (bytes.size() > kManifestBytesMax) {
    return BadManifest(LargeManifestText(bytes.size()));
  }
  cv1::Manifest manifest;
  if (!manifest.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return BadManifest(
        "the manifest is not a serialized storebridge.connector.v1.Manifest; rebuild the connector "
        "from its manifest.txtpb");
  }
  // First: the rest can only be judged by who knows all of it.
  SB_CHECK(CheckProtoMinor(manifest.proto_minor(), host));
  SB_CHECK(CheckIdentity(manifest, id));
  SB_CHECK(CheckFeatures(manifest, host));
  SB_CHECK(CheckOperations(manifest));
  auto settings = ParseConfigSchema(manifest.config_schema_json());
  if (!settings) {
    return BadManifest(fmt::format("config_schema_json: {}", settings.error().message));
  }
  SB_CHECK(CheckAccess(manifest, *settings));
  return manifest;
}

Result<cv1::Manifest> CheckLoaded(std::uint32_t proto_minor,
                                  std::string_view manifest,
                                  std::string_view id,
                                  const HostAbility& host) {
  SB_CHECK(CheckProtoMinor(proto_minor, host));
  return CheckManifest(manifest, id, host);
}

}  // namespace storebridge::plugin_host
