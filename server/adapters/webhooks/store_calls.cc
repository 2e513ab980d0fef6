#include "adapters/webhooks/store_calls.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "adapters/webhooks/signature.h"

namespace storebridge::webhooks {
namespace {

namespace cv1 = connector::v1;

using ports::HttpCall;
using ports::HttpReply;

constexpr std::string_view kPathBegin = "/webhooks/";
// A ping has a number in it and nothing else.
constexpr std::size_t kPingBytesMax = 200;

bool IsSameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// Empty when there is none, or several.
std::string_view HeaderOf(const HttpCall& call, std::string_view name) {
  std::string_view found;
  int count = 0;
  for (const auto& [header, value] : call.headers) {
    if (IsSameName(header, name)) {
      found = value;
      ++count;
    }
  }
  return count == 1 ? found : std::string_view();
}

std::optional<domain::StoreKey> StoreIn(std::string_view target) {
  target = target.substr(0, target.find('?'));
  if (!target.starts_with(kPathBegin)) {
    return std::nullopt;
  }
  Result<domain::StoreKey> store = domain::ParseStoreName(target.substr(kPathBegin.size()));
  return store ? std::optional(std::move(*store)) : std::nullopt;
}

std::optional<domain::Flow> NewsOf(const cv1::Webhook& webhook, std::string_view topic) {
  for (const cv1::WebhookTopic& known : webhook.topics()) {
    if (topic.starts_with(known.prefix())) {
      const auto flow =
          std::find_if(domain::kFlows.begin(), domain::kFlows.end(), [&](domain::Flow candidate) {
            return domain::OperationOf(candidate) == known.operation();
          });
      return flow == domain::kFlows.end() ? std::nullopt : std::optional(*flow);
    }
  }
  return std::nullopt;
}

HttpReply NotHere() {
  return {.status = 404,
          .body =
              "Stores call POST /webhooks/merchants/{merchant}/stores/{store} here. There is "
              "no such store, or its connector knows no webhooks.\n"};
}

// Null where the store is not there, or its connector knows no calls.
std::shared_ptr<const cv1::Manifest> ManifestOf(const StoreCalls::Ports& ports,
                                                const domain::StoreKey& key) {
  std::string connector;
  const Status read = ports.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const v1::Store store, tx.stores().Get(key));
    SB_TRY(connector, domain::ParseConnectorName(store.connector()));
    return Ok();
  });
  const Result<ports::ConnectorInfo> info =
      read ? ports.connectors.Find(connector) : Result<ports::ConnectorInfo>(read.error());
  return info && info->manifest && info->manifest->has_webhook() ? info->manifest : nullptr;
}

bool IsPing(const cv1::Webhook& webhook, const HttpCall& call) {
  return !webhook.ping_prefix().empty() && call.body.size() <= kPingBytesMax &&
         call.body.starts_with(webhook.ping_prefix()) &&
         HeaderOf(call, webhook.signature_header()).empty();
}

Error Unsigned(std::string why) {
  return Error{
      .code = Code::kFailedPrecondition, .reason = "WEBHOOK_SIGNATURE", .message = std::move(why)};
}

Status Verify(ports::SecretSource& source,
              const domain::StoreKey& store,
              const cv1::Webhook& webhook,
              const HttpCall& call) {
  const std::string& name = webhook.secret().name();
  const Result<std::shared_ptr<const ports::SecretMap>> secrets = source.ForStore(store);
  if (!secrets) {
    return Error{.code = Code::kUnavailable,
                 .reason = "WEBHOOK_SECRET",
                 .message = "the store's secrets cannot be read now; the server's log says why"};
  }
  const auto secret = (*secrets)->find(name);
  if (secret == (*secrets)->end()) {
    return Unsigned(fmt::format(
        "the store has no secret '{}': give the one that its webhook signs with, by UpdateStore",
        name));
  }
  const std::string_view signature = HeaderOf(call, webhook.signature_header());
  if (signature.empty()) {
    return Unsigned(fmt::format("the call has no signature ({})", webhook.signature_header()));
  }
  if (!IsSignedBy(secret->second, webhook.signature(), signature, call.body)) {
    return Unsigned(
        fmt::format("the signature is not made with the secret '{}': give the same one "
                    "in the store's webhook and by UpdateStore",
                    name));
  }
  return Ok();
}

}  // namespace

StoreCalls::StoreCalls(Ports ports, std::function<void(Heard)> on_heard)
    : ports_(ports), on_heard_(std::move(on_heard)) {}

HttpReply StoreCalls::Answer(const HttpCall& call) {
  const std::optional<domain::StoreKey> store = StoreIn(call.target);
  if (!store) {
    return NotHere();
  }
  if (call.method != "POST") {
    return {.status = 405, .body = "Stores call by POST.\n", .allow = "POST"};
  }
  const std::shared_ptr<const cv1::Manifest> manifest = ManifestOf(ports_, *store);
  if (!manifest) {
    return NotHere();
  }
  const auto count = [&](ports::WebhookOutcome outcome) {
    ports_.meter.WebhookCame({.connector = manifest->id(), .outcome = outcome});
  };
  const cv1::Webhook& webhook = manifest->webhook();
  if (IsPing(webhook, call)) {
    count(ports::WebhookOutcome::kPing);
    return {.body = "Here.\n"};
  }
  if (const Status verified = Verify(ports_.secrets, *store, webhook, call); !verified) {
    const Error& error = verified.error();
    count(ports::WebhookOutcome::kRefused);
    on_heard_({.store = *store, .refusal = error.message});
    return {.status = error.code == Code::kUnavailable ? 503 : 401, .body = error.message + "\n"};
  }
  count(ports::WebhookOutcome::kHeard);
  on_heard_({.store = *store, .news = NewsOf(webhook, HeaderOf(call, webhook.topic_header()))});
  return {.body = "Heard.\n"};
}

}  // namespace storebridge::webhooks
