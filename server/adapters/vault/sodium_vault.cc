#include "adapters/vault/sodium_vault.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "adapters/vault/vault.h"

namespace storebridge::vault {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHeadBytes = 1 + SodiumVault::kIdBytes;
// The purposes of the two hashes; never change them.
constexpr std::string_view kIdPurpose = "storebridge vault v1 key id";
constexpr std::string_view kMerchantPurpose = "storebridge vault v1 merchant key";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Lengths in front, so that no two lists of fields read the same.
void AppendField(std::string& out, std::string_view field) {
  const std::uint64_t size = field.size();
  for (int shift = 0; shift < 64; shift += 8) {
    out += static_cast<char>((size >> shift) & 0xFF);
  }
  out += field;
}

std::string AssociatedData(std::string_view head,
                           const domain::StoreKey& store,
                           std::string_view name) {
  std::string out(head);
  AppendField(out, store.merchant);
  AppendField(out, store.store);
  AppendField(out, name);
  return out;
}

// What leaks for one merchant opens nothing of another.
void DeriveMerchantKey(const MasterKey& master, std::string_view merchant, WorkKey& out) {
  std::string input;
  AppendField(input, kMerchantPurpose);
  AppendField(input, merchant);
  crypto_generichash(out.data(), kKeyBytes, Bytes(input), input.size(), master.data(), kKeyBytes);
}

Error CannotOpen(const domain::StoreKey& store,
                 std::string_view name,
                 std::string reason,
                 const std::string& why) {
  return {.code = Code::kFailedPrecondition,
          .reason = std::move(reason),
          .message = "The credential '" + std::string(name) + "' of " + domain::StoreName(store) +
                     " cannot be opened: " + why,
          .facts = {{"store", domain::StoreName(store)}, {"name", std::string(name)}}};
}

std::string Hex(std::string_view bytes) {
  std::string out(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), Bytes(bytes), bytes.size());
  out.pop_back();
  return out;
}

}  // namespace

SodiumVault::SodiumVault(std::vector<MasterKey> keys) {
  for (MasterKey& key : keys) {
    Entry& entry = keys_.emplace_back();
    std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
    crypto_generichash(
        hash.data(), hash.size(), Bytes(kIdPurpose), kIdPurpose.size(), key.data(), kKeyBytes);
    std::copy_n(hash.begin(), entry.id.size(), entry.id.begin());
    entry.key = std::move(key);
  }
}

Result<std::string> SodiumVault::Seal(const domain::StoreKey& store,
                                      std::string_view name,
                                      const Secret& secret) {
  const std::string_view plain = secret.Reveal();
  if (plain.size() > kSecretMax) {
    return Error{.code = Code::kInvalidArgument,
                 .reason = "SECRET_TOO_LARGE",
                 .message = "The credential '" + std::string(name) + "' is " +
                            std::to_string(plain.size()) + " bytes; at most " +
                            std::to_string(kSecretMax) + " are kept.",
                 .facts = {{"name", std::string(name)}}};
  }
  const Entry& entry = keys_.front();
  std::string sealed(1, kVersion);
  sealed.append(entry.id.begin(), entry.id.end());
  const std::string bound = AssociatedData(sealed, store, name);
  sealed.resize(kHeadBytes + kNonceBytes + plain.size() + kTagBytes);
  auto* const nonce = reinterpret_cast<unsigned char*>(sealed.data()) + kHeadBytes;
  randombytes_buf(nonce, kNonceBytes);
  WorkKey key;
  DeriveMerchantKey(entry.key, store.merchant, key);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes,
                                             nullptr,
                                             Bytes(plain),
                                             plain.size(),
                                             Bytes(bound),
                                             bound.size(),
                                             nullptr,
                                             nonce,
                                             key.data());
  return sealed;
}

Result<Secret> SodiumVault::Open(const domain::StoreKey& store,
                                 std::string_view name,
                                 std::string_view sealed) {
  if (sealed.size() < kHeadBytes + kNonceBytes + kTagBytes || sealed.front() != kVersion) {
    return CannotOpen(store,
                      name,
                      "SECRET_DAMAGED",
                      "what is stored is not a sealed credential. Set the credential again.");
  }
  const std::string_view head = sealed.substr(0, kHeadBytes);
  const auto entry = std::find_if(keys_.begin(), keys_.end(), [&](const Entry& one) {
    return std::equal(one.id.begin(), one.id.end(), Bytes(head) + 1);
  });
  if (entry == keys_.end()) {
    return CannotOpen(store,
                      name,
                      std::string(kOtherKeyReason),
                      "it was sealed with another master key, whose id is " + Hex(head.substr(1)) +
                          ". Restore that key file, or set the credential again.");
  }
  const std::string bound = AssociatedData(head, store, name);
  const std::string_view nonce = sealed.substr(kHeadBytes, kNonceBytes);
  const std::string_view cipher = sealed.substr(kHeadBytes + kNonceBytes);
  std::string plain(cipher.size() - kTagBytes, '\0');
  WorkKey key;
  DeriveMerchantKey(entry->key, store.merchant, key);
  const int failed =
      crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.data()),
                                                 nullptr,
                                                 nullptr,
                                                 Bytes(cipher),
                                                 cipher.size(),
                                                 Bytes(bound),
                                                 bound.size(),
                                                 Bytes(nonce),
                                                 key.data());
  if (failed != 0) {
    return CannotOpen(store,
                      name,
                      "SECRET_DAMAGED",
                      "its bytes were changed, or belong to another store or name. Set the "
                      "credential again, and find out who writes to the database.");
  }
  Secret secret(std::move(plain));
  return secret;
}

}  // namespace storebridge::vault
