#include "adapters/webhooks/signature.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::webhooks {
namespace {

using connector::v1::Webhook;

struct Signed {
  const char* what;
  std::string secret;
  std::string body;
  std::string hex;
  std::string base64;
};

// RFC 4231, cases 1, 2, 3 and 6; the others by `openssl dgst -sha256 -hmac`.
const std::vector<Signed>& AllSigned() {
  static const std::vector<Signed> all = {
      {"case 1",
       std::string(20, '\x0b'),
       "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
       "sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c="},
      {"case 2",
       "Jefe",
       "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
       "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="},
      {"case 3",
       std::string(20, '\xaa'),
       std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
       "dz6pHjaADkaFTbjr0JGBpylZCYs++MEi2WNVFM7VZf4="},
      {"case 6",
       std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
       "YOQxWR7gtn8Niiaqy/W3f44LxiE3KMUUBUYEDw7jf1Q="},
      {"no body",
       "k",
       "",
       "8bb990c40a7d61cb97597a942125025be50ac8beb74436e3735b98893a7f6620",
       "i7mQxAp9YcuXWXqUISUCW+UKyL63RDbjc1uYiTp/ZiA="},
      {"a body",
       "s3cr3t",
       R"({"id":7})",
       "db84462d18e49707bf860c195458eca476d8e428904c0c4411aafc2fa212eeaa",
       "24RGLRjklwe/hgwZVFjspHbY5CiQTAxEEar8L6IS7qo="},
  };
  return all;
}

TEST(SignatureTest, IsThatOfTheStandard) {
  for (const Signed& known : AllSigned()) {
    const Secret secret(known.secret);
    EXPECT_TRUE(IsSignedBy(secret, Webhook::SIGNATURE_HMAC_SHA256_HEX, known.hex, known.body))
        << known.what;
    EXPECT_TRUE(IsSignedBy(secret, Webhook::SIGNATURE_HMAC_SHA256_BASE64, known.base64, known.body))
        << known.what;
  }
}

TEST(SignatureTest, FitsNoOtherBodyAndNoOtherSecret) {
  const Signed& known = AllSigned().back();
  constexpr auto kHex = Webhook::SIGNATURE_HMAC_SHA256_HEX;
  for (std::size_t byte = 0; byte < known.body.size(); ++byte) {
    for (const int bit : {1, 0x20, 0x80}) {
      std::string body = known.body;
      body[byte] = static_cast<char>(body[byte] ^ bit);
      EXPECT_FALSE(IsSignedBy(Secret(known.secret), kHex, known.hex, body)) << byte;
    }
  }
  for (const char* secret : {"s3cr3", "s3cr3t ", "S3cr3t", ""}) {
    EXPECT_FALSE(IsSignedBy(Secret(secret), kHex, known.hex, known.body)) << secret;
  }
}

TEST(SignatureTest, IsWholeOrNone) {
  const Signed& known = AllSigned().back();
  const Secret secret(known.secret);
  const auto fits = [&](Webhook::Signature kind, const std::string& signature) {
    return IsSignedBy(secret, kind, signature, known.body);
  };
  constexpr auto kHex = Webhook::SIGNATURE_HMAC_SHA256_HEX;
  constexpr auto kBase64 = Webhook::SIGNATURE_HMAC_SHA256_BASE64;
  for (std::size_t length = 0; length < known.hex.size(); ++length) {
    EXPECT_FALSE(fits(kHex, known.hex.substr(0, length))) << length;
  }
  for (std::size_t length = 0; length < known.base64.size(); ++length) {
    EXPECT_FALSE(fits(kBase64, known.base64.substr(0, length))) << length;
  }
  EXPECT_FALSE(fits(kHex, known.hex + "00"));
  EXPECT_FALSE(fits(kHex, known.hex + " "));
  EXPECT_FALSE(fits(kHex, "sha256=" + known.hex));
  EXPECT_FALSE(fits(kBase64, known.base64 + "="));
  EXPECT_FALSE(fits(kBase64, known.base64 + "," + known.base64));
  EXPECT_FALSE(fits(kBase64, known.hex));
  EXPECT_FALSE(fits(kHex, known.base64));
  EXPECT_FALSE(fits(Webhook::SIGNATURE_UNSPECIFIED, known.hex));
}

TEST(SignatureTest, MayHaveLargeHexDigits) {
  EXPECT_TRUE(IsSignedBy(Secret("Jefe"),
                         Webhook::SIGNATURE_HMAC_SHA256_HEX,
                         "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
                         "what do ya want for nothing?"));
}

// Whoever knows that a store has none could sign with it.
TEST(SignatureTest, OfAnEmptySecretIsNone) {
  // openssl dgst -sha256 -hmac '' of nothing.
  EXPECT_FALSE(IsSignedBy(Secret(),
                          Webhook::SIGNATURE_HMAC_SHA256_HEX,
                          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
                          ""));
}

}  // namespace
}  // namespace storebridge::webhooks
