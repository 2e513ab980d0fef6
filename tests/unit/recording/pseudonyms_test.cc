#include "adapters/recording/pseudonyms.h"

#include <string>

#include <gtest/gtest.h>

#include "adapters/recording/sip_hash.h"

namespace storebridge::recording {
namespace {

constexpr PseudonymKey kKey{.first = 1, .second = 2};

std::string Replaced(const Pseudonyms& pseudonyms, std::string text) {
  pseudonyms.ReplaceAll(text, 0, text.size());
  return text;
}

// The example of the paper: key 00..0f, text 00..0e.
TEST(SipHashTest, GivesThePublishedValue) {
  std::string text;
  for (int i = 0; i < 15; ++i) {
    text += static_cast<char>(i);
  }

  EXPECT_EQ(SipHash(0x0706050403020100U, 0x0f0e0d0c0b0a0908U, text), 0xa129ca6149be45e5U);
}

TEST(PseudonymsTest, KeepLengthCaseAndMarks) {
  const Pseudonyms pseudonyms(kKey);
  const std::string before = "Maija Meikalainen, +358-40 12 (a@B.fi)";
  const std::string after = Replaced(pseudonyms, before);

  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(std::isupper(before[i]) != 0, std::isupper(after[i]) != 0) << i;
    EXPECT_EQ(std::islower(before[i]) != 0, std::islower(after[i]) != 0) << i;
    EXPECT_EQ(std::isdigit(before[i]) != 0, std::isdigit(after[i]) != 0) << i;
    EXPECT_EQ(std::isalnum(before[i]) != 0 || before[i] == after[i], true) << i;
  }
  EXPECT_EQ(after.find("Maija"), std::string::npos);
}

TEST(PseudonymsTest, AreTheSameForTheSameWordAndKeyOnly) {
  const Pseudonyms pseudonyms(kKey);

  EXPECT_EQ(Replaced(pseudonyms, "maija"), Replaced(pseudonyms, "maija"));
  EXPECT_NE(Replaced(pseudonyms, "maija"),
            Replaced(Pseudonyms({.first = 1, .second = 9}), "maija"));
  EXPECT_NE(Replaced(pseudonyms, "maija"), Replaced(pseudonyms, "matti"));
}

TEST(PseudonymsTest, FindAWordThatIsWrittenInAnotherWay) {
  Pseudonyms pseudonyms(kKey);
  pseudonyms.Learn(R"(M\u00e4kinen)");
  std::string text = "for MÄKINEN? no, for m\xC3\xA4kinen";
  pseudonyms.ReplaceKnown(text, 0, text.size());

  EXPECT_EQ(text.find("m\xC3\xA4kinen"), std::string::npos);
  EXPECT_EQ(text.substr(0, 4), "for ");
}

TEST(PseudonymsTest, KeepEscapesWhole) {
  const std::string after = Replaced(Pseudonyms(kKey), R"(\u00e4\n\ud83d\ude00x)");

  EXPECT_EQ(after.substr(0, after.size() - 1), R"(\u00e5\n\ud83d\ude00)");
}

TEST(PseudonymsTest, LeaveProtectedWords) {
  Pseudonyms pseudonyms(kKey);
  pseudonyms.Protect("0q4wabc");

  EXPECT_EQ(Replaced(pseudonyms, "Shipped. [0q4wabc]").substr(9), "[0q4wabc]");
}

TEST(PseudonymsTest, DoNotLookForShortWords) {
  Pseudonyms pseudonyms(kKey);
  pseudonyms.Learn("Bo 12");
  std::string text = "Bo 12";
  pseudonyms.ReplaceKnown(text, 0, text.size());

  EXPECT_EQ(text, "Bo 12");
}

}  // namespace
}  // namespace storebridge::recording
