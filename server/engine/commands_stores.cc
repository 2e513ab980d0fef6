#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/ids.h"
#include "domain/merge.h"
#include "domain/order_state.h"
#include "domain/reason_rules.h"
#include "domain/stock_basis.h"
#include "domain/text_rules.h"
#include "domain/timestamp.h"
#include "engine/commands.h"
#include "engine/etag.h"
#include "engine/store_removal.h"
#include "engine/store_settings.h"
#include "engine/store_view.h"
#include "engine/transact.h"

namespace storebridge::engine {
namespace {

constexpr const char* kCreatedPaused = "it was created with start_paused";
constexpr std::size_t kSecretBytesMax = 4096;
constexpr std::size_t kConfigBytesMax = std::size_t{64} * 1024;

using SecretTexts = std::map<std::string, Secret, std::less<>>;

Error Invalid(std::string reason, std::string field, std::string message) {
  return Error{.code = Code::kInvalidArgument,
               .reason = std::move(reason),
               .message = std::move(message),
               .facts = {{"field", std::move(field)}}};
}

// An order that somebody still waits for would be gone with its merchant.
Status CheckNothingOpen(ports::Tx& tx, const std::string& merchant) {
  ports::OrderFilter filter{.merchant = merchant};
  for (const domain::OrderState state : domain::kOrderStates) {
    if (domain::FollowsStore(state) || state == domain::OrderState::kCollecting) {
      filter.states.push_back(domain::ToProto(state));
    }
  }
  SB_TRY(const std::vector<v1::Order> open, tx.orders().List(filter, {}, 1));
  if (open.empty()) {
    return Ok();
  }
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "MERCHANT_HAS_OPEN_ORDERS",
      .message = fmt::format("order {} of merchant '{}' is not shipped or cancelled, and "
                             "perhaps others: list them with ListOrders, and end them with "
                             "ShipOrder or CancelOrder; or give force, and they are gone",
                             open.front().order_number(),
                             merchant),
      .facts = {{"order", open.front().name()}}};
}

// Text that people wrote, in one line.
Status CheckText(const char* field, const std::string& text, std::size_t characters_max) {
  const std::string fault = domain::TextFault(text, characters_max);
  return fault.empty() ? Ok() : Invalid("FIELD_FORMAT", field, fmt::format("{} {}", field, fault));
}

Status CheckConfigSize(const std::string& config_json) {
  if (config_json.size() <= kConfigBytesMax) {
    return Ok();
  }
  return Invalid("TEXT_TOO_LONG",
                 "config_json",
                 fmt::format("config_json has {} bytes, {} are allowed: leave out what is no "
                             "setting of the connector",
                             config_json.size(),
                             kConfigBytesMax));
}

// What each product shows in the store has changed, perhaps: the next run looks at all of them,
// also when the server stops before that.
Status SendAllStock(ports::Tx& tx, const domain::StoreKey& store) {
  SB_TRY(ports::FlowState state, tx.stores().GetFlow(store, domain::Flow::kStock));
  state.full_ms = 0;
  return tx.stores().PutFlow(store, domain::Flow::kStock, state);
}

using Sealed = std::vector<ports::SealedSecret>;

// Which of a connector's secrets have to be given.
enum class SecretsNeeded { kAny, kAll, kAllAnew };

Status CheckSecret(const connector::v1::Secret& secret,
                   const SecretTexts& secrets,
                   SecretsNeeded needed) {
  const std::string field = "secrets." + secret.name();
  const auto given = secrets.find(secret.name());
  if (given == secrets.end()) {
    if (needed == SecretsNeeded::kAny) {
      return Ok();
    }
    return Invalid(
        "SECRET_MISSING",
        field,
        fmt::format("{}secret '{}' is missing: {}",
                    needed == SecretsNeeded::kAllAnew
                        ? "the store's address changes, so all secrets have to be given again: "
                        : "",
                    secret.name(),
                    secret.label()));
  }
  if (given->second.empty()) {
    return Invalid("SECRET_MISSING",
                   field,
                   fmt::format("secret '{}' is empty: {}", secret.name(), secret.label()));
  }
  if (given->second.Reveal().size() > kSecretBytesMax) {
    return Invalid(
        "TEXT_TOO_LONG",
        field,
        fmt::format("secret '{}' has {} bytes, {} are allowed: give it as the store shows it, "
                    "without anything around it",
                    secret.name(),
                    given->second.Reveal().size(),
                    kSecretBytesMax));
  }
  return Ok();
}

Status CheckSecrets(const connector::v1::Manifest& manifest,
                    const SecretTexts& secrets,
                    SecretsNeeded needed) {
  std::vector<std::string> known;
  for (const connector::v1::Secret& secret : manifest.secrets()) {
    known.push_back(secret.name());
    SB_CHECK(CheckSecret(secret, secrets, needed));
  }
  if (manifest.has_webhook()) {
    // It goes nowhere, and a store works without it.
    const connector::v1::Secret& secret = manifest.webhook().secret();
    known.push_back(secret.name());
    SB_CHECK(CheckSecret(secret, secrets, SecretsNeeded::kAny));
  }
  for (const auto& given : secrets) {
    const std::string& name = given.first;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return Invalid("SECRET_UNKNOWN",
                     "secrets." + name,
                     fmt::format("connector '{}' has no secret '{}'; it has: {}",
                                 manifest.id(),
                                 name,
                                 fmt::join(known, ", ")));
    }
  }
  return Ok();
}

// Whether one of them lets us in.
bool HasCredential(const Sealed& secrets, const connector::v1::Manifest& manifest) {
  return std::any_of(secrets.begin(), secrets.end(), [&](const ports::SealedSecret& secret) {
    return secret.name != manifest.webhook().secret().name();
  });
}

// Whether requests would go where they may not go now. Secrets are not sent to another place than
// the one that they were given for.
Result<bool> ReachesOthers(const ports::StoreConfigChecker& checker,
                           const connector::v1::Manifest& manifest,
                           const std::string& before,
                           const std::string& after) {
  if (before == after) {
    return false;
  }
  const Result<std::vector<std::string>> old = checker.AllowedPrefixes(manifest, before);
  SB_TRY(const std::vector<std::string> now, checker.AllowedPrefixes(manifest, after));
  return std::any_of(now.begin(), now.end(), [&](const std::string& prefix) {
    return !old || std::find(old->begin(), old->end(), prefix) == old->end();
  });
}

// An id stands for its orders for good: another store's order of the same number would be taken for
// one of them.
Status CheckUnused(const ports::Tx& tx, const domain::StoreKey& id) {
  SB_TRY(
      const std::vector<v1::Order> orders,
      tx.orders().List(
          {.merchant = id.merchant, .states = {}, .store = id.store, .order_number = {}}, {}, 1));
  if (orders.empty()) {
    return Ok();
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "STORE_ID_USED",
               .message = fmt::format("orders of an earlier store '{}' are kept; choose another id",
                                      domain::StoreName(id)),
               .facts = {{"store", domain::StoreName(id)}}};
}

// What there is to be known of a connector before a store may use it.
Result<std::shared_ptr<const connector::v1::Manifest>> ManifestOf(
    const ports::ConnectorHost& connectors, const v1::Store& store) {
  SB_TRY(const std::string id, domain::ParseConnectorName(store.connector()));
  SB_TRY(const ports::ConnectorInfo info, connectors.Find(id));
  if (!info.manifest) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "CONNECTOR_NOT_READY",
                 .message = fmt::format(
                     "connector '{}' cannot be used: {}", id, info.resource.state_reason()),
                 .facts = {{"connector", id}}};
  }
  return info.manifest;
}

// What was paid in the second of connecting counts: stores tell times in whole seconds.
google::protobuf::Timestamp DefaultOrdersFrom(const google::protobuf::Timestamp& create_time) {
  google::protobuf::Timestamp from;
  from.set_seconds(create_time.seconds());
  return from;
}

Result<Sealed> SealAll(ports::Vault& vault,
                       const domain::StoreKey& key,
                       const SecretTexts& secrets) {
  Sealed sealed;
  for (const auto& [name, secret] : secrets) {
    SB_TRY(std::string bytes, vault.Seal(key, name, secret));
    sealed.push_back({.name = name, .sealed = std::move(bytes)});
  }
  return sealed;
}

v1::Merchant Stamped(v1::Merchant merchant) {
  merchant.clear_etag();
  merchant.set_etag(EtagOfAll(merchant));
  return merchant;
}

template <typename T>
void Fail(ports::Storage& storage, const Error& error, const std::function<void(Result<T>)>& done) {
  // By way of the writer, so that `done` comes on the executor like every other answer.
  storage.Submit([error](ports::Tx&) -> Status { return error; },
                 [done](const Status& status) { done(status.error()); });
}

}  // namespace

void Commands::CreateMerchant(std::string merchant,
                              std::string display_name,
                              RequestKey key,
                              Done<v1::Merchant> done) {
  Transact<v1::Merchant>(
      ports_.storage,
      merchant,
      std::move(key),
      [merchant, display_name = std::move(display_name), now = ports_.clock.NowMs()](
          ports::Tx& tx) -> Result<v1::Merchant> {
        SB_CHECK(CheckChosenId("merchant", merchant));
        SB_CHECK(CheckText("display_name", display_name, domain::kDisplayNameMax));
        if (tx.merchants().Get(merchant)) {
          return Error{.code = Code::kAlreadyExists,
                       .reason = "MERCHANT_EXISTS",
                       .message = fmt::format("merchant '{}' exists already", merchant),
                       .facts = {{"merchant", merchant}}};
        }
        v1::Merchant record;
        record.set_name(domain::MerchantName(merchant));
        record.set_display_name(display_name.empty() ? merchant : display_name);
        *record.mutable_create_time() = domain::TimestampFromMs(now);
        record = Stamped(std::move(record));
        SB_CHECK(tx.merchants().Put(merchant, record));
        return record;
      },
      std::move(done));
}

void Commands::UpdateMerchant(std::string merchant,
                              std::string display_name,
                              std::string etag,
                              Done<v1::Merchant> done) {
  std::string owner = merchant;
  Transact<v1::Merchant>(
      ports_.storage,
      std::move(owner),
      {},
      [merchant = std::move(merchant),
       display_name = std::move(display_name),
       etag = std::move(etag)](ports::Tx& tx) -> Result<v1::Merchant> {
        SB_CHECK(CheckText("display_name", display_name, domain::kDisplayNameMax));
        SB_TRY(v1::Merchant record, tx.merchants().Get(merchant));
        SB_CHECK(CheckEtag(etag, record.etag(), record.name()));
        if (!display_name.empty() && display_name != record.display_name()) {
          record.set_display_name(display_name);
          record = Stamped(std::move(record));
          SB_CHECK(tx.merchants().Put(merchant, record));
        }
        return record;
      },
      std::move(done));
}

void Commands::DeleteMerchant(std::string merchant,
                              std::string etag,
                              bool force,
                              Done<storebridge::Done> done) {
  ports_.storage.Submit(
      [merchant = std::move(merchant), etag = std::move(etag), force](ports::Tx& tx) -> Status {
        SB_TRY(const v1::Merchant record, tx.merchants().Get(merchant));
        SB_CHECK(CheckEtag(etag, record.etag(), record.name()));
        SB_TRY(const std::vector<v1::Store> stores, tx.stores().List(merchant, {}, 1));
        if (!stores.empty()) {
          return Error{
              .code = Code::kFailedPrecondition,
              .reason = "MERCHANT_HAS_STORES",
              .message = fmt::format("merchant '{}' still has store '{}'; delete its stores first",
                                     merchant,
                                     stores.front().name()),
              .facts = {{"store", stores.front().name()}}};
        }
        if (!force) {
          SB_CHECK(CheckNothingOpen(tx, merchant));
        }
        return tx.merchants().Remove(merchant);
      },
      [done = std::move(done)](const Status& status) {
        if (status) {
          return done(storebridge::Done{});
        }
        done(status.error());
      });
}

void Commands::CreateStore(NewStore request, RequestKey key, Done<v1::Store> done) {
  const auto prepare = [&]() -> Result<Sealed> {
    SB_CHECK(CheckChosenId("store", request.key.store));
    SB_TRY(const std::shared_ptr<const connector::v1::Manifest> manifest,
           ManifestOf(ports_.connectors, request.store));
    SB_CHECK(CheckText("display_name", request.store.display_name(), domain::kDisplayNameMax));
    SB_CHECK(CheckConfigSize(request.store.config_json()));
    SB_CHECK(CheckSettings(request.store.settings(), ports_.clock.NowMs()));
    SB_CHECK(ports_.config_checker.CheckConfig(*manifest, request.store.config_json()));
    SB_CHECK(CheckSecrets(*manifest, request.secrets, SecretsNeeded::kAll));
    request.store.set_stock_basis(domain::StockBasisOf(manifest->stock_basis()));
    return SealAll(ports_.vault, request.key, request.secrets);
  };
  Result<Sealed> sealed = prepare();
  if (!sealed) {
    return Fail(ports_.storage, sealed.error(), done);
  }
  Transact<v1::Store>(
      ports_.storage,
      request.key.merchant,
      std::move(key),
      [id = request.key,
       store = std::move(request.store),
       sealed = std::move(*sealed),
       only_check = request.validate_only,
       is_paused = request.start_paused,
       now = ports_.clock.NowMs()](ports::Tx& tx) -> Result<v1::Store> {
        SB_CHECK(Status(tx.merchants().Get(id.merchant)
                            ? Ok()
                            : Status(tx.merchants().Get(id.merchant).error())));
        if (tx.stores().Get(id)) {
          return Error{.code = Code::kAlreadyExists,
                       .reason = "STORE_EXISTS",
                       .message = fmt::format("store '{}' exists already", domain::StoreName(id)),
                       .facts = {{"store", domain::StoreName(id)}}};
        }
        SB_CHECK(CheckUnused(tx, id));
        v1::Store record;
        record.set_name(domain::StoreName(id));
        record.set_display_name(store.display_name().empty() ? id.store : store.display_name());
        record.set_connector(store.connector());
        record.set_config_json(store.config_json());
        record.set_state(is_paused ? v1::Store::STATE_PAUSED : v1::Store::STATE_ACTIVE);
        record.set_state_reason(is_paused ? kCreatedPaused : "");
        record.set_stock_basis(store.stock_basis());
        *record.mutable_settings() = store.settings();
        *record.mutable_create_time() = domain::TimestampFromMs(now);
        if (!record.settings().has_orders_from()) {
          *record.mutable_settings()->mutable_orders_from() =
              DefaultOrdersFrom(record.create_time());
        }
        if (!only_check) {
          SB_CHECK(PutStore(tx, id, record, now));
          for (const ports::SealedSecret& secret : sealed) {
            SB_CHECK(tx.stores().PutSecret(id, secret));
          }
          tx.Reload(id);
        }
        return ShowStore(tx, id, record);
      },
      std::move(done));
}

void Commands::UpdateStore(StoreChange change, Done<v1::Store> done) {
  Result<Sealed> sealed = SealAll(ports_.vault, change.key, change.secrets);
  if (!sealed) {
    return Fail(ports_.storage, sealed.error(), done);
  }
  std::string merchant = change.key.merchant;
  Transact<v1::Store>(
      ports_.storage,
      std::move(merchant),
      {},
      [this, change = std::move(change), sealed = std::move(*sealed)](
          ports::Tx& tx) -> Result<v1::Store> {
        SB_TRY(v1::Store record, tx.stores().Get(change.key));
        SB_CHECK(CheckNotDeleting(record));
        SB_CHECK(CheckEtag(change.etag, record.etag(), record.name()));
        SB_TRY(const std::shared_ptr<const connector::v1::Manifest> manifest,
               ManifestOf(ports_.connectors, record));
        const std::string before = record.config_json();
        const std::int32_t buffer_before = record.settings().stock_buffer();
        const bool matched_by_code = record.settings().match_by_code();
        if (change.display_name) {
          record.set_display_name(change.display_name->empty() ? change.key.store
                                                               : *change.display_name);
        }
        if (change.config_json) {
          record.set_config_json(*change.config_json);
        }
        if (change.merge_settings) {
          change.merge_settings(*record.mutable_settings());
        }
        if (!record.settings().has_orders_from()) {
          *record.mutable_settings()->mutable_orders_from() =
              DefaultOrdersFrom(record.create_time());
        }
        SB_CHECK(CheckText("display_name", record.display_name(), domain::kDisplayNameMax));
        SB_CHECK(CheckConfigSize(record.config_json()));
        SB_CHECK(CheckSettings(record.settings(), ports_.clock.NowMs()));
        SB_CHECK(ports_.config_checker.CheckConfig(*manifest, record.config_json()));
        SB_TRY(const bool moves,
               ReachesOthers(ports_.config_checker, *manifest, before, record.config_json()));
        SB_CHECK(CheckSecrets(
            *manifest, change.secrets, moves ? SecretsNeeded::kAllAnew : SecretsNeeded::kAny));
        for (const ports::SealedSecret& secret : sealed) {
          SB_CHECK(tx.stores().PutSecret(change.key, secret));
        }
        if (record.state() == v1::Store::STATE_NEEDS_CREDENTIALS &&
            HasCredential(sealed, *manifest)) {
          record.set_state(v1::Store::STATE_ACTIVE);
          record.clear_state_reason();
        }
        if (record.settings().stock_buffer() != buffer_before) {
          SB_CHECK(SendAllStock(tx, change.key));
        }
        if (record.settings().match_by_code() != matched_by_code) {
          tx.GoOn(change.key.merchant);
        }
        SB_CHECK(PutStore(tx, change.key, record, ports_.clock.NowMs()));
        tx.Reload(change.key);
        return ShowStore(tx, change.key, record);
      },
      std::move(done));
}

void Commands::DeleteStore(domain::StoreKey store, std::string etag, Done<storebridge::Done> done) {
  ports_.storage.Submit(
      [store = std::move(store), etag = std::move(etag), now = ports_.clock.NowMs()](
          ports::Tx& tx) -> Status {
        SB_TRY(const v1::Store record, tx.stores().Get(store));
        SB_CHECK(CheckEtag(etag, record.etag(), record.name()));
        const ports::OrderFilter filter{.merchant = store.merchant,
                                        .states = {v1::ORDER_STATE_COLLECTING},
                                        .store = store.store,
                                        .order_number = {}};
        SB_TRY(const std::vector<v1::Order> collecting, tx.orders().List(filter, {}, 1));
        if (!collecting.empty()) {
          return Error{
              .code = Code::kFailedPrecondition,
              .reason = "STORE_HAS_COLLECTING_ORDERS",
              .message = fmt::format("order {} of store '{}' is being collected; end that with "
                                     "ShipOrder, PutBackOrder or CancelOrder first",
                                     collecting.front().order_number(),
                                     record.name()),
              .facts = {{"order", collecting.front().name()}}};
        }
        return RemovePart(tx, store, now);
      },
      [done = std::move(done)](const Status& status) {
        if (status) {
          return done(storebridge::Done{});
        }
        done(status.error());
      });
}

void Commands::PauseStore(domain::StoreKey store, std::string reason, Done<v1::Store> done) {
  std::string merchant = store.merchant;
  Transact<v1::Store>(
      ports_.storage,
      std::move(merchant),
      {},
      [store = std::move(store), reason = std::move(reason), now = ports_.clock.NowMs()](
          ports::Tx& tx) -> Result<v1::Store> {
        SB_CHECK(CheckText("reason", reason, domain::kReasonMax));
        SB_TRY(v1::Store record, tx.stores().Get(store));
        SB_CHECK(CheckNotDeleting(record));
        if (record.state() != v1::Store::STATE_PAUSED) {
          record.set_state(v1::Store::STATE_PAUSED);
          record.set_state_reason(reason);
          SB_CHECK(PutStore(tx, store, record, now));
          tx.Reload(store);
        }
        return ShowStore(tx, store, record);
      },
      std::move(done));
}

void Commands::ResumeStore(domain::StoreKey store, Done<v1::Store> done) {
  std::string merchant = store.merchant;
  Transact<v1::Store>(
      ports_.storage,
      std::move(merchant),
      {},
      [store = std::move(store), now = ports_.clock.NowMs()](ports::Tx& tx) -> Result<v1::Store> {
        SB_TRY(v1::Store record, tx.stores().Get(store));
        SB_CHECK(CheckNotDeleting(record));
        if (record.state() != v1::Store::STATE_ACTIVE) {
          record.set_state(v1::Store::STATE_ACTIVE);
          record.clear_state_reason();
          SB_CHECK(PutStore(tx, store, record, now));
          tx.Reload(store);
        }
        return ShowStore(tx, store, record);
      },
      std::move(done));
}

}  // namespace storebridge::engine
