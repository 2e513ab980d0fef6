#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/vault/master_key.h"
#include "ports/vault.h"

namespace storebridge::vault {

// Seals with XChaCha20-Poly1305 under a key per merchant, which is derived from the master key with
// BLAKE2b.
//
// Sealed bytes: version (1), id of the master key (8), nonce (24), ciphertext and tag.
// Authenticated beside them: the first two fields, merchant, store and name. Immutable after
// construction, so safe from any thread.
class SodiumVault final : public ports::Vault {
 public:
  static constexpr std::size_t kSecretMax = 64U << 10;
  static constexpr std::size_t kIdBytes = 8;

  // The first key seals, all open. At least one.
  explicit SodiumVault(std::vector<MasterKey> keys);

  // kInvalidArgument for a secret larger than kSecretMax.
  Result<std::string> Seal(const domain::StoreKey& store,
                           std::string_view name,
                           const Secret& secret) override;
  Result<Secret> Open(const domain::StoreKey& store,
                      std::string_view name,
                      std::string_view sealed) override;

 private:
  using KeyId = std::array<unsigned char, kIdBytes>;
  struct Entry {
    KeyId id{};
    MasterKey key;
  };

  std::vector<Entry> keys_;
};

}  // namespace storebridge::vault
