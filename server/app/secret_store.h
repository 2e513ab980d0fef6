#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ports/storage.h"
#include "ports/vault.h"

namespace storebridge::app {

// Stores whose opened credentials are kept in memory; beyond that all are forgotten and opened
// again.
inline constexpr std::size_t kCachedStoresMax = 10'000;

// Finds the credentials of a store in storage and opens them with the vault. What was opened is
// kept for as long as the sealed bytes stay the same: a credential that was replaced or removed is
// never used again. Safe from any thread.
class SecretStore final : public ports::SecretSource {
 public:
  // Both outlive it.
  SecretStore(ports::Storage& storage, ports::Vault& vault) : storage_(storage), vault_(vault) {}

  // Reads on a snapshot. Empty when the store has no credentials. Errors are those of storage and
  // vault.
  Result<std::shared_ptr<const ports::SecretMap>> ForStore(const domain::StoreKey& store) override;

 private:
  struct Opened {
    std::vector<ports::SealedSecret> sealed;
    std::shared_ptr<const ports::SecretMap> secrets;
  };

  // Null when nothing is kept, or something else.
  std::shared_ptr<const ports::SecretMap> FindKept(const domain::StoreKey& store,
                                                   const std::vector<ports::SealedSecret>& sealed);

  ports::Storage& storage_;
  ports::Vault& vault_;
  std::mutex mutex_;
  std::map<domain::StoreKey, Opened> opened_;  // Guarded by mutex_.
};

// Opens credentials until one opens, so that a key file of another installation is noticed before a
// store is. kFailedPrecondition, reason KEY_FILE_OTHER: there are some, none opens, and some were
// sealed with another key than those of `key_file`.
Status CheckKeyFits(ports::Storage& storage, ports::Vault& vault, const std::string& key_file);

}  // namespace storebridge::app
