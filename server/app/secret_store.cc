#include "app/secret_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "adapters/vault/vault.h"

namespace storebridge::app {
namespace {

constexpr int kStoresPerRead = 500;

bool AreSame(const std::vector<ports::SealedSecret>& a, const std::vector<ports::SealedSecret>& b) {
  return std::equal(a.begin(),
                    a.end(),
                    b.begin(),
                    b.end(),
                    [](const ports::SealedSecret& x, const ports::SealedSecret& y) {
                      return x.name == y.name && x.sealed == y.sealed;
                    });
}

// What trying to open credentials found.
struct KeyTrial {
  bool has_opened = false;
  // The first that another key sealed.
  std::optional<Error> other_key;
};

Status TryStore(const ports::ReadTx& tx,
                ports::Vault& vault,
                const domain::StoreKey& store,
                KeyTrial& trial) {
  SB_TRY(const std::vector<ports::SealedSecret> sealed, tx.stores().Secrets(store));
  for (const ports::SealedSecret& secret : sealed) {
    const Result<Secret> opened = vault.Open(store, secret.name, secret.sealed);
    if (opened) {
      trial.has_opened = true;
      return Ok();
    }
    if (!trial.other_key && opened.error().reason == vault::kOtherKeyReason) {
      trial.other_key = opened.error();
    }
  }
  return Ok();
}

// Ends with the first that opens.
Status TryAll(const ports::ReadTx& tx, ports::Vault& vault, KeyTrial& trial) {
  domain::StoreKey after;
  std::vector<v1::Store> page;
  do {
    SB_TRY(page, tx.stores().List("", after, kStoresPerRead));
    for (const v1::Store& store : page) {
      SB_TRY(after, domain::ParseStoreName(store.name()));
      SB_CHECK(TryStore(tx, vault, after, trial));
      if (trial.has_opened) {
        return Ok();
      }
    }
  } while (page.size() == kStoresPerRead);
  return Ok();
}

}  // namespace

Status CheckKeyFits(ports::Storage& storage, ports::Vault& vault, const std::string& key_file) {
  KeyTrial trial;
  SB_CHECK(storage.Read([&](const ports::ReadTx& tx) { return TryAll(tx, vault, trial); }));
  if (trial.has_opened || !trial.other_key) {
    return Ok();
  }
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "KEY_FILE_OTHER",
      .message = fmt::format(
          "the master key file '{}' belongs to another installation: it opens none of the "
          "credentials in the database ({}). If the right file is lost for good, delete the "
          "credentials (DELETE FROM secret) and give every store its own anew",
          key_file,
          trial.other_key->message),
      .facts = {{"path", key_file}}};
}

std::shared_ptr<const ports::SecretMap> SecretStore::FindKept(
    const domain::StoreKey& store, const std::vector<ports::SealedSecret>& sealed) {
  const std::lock_guard lock(mutex_);
  const auto found = opened_.find(store);
  if (found == opened_.end() || !AreSame(found->second.sealed, sealed)) {
    return nullptr;
  }
  return found->second.secrets;
}

Result<std::shared_ptr<const ports::SecretMap>> SecretStore::ForStore(
    const domain::StoreKey& store) {
  std::vector<ports::SealedSecret> sealed;
  SB_CHECK(storage_.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(sealed, tx.stores().Secrets(store));
    return Ok();
  }));
  if (std::shared_ptr<const ports::SecretMap> kept = FindKept(store, sealed)) {
    return kept;
  }
  ports::SecretMap secrets;
  for (const ports::SealedSecret& secret : sealed) {
    SB_TRY(Secret opened, vault_.Open(store, secret.name, secret.sealed));
    secrets.emplace(secret.name, std::move(opened));
  }
  auto shared = std::make_shared<const ports::SecretMap>(std::move(secrets));
  const std::lock_guard lock(mutex_);
  if (opened_.size() >= kCachedStoresMax && !opened_.contains(store)) {
    opened_.clear();
  }
  opened_[store] = Opened{.sealed = std::move(sealed), .secrets = shared};
  return std::shared_ptr<const ports::SecretMap>(std::move(shared));
}

}  // namespace storebridge::app
