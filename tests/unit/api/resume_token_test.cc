#include "api/resume_token.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "api/token.h"

namespace storebridge::api {
namespace {

// A token with the right checksum, as anybody can make one who has read the source.
std::string Forged(std::vector<std::string> parts) {
  const std::uint64_t scope = DecodeToken(MakeResumeToken("demo", 1))->scope;
  return EncodeToken(Token{.scope = scope, .parts = std::move(parts)});
}

TEST(ResumeTokenTest, GivesTheChangeThatItWasMadeOf) {
  const auto sequence = ReadResumeToken("demo", MakeResumeToken("demo", 41));

  ASSERT_TRUE(sequence.has_value());
  EXPECT_EQ(*sequence, 41);
}

TEST(ResumeTokenTest, RefusesANumberThatIsNotWrittenAsItsOwn) {
  for (const char* number : {"41x", " 41", "041", "+41", "-1", "", "99999999999999999999"}) {
    const auto sequence = ReadResumeToken("demo", Forged({"demo", number}));

    ASSERT_FALSE(sequence.has_value()) << number;
    EXPECT_EQ(sequence.error().reason, "RESUME_TOKEN") << number;
  }
}

TEST(ResumeTokenTest, RepeatsNoBytesOfAForgedTokenThatAreNoText) {
  const auto sequence = ReadResumeToken("demo", Forged({"a\xFF\n", "41"}));

  ASSERT_FALSE(sequence.has_value());
  EXPECT_EQ(sequence.error().reason, "RESUME_TOKEN_FOREIGN");
  EXPECT_EQ(sequence.error().facts.at("token_merchant"), "a??");
}

}  // namespace
}  // namespace storebridge::api
