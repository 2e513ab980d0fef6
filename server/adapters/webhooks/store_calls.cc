#include "adapters/webhooks/store_calls.h"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "adapters/webhooks/signature.h"

namespace storebridge::webhooks {
namespace {

namespace cv1 = connector::v1;

using ports::HttpCall;
using ports::HttpReply;
using ports::WebhookOutcome;

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

bool IsPing(const cv1::Webhook& webhook, const HttpCall& call) {
  return !webhook.ping_prefix().empty() && call.body.size() <= kPingBytesMax &&
         call.body.starts_with(webhook.ping_prefix()) &&
         HeaderOf(call, webhook.signature_header()).empty();
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
          .body = "Stores call POST /webhooks/merchants/{merchant}/stores/{store} here.\n"};
}

HttpReply NotBelieved() {
  return {.status = 401,
          .body = "No store of this name signs so. GetStore says why a call was refused.\n"};
}

HttpReply NotNow() {
  return {.status = 503, .body = "The server cannot tell now whether this is a store's call.\n"};
}

HttpReply PingHeard() {
  return {.body = "Here.\n"};
}

// What is known of the store that is called for.
struct Callee {
  std::string connector;
  // Null where the connector cannot be used.
  std::shared_ptr<const cv1::Manifest> manifest;
};

// None where there is no such store, or its connector knows no calls.
Result<std::optional<Callee>> Find(const StoreCalls::Ports& ports, const domain::StoreKey& key) {
  Callee callee;
  const Status read = ports.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const v1::Store store, tx.stores().Get(key));
    SB_TRY(callee.connector, domain::ParseConnectorName(store.connector()));
    return Ok();
  });
  if (!read) {
    return read.error().code == Code::kNotFound
               ? Result<std::optional<Callee>>(std::optional<Callee>())
               : read.error();
  }
  const Result<ports::ConnectorInfo> info = ports.connectors.Find(callee.connector);
  callee.manifest = info ? info->manifest : nullptr;
  if (callee.manifest && !callee.manifest->has_webhook()) {
    return std::optional<Callee>();
  }
  return std::optional(std::move(callee));
}

// A ping is answered whether the store is there or not, or it would tell.
bool IsAnyPing(const StoreCalls::Ports& ports, const HttpCall& call) {
  if (call.body.size() > kPingBytesMax) {
    return false;
  }
  const std::vector<ports::ConnectorInfo> all = ports.connectors.List();
  return std::any_of(all.begin(), all.end(), [&](const ports::ConnectorInfo& info) {
    return info.manifest && IsPing(info.manifest->webhook(), call);
  });
}

// Why a call that carries a signature is refused; empty when it is believed.
std::string Doubt(ports::SecretSource& source,
                  const domain::StoreKey& store,
                  const cv1::Webhook& webhook,
                  const HttpCall& call) {
  const std::string& name = webhook.secret().name();
  const Result<std::shared_ptr<const ports::SecretMap>> secrets = source.ForStore(store);
  if (!secrets) {
    return fmt::format("the store's secrets cannot be read: {}", secrets.error().message);
  }
  const auto secret = (*secrets)->find(name);
  if (secret == (*secrets)->end()) {
    return fmt::format(
        "the store has no secret '{}': give the one that its webhook signs with, by UpdateStore",
        name);
  }
  return IsSignedBy(secret->second,
                    webhook.signature(),
                    HeaderOf(call, webhook.signature_header()),
                    call.body)
             ? ""
             : fmt::format(
                   "the signature is not made with the secret '{}': give the same one in "
                   "the store's webhook and by UpdateStore",
                   name);
}

}  // namespace

// What waits to be heeded: at most one of each store and kind. Safe from any thread.
class StoreCalls::Waiting {
 public:
  using Kind = std::tuple<domain::StoreKey, std::optional<domain::Flow>, bool>;

  // False when it waits already.
  bool Add(const Kind& kind) {
    const std::lock_guard lock(mutex_);
    return kinds_.insert(kind).second;
  }

  void Remove(const Kind& kind) {
    const std::lock_guard lock(mutex_);
    kinds_.erase(kind);
  }

 private:
  std::mutex mutex_;
  std::set<Kind> kinds_;  // Guarded by mutex_.
};

StoreCalls::StoreCalls(Ports ports, OnHeard on_heard)
    : ports_(ports), on_heard_(std::move(on_heard)), waiting_(std::make_shared<Waiting>()) {}

StoreCalls::~StoreCalls() = default;

void StoreCalls::PassOn(Heard heard) {
  Waiting::Kind kind{heard.store, heard.news, heard.refusal.empty()};
  if (waiting_->Add(kind)) {
    on_heard_(std::move(heard),
              [waiting = waiting_, kind = std::move(kind)] { waiting->Remove(kind); });
  }
}

HttpReply StoreCalls::Answer(const HttpCall& call) {
  const std::string_view target = call.target;
  const Result<domain::StoreKey> store =
      domain::ParseWebhookPath(target.substr(0, target.find('?')));
  if (!store) {
    return NotHere();
  }
  if (call.method != "POST") {
    return {.status = 405, .body = "Stores call by POST.\n", .allow = "POST"};
  }
  const Result<std::optional<Callee>> callee = Find(ports_, *store);
  if (!callee) {
    return NotNow();
  }
  if (!*callee) {
    return IsAnyPing(ports_, call) ? PingHeard() : NotBelieved();
  }
  const auto count = [&](WebhookOutcome outcome) {
    ports_.meter.WebhookCame({.connector = (*callee)->connector, .outcome = outcome});
  };
  if (!(*callee)->manifest) {
    count(WebhookOutcome::kRefused);
    PassOn({.store = *store, .refusal = "its connector cannot be used: see GetConnector"});
    return NotNow();
  }
  const cv1::Webhook& webhook = (*callee)->manifest->webhook();
  if (IsPing(webhook, call)) {
    count(WebhookOutcome::kPing);
    return PingHeard();
  }
  if (HeaderOf(call, webhook.signature_header()).empty()) {
    // Of anybody: no store that was set up calls so.
    count(WebhookOutcome::kUnsigned);
    return NotBelieved();
  }
  if (std::string doubt = Doubt(ports_.secrets, *store, webhook, call); !doubt.empty()) {
    count(WebhookOutcome::kRefused);
    PassOn({.store = *store, .refusal = std::move(doubt)});
    return NotBelieved();
  }
  count(WebhookOutcome::kHeard);
  PassOn({.store = *store, .news = NewsOf(webhook, HeaderOf(call, webhook.topic_header()))});
  return {.body = "Heard.\n"};
}

}  // namespace storebridge::webhooks
