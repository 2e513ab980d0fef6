#include "app/secret_store.h"

#include <algorithm>
#include <utility>

namespace storebridge::app {
namespace {

bool AreSame(const std::vector<ports::SealedSecret>& a, const std::vector<ports::SealedSecret>& b) {
  return std::equal(a.begin(),
                    a.end(),
                    b.begin(),
                    b.end(),
                    [](const ports::SealedSecret& x, const ports::SealedSecret& y) {
                      return x.name == y.name && x.sealed == y.sealed;
                    });
}

}  // namespace

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
