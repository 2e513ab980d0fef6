#include "adapters/plugin_host/manifest_access.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "adapters/plugin_host/placeholders.h"
#include "adapters/plugin_host/url_prefix.h"
#include "domain/operation.h"

namespace storebridge::plugin_host {
namespace {

namespace cv1 = connector::v1;

constexpr int kSecretsMax = 16;
constexpr int kSchemesMax = 16;
constexpr int kEgressMax = 32;
constexpr int kTopicsMax = 16;
constexpr std::size_t kNameBytesMax = 63;
constexpr std::uint32_t kBurstMax = 1'000;
constexpr double kPerSecondMax = 1'000;
constexpr std::uint32_t kConcurrentMax = 64;

using SecretNames = std::set<std::string, std::less<>>;

Error BadAccess(std::string what) {
  return Error{
      .code = Code::kInvalidArgument, .reason = "MANIFEST_ACCESS", .message = std::move(what)};
}

bool IsName(std::string_view name) {
  const auto is_name_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

bool IsHeaderName(std::string_view name) {
  const auto is_token_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), is_token_character);
}

// Adds its name to those of before.
Status CheckSecret(const cv1::Secret& secret, const SettingSchema& settings, SecretNames& names) {
  if (!IsName(secret.name())) {
    return BadAccess(fmt::format(
        "secret '{}': a name has 1 to {} of a-z, 0-9, '_' and '-'", secret.name(), kNameBytesMax));
  }
  if (!names.insert(secret.name()).second) {
    return BadAccess(fmt::format("secret '{}' is declared twice", secret.name()));
  }
  if (settings.Find(secret.name()) != nullptr) {
    return BadAccess(fmt::format(
        "secret '{}' is also a setting; credentials do not belong in config_schema_json",
        secret.name()));
  }
  return Ok();
}

Result<SecretNames> CheckSecrets(const cv1::Manifest& manifest, const SettingSchema& settings) {
  if (manifest.secrets_size() > kSecretsMax) {
    return BadAccess(fmt::format("there are more than {} secrets", kSecretsMax));
  }
  SecretNames names;
  for (const cv1::Secret& secret : manifest.secrets()) {
    SB_CHECK(CheckSecret(secret, settings, names));
  }
  return names;
}

Status CheckTopic(const cv1::Manifest& manifest, const cv1::WebhookTopic& topic) {
  if (topic.prefix().empty() || topic.prefix().size() > kNameBytesMax) {
    return BadAccess(
        fmt::format("webhook: the prefix of a topic has 1 to {} bytes", kNameBytesMax));
  }
  const std::string& operation = topic.operation();
  if ((operation != "products.pull" && operation != "orders.pull") ||
      !domain::HasOperation(manifest, operation)) {
    return BadAccess(
        fmt::format("webhook: topic '{}' runs '{}'; products.pull or orders.pull is "
                    "needed, and has to be one of its operations",
                    topic.prefix(),
                    operation));
  }
  return Ok();
}

// `names` are those of the other secrets: what signs is never sent anywhere.
Status CheckWebhook(const cv1::Manifest& manifest,
                    const SettingSchema& settings,
                    SecretNames names) {
  const cv1::Webhook& webhook = manifest.webhook();
  SB_CHECK(CheckSecret(webhook.secret(), settings, names));
  for (const std::string& header : {webhook.signature_header(), webhook.topic_header()}) {
    if (!IsHeaderName(header)) {
      return BadAccess(fmt::format(
          "webhook: signature_header and topic_header have to be names of headers, not '{}'",
          header));
    }
  }
  if (webhook.signature() == cv1::Webhook::SIGNATURE_UNSPECIFIED ||
      !cv1::Webhook::Signature_IsValid(webhook.signature())) {
    return BadAccess("webhook: say how the signature is made (signature)");
  }
  if (webhook.topics().empty() || webhook.topics_size() > kTopicsMax) {
    return BadAccess(fmt::format("webhook: 1 to {} topics are needed", kTopicsMax));
  }
  for (const cv1::WebhookTopic& topic : webhook.topics()) {
    SB_CHECK(CheckTopic(manifest, topic));
  }
  if (webhook.ping_prefix().size() > kNameBytesMax) {
    return BadAccess(fmt::format("webhook: ping_prefix is longer than {} bytes", kNameBytesMax));
  }
  return Ok();
}

Status CheckDeclared(const SecretNames& secrets,
                     const std::string& scheme,
                     const std::string& name) {
  if (secrets.count(name) == 0) {
    return BadAccess(fmt::format(
        "auth '{}' uses the secret '{}', which is not declared; add it to secrets", scheme, name));
  }
  return Ok();
}

Status CheckHeaderAuth(const SecretNames& secrets,
                       const std::string& id,
                       const cv1::HeaderAuth& auth) {
  if (!IsHeaderName(auth.name())) {
    return BadAccess(fmt::format("auth '{}' has no valid header name", id));
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(auth.value().begin(), auth.value().end(), is_control)) {
    return BadAccess(fmt::format("auth '{}' has a control character in its header value", id));
  }
  SB_TRY(const std::vector<TemplatePiece> pieces, SplitTemplate(auth.value(), "secret"));
  bool has_secret = false;
  for (const TemplatePiece& piece : pieces) {
    if (piece.is_placeholder) {
      SB_CHECK(CheckDeclared(secrets, id, piece.text));
      has_secret = true;
    }
  }
  if (!has_secret) {
    return BadAccess(fmt::format("auth '{}' has a header without {{secret.<name>}} in it", id));
  }
  return Ok();
}

Status CheckScheme(const SecretNames& secrets, const cv1::AuthScheme& scheme) {
  switch (scheme.kind_case()) {
    case cv1::AuthScheme::kBasic:
      SB_CHECK(CheckDeclared(secrets, scheme.id(), scheme.basic().user_secret()));
      return CheckDeclared(secrets, scheme.id(), scheme.basic().password_secret());
    case cv1::AuthScheme::kHeader:
      return CheckHeaderAuth(secrets, scheme.id(), scheme.header());
    case cv1::AuthScheme::kOauth1: {
      const std::string& method = scheme.oauth1().signature_method();
      if (method != "HMAC-SHA256" && method != "HMAC-SHA1") {
        return BadAccess(
            fmt::format("auth '{}' has the signature_method '{}'; HMAC-SHA256 and "
                        "HMAC-SHA1 are known",
                        scheme.id(),
                        method));
      }
      SB_CHECK(CheckDeclared(secrets, scheme.id(), scheme.oauth1().consumer_key_secret()));
      return CheckDeclared(secrets, scheme.id(), scheme.oauth1().consumer_secret_secret());
    }
    case cv1::AuthScheme::KIND_NOT_SET:
      break;
  }
  return BadAccess(fmt::format(
      "auth '{}' is of no kind that this host knows; basic, header and oauth1 are", scheme.id()));
}

Status CheckSchemes(const cv1::Manifest& manifest, const SecretNames& secrets) {
  if (manifest.auth_size() > kSchemesMax) {
    return BadAccess(fmt::format("there are more than {} auth schemes", kSchemesMax));
  }
  SecretNames ids;
  for (const cv1::AuthScheme& scheme : manifest.auth()) {
    if (!IsName(scheme.id()) || !ids.insert(scheme.id()).second) {
      return BadAccess(
          fmt::format("auth '{}': an id has 1 to {} of a-z, 0-9, '_' and '-', and is "
                      "there once",
                      scheme.id(),
                      kNameBytesMax));
    }
    SB_CHECK(CheckScheme(secrets, scheme));
  }
  return Ok();
}

// The pattern with likely settings filled in, to be checked as an address.
std::string Sample(const std::vector<TemplatePiece>& pieces) {
  std::string url;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool is_address = i == 0 && pieces[i].is_placeholder;
    url += is_address ? "https://store.example" : pieces[i].is_placeholder ? "x" : pieces[i].text;
  }
  return url;
}

Status CheckPattern(const std::string& pattern, const SettingSchema& settings) {
  if (pattern.find('*') != std::string::npos) {
    return BadAccess(
        fmt::format("egress '{}' has a wildcard; name the address with a setting, such as "
                    "{{config.base_url}}/api/",
                    pattern));
  }
  SB_TRY(const std::vector<TemplatePiece> pieces, SplitTemplate(pattern, "config"));
  for (const TemplatePiece& piece : pieces) {
    const SettingSchema* setting = piece.is_placeholder ? settings.Find(piece.text) : nullptr;
    if (piece.is_placeholder && (setting == nullptr || setting->type != SettingType::kText)) {
      return BadAccess(fmt::format(
          "egress '{}' uses the setting '{}', which config_schema_json does not have as a text",
          pattern,
          piece.text));
    }
  }
  // Anything else right behind an address could turn its host into another one: https://a +
  // .evil.example.
  const bool is_glued = pieces.size() > 1 && pieces[0].is_placeholder &&
                        (pieces[1].is_placeholder || pieces[1].text.front() != '/');
  const auto url = NormaliseUrlPrefix(Sample(pieces));
  if (!url || is_glued) {
    return BadAccess(
        fmt::format("egress '{}' is no address: it begins with https://<host>/ or with a setting "
                    "followed by a path, such as {{config.base_url}}/api/{}",
                    pattern,
                    url ? "" : fmt::format(" ({})", url.error().message)));
  }
  return Ok();
}

Status CheckEgress(const cv1::Manifest& manifest, const SettingSchema& settings) {
  if (manifest.egress_size() == 0) {
    return BadAccess("egress is empty, so no request could be made; name where requests go");
  }
  if (manifest.egress_size() > kEgressMax) {
    return BadAccess(fmt::format("egress has more than {} patterns", kEgressMax));
  }
  for (const std::string& pattern : manifest.egress()) {
    SB_CHECK(CheckPattern(pattern, settings));
  }
  return Ok();
}

Status CheckRateLimit(const cv1::RateLimit& limit) {
  const double per_second = limit.per_second();
  if (!std::isfinite(per_second) || per_second < 0 || per_second > kPerSecondMax) {
    return BadAccess(fmt::format(
        "rate_limit.per_second is {}; 0 (for 5) to {} is allowed", per_second, kPerSecondMax));
  }
  if (limit.burst() > kBurstMax) {
    return BadAccess(
        fmt::format("rate_limit.burst is {}; at most {} is allowed", limit.burst(), kBurstMax));
  }
  if (limit.max_concurrent() > kConcurrentMax) {
    return BadAccess(fmt::format("rate_limit.max_concurrent is {}; at most {} is allowed",
                                 limit.max_concurrent(),
                                 kConcurrentMax));
  }
  return Ok();
}

}  // namespace

Status CheckAccess(const cv1::Manifest& manifest, const SettingSchema& settings) {
  SB_TRY(const SecretNames secrets, CheckSecrets(manifest, settings));
  SB_CHECK(CheckSchemes(manifest, secrets));
  SB_CHECK(CheckEgress(manifest, settings));
  if (manifest.has_webhook()) {
    SB_CHECK(CheckWebhook(manifest, settings, secrets));
  }
  return CheckRateLimit(manifest.rate_limit());
}

}  // namespace storebridge::plugin_host
