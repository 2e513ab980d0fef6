// What the plugin host makes of a manifest. The input is a serialized one, mutated field by field.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/plugin_host/config_template.h"
#include "adapters/plugin_host/manifest_check.h"
#include "claim.h"
#include "mutate.h"

namespace storebridge::fuzz {
namespace {

namespace cv1 = connector::v1;

constexpr std::size_t kFieldMax = 4'096;

void AddTexts(cv1::AuthScheme* scheme, std::vector<std::string*>* texts) {
  texts->push_back(scheme->mutable_id());
  if (scheme->has_basic()) {
    texts->push_back(scheme->mutable_basic()->mutable_user_secret());
    texts->push_back(scheme->mutable_basic()->mutable_password_secret());
  } else if (scheme->has_header()) {
    texts->push_back(scheme->mutable_header()->mutable_name());
    texts->push_back(scheme->mutable_header()->mutable_value());
  } else if (scheme->has_oauth1()) {
    texts->push_back(scheme->mutable_oauth1()->mutable_consumer_key_secret());
    texts->push_back(scheme->mutable_oauth1()->mutable_consumer_secret_secret());
    texts->push_back(scheme->mutable_oauth1()->mutable_signature_method());
  }
}

// Every text of a manifest but the schema.
std::vector<std::string*> TextsOf(cv1::Manifest* manifest) {
  std::vector<std::string*> texts = {manifest->mutable_id(),
                                     manifest->mutable_version(),
                                     manifest->mutable_display_name(),
                                     manifest->mutable_docs_url()};
  for (std::string& feature : *manifest->mutable_required_features()) {
    texts.push_back(&feature);
  }
  for (cv1::Operation& operation : *manifest->mutable_operations()) {
    texts.push_back(operation.mutable_name());
    texts.push_back(operation.mutable_limitation());
  }
  for (cv1::Secret& secret : *manifest->mutable_secrets()) {
    texts.push_back(secret.mutable_name());
    texts.push_back(secret.mutable_label());
  }
  for (cv1::AuthScheme& scheme : *manifest->mutable_auth()) {
    AddTexts(&scheme, &texts);
  }
  for (std::string& pattern : *manifest->mutable_egress()) {
    // Twice: where requests may go matters most.
    texts.push_back(&pattern);
    texts.push_back(&pattern);
  }
  return texts;
}

// Puts a piece that matters in addresses and placeholders into a text, mostly at its end, or
// changes its bytes.
void MutateText(std::string* text, Chance& chance) {
  constexpr std::array<std::string_view, 14> kPieces = {"%",
                                                        "%2",
                                                        "%2e",
                                                        "{",
                                                        "}",
                                                        "{config.base_url}",
                                                        "{config.",
                                                        "{secret.key}",
                                                        "/..",
                                                        "@",
                                                        "*",
                                                        "?",
                                                        "\n",
                                                        "\xC3\xA5"};
  const std::string_view piece = kPieces[chance.Below(kPieces.size())];
  switch (chance.Below(4)) {
    case 0:
      *text = MutateBytes(*text, text->size() + 64);
      return;
    case 1:
      text->insert(chance.Below(text->size() + 1), piece);
      return;
    default:
      text->append(piece);
  }
}

void MutateFields(cv1::Manifest* manifest, Chance& chance) {
  switch (chance.Below(8)) {
    case 0:
      manifest->set_config_schema_json(
          MutateJson(manifest->config_schema_json(), kFieldMax, chance));
      return;
    case 1:
      manifest->set_settle_ms(static_cast<std::int64_t>(chance.Next()));
      manifest->mutable_rate_limit()->set_per_second(static_cast<double>(chance.Next()));
      return;
    case 2:
      manifest->set_order_feed(static_cast<cv1::OrderFeed>(chance.Below(4)));
      manifest->set_stock_basis(static_cast<cv1::StockBasis>(chance.Below(4)));
      return;
    default: {
      const std::vector<std::string*> texts = TextsOf(manifest);
      MutateText(texts[chance.Below(texts.size())], chance);
    }
  }
}

void Run(std::string_view bytes) {
  cv1::Manifest manifest;
  const bool is_message = manifest.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  const plugin_host::HostAbility host;
  const auto checked = plugin_host::CheckManifest(bytes, is_message ? manifest.id() : "x", host);
  if (!checked) {
    return ClaimTellable(checked.error());
  }
  Claim(is_message, "what is taken is a manifest");
  Claim(!plugin_host::CheckManifest(bytes, manifest.id() + "x", host),
        "a manifest is of the connector that its file names");
  Claim(!checked->egress().empty(), "a connector says where its requests go");
  const auto prefixes =
      plugin_host::AllowedPrefixes(*checked, R"({"base_url":"https://store.example"})");
  if (!prefixes) {
    return ClaimTellable(prefixes.error());
  }
  for (const std::string& prefix : *prefixes) {
    Claim(prefix.starts_with("https://") || prefix.starts_with("http://"),
          "requests go to addresses of http",
          prefix);
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                               std::size_t size,
                                               std::size_t max_size,
                                               unsigned int seed) {
  Chance chance(seed);
  cv1::Manifest manifest;
  const bool is_message = manifest.ParseFromArray(data, static_cast<int>(size));
  if (!is_message || chance.Below(20) == 0) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    return Store(MutateBytes(bytes, max_size), data, max_size);
  }
  MutateFields(&manifest, chance);
  return Store(manifest.SerializeAsString(), data, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run({reinterpret_cast<const char*>(data), size});
  return 0;
}

}  // namespace storebridge::fuzz
