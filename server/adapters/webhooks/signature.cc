#include "adapters/webhooks/signature.h"

#include <array>
#include <cstddef>

#include <sodium.h>

namespace storebridge::webhooks {
namespace {

namespace cv1 = connector::v1;

using Mac = std::array<unsigned char, crypto_auth_hmacsha256_BYTES>;

const unsigned char* BytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Mac HmacSha256(std::string_view key, std::string_view text) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, BytesOf(key), key.size());
  crypto_auth_hmacsha256_update(&state, BytesOf(text), text.size());
  Mac mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(&state, sizeof state);
  return mac;
}

// False when it is not exactly one MAC, written as `kind` says.
bool Decode(cv1::Webhook::Signature kind, std::string_view text, Mac& mac) {
  std::size_t size = 0;
  const char* end = nullptr;
  const bool was_read =
      kind == cv1::Webhook::SIGNATURE_HMAC_SHA256_HEX
          ? sodium_hex2bin(
                mac.data(), mac.size(), text.data(), text.size(), nullptr, &size, &end) == 0
          : kind == cv1::Webhook::SIGNATURE_HMAC_SHA256_BASE64 &&
                sodium_base642bin(mac.data(),
                                  mac.size(),
                                  text.data(),
                                  text.size(),
                                  nullptr,
                                  &size,
                                  &end,
                                  sodium_base64_VARIANT_ORIGINAL) == 0;
  return was_read && size == mac.size() && end == text.data() + text.size();
}

}  // namespace

bool IsSignedBy(const Secret& secret,
                cv1::Webhook::Signature kind,
                std::string_view signature,
                std::string_view body) {
  Mac given{};
  if (secret.empty() || !Decode(kind, signature, given)) {
    return false;
  }
  const Mac expected = HmacSha256(secret.Reveal(), body);
  return sodium_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

}  // namespace storebridge::webhooks
