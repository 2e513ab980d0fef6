#include "adapters/egress/text.h"

#include <gtest/gtest.h>

namespace storebridge::egress {
namespace {

TEST(TextTest, CutsHeadsBetweenCharacters) {
  const std::string euro = "\xE2\x82\xAC";

  EXPECT_EQ(Head("ab" + euro, 5), "ab" + euro);
  EXPECT_EQ(Head("ab" + euro + "c", 4), "ab");
  EXPECT_EQ(Head("ab" + euro + "c", 3), "ab");
  EXPECT_EQ(Head("ab" + euro + "c", 5), "ab" + euro);
}

TEST(TextTest, MakesHeadsOfBinaryDataReadable) {
  EXPECT_EQ(Head(std::string("a\0b\nc\xFF\xC0\xAF\xED\xA0\x80", 11)), "a b c??????");
}

TEST(TextTest, KeepsHeadsWithinTheirLimit) {
  EXPECT_EQ(Head(std::string(5000, 'x')).size(), kDetailMax);
  EXPECT_EQ(Head(std::string(5000, '\x80')).size(), kDetailMax);
}

TEST(TextTest, HidesEveryOccurrence) {
  EXPECT_EQ(Redact("a hush b hushhush", {"hush"}), "a [hidden] b [hidden][hidden]");
}

TEST(TextTest, LeavesVeryShortTextsAsTheyWouldSpoilTheEvidence) {
  EXPECT_EQ(Redact("error 1", {"", "1"}), "error 1");
}

TEST(TextTest, BlotsCredentialsOutOfAnswersInTheirLength) {
  EXPECT_EQ(RedactAnswer("a=YWRtaW46aHVzaA/1;", {"YWRtaW46aHVzaA/1"}), "a=****************;");
  EXPECT_EQ(RedactAnswer(R"({"a":"YWRtaW46aHVzaA\/1"})", {"YWRtaW46aHVzaA/1"}),
            R"({"a":"*****************"})");
  EXPECT_EQ(RedactAnswer("admin administers", {"admin"}), "admin administers");
}

TEST(TextTest, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(PercentEncode("Az09-._~ +&=\xC3\xBC"), "Az09-._~%20%2B%26%3D%C3%BC");
}

TEST(TextTest, DecodesFormsAndLeavesBrokenEscapes) {
  EXPECT_EQ(FormDecode("a%20b+c%2Gd%4"), "a b c%2Gd%4");
}

TEST(TextTest, EncodesBase64) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace storebridge::egress
