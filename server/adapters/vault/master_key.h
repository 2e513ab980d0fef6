#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include <sodium.h>

namespace storebridge::vault {

inline constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;

// 32 bytes in guarded memory: not swapped, not dumped, wiped when it dies.
class MasterKey {
 public:
  // Null inside when there is no memory.
  MasterKey() : bytes_(static_cast<unsigned char*>(sodium_malloc(kKeyBytes))) {}

  explicit operator bool() const { return bytes_ != nullptr; }
  [[nodiscard]] unsigned char* data() { return bytes_.get(); }
  [[nodiscard]] const unsigned char* data() const { return bytes_.get(); }
  // From now on it cannot be overwritten by mistake.
  void Freeze() { static_cast<void>(sodium_mprotect_readonly(bytes_.get())); }

 private:
  struct Free {
    void operator()(unsigned char* bytes) const { sodium_free(bytes); }
  };
  std::unique_ptr<unsigned char, Free> bytes_;
};

// A key for one operation, on the stack, wiped when it dies.
class WorkKey {
 public:
  WorkKey() = default;
  ~WorkKey() { sodium_memzero(bytes_.data(), bytes_.size()); }
  WorkKey(const WorkKey&) = delete;
  WorkKey& operator=(const WorkKey&) = delete;

  [[nodiscard]] unsigned char* data() { return bytes_.data(); }

 private:
  std::array<unsigned char, kKeyBytes> bytes_{};
};

}  // namespace storebridge::vault
