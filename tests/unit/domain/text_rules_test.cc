#include "domain/text_rules.h"

#include <string>

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

TEST(TextRulesTest, CountsCharactersNotBytes) {
  EXPECT_EQ(CountCharacters("Äijö"), 4U);
  EXPECT_EQ(CountCharacters("\xF0\x9F\x98\x80"), 1U);
  EXPECT_EQ(TextFault("ÄÄÄ", 3), "");
  EXPECT_EQ(TextFault("ÄÄÄÄ", 3), "has 4 characters, 3 are allowed");
}

TEST(TextRulesTest, RefusesWhatIsNotUtf8) {
  for (const char* text : {"\xFF",
                           "\xC3",
                           "\xC0\x80",
                           "\xE0\x80\x80",
                           "\xED\xA0\x80",
                           "\xF4\x90\x80\x80",
                           "a\xE2\x82"}) {
    EXPECT_EQ(CountCharacters(text), std::nullopt);
    EXPECT_EQ(TextFault(text, 10), "is not UTF-8 text");
  }
}

TEST(TextRulesTest, RefusesControlCharactersAndNul) {
  EXPECT_EQ(TextFault(std::string("a\0b", 3), 10), "has the control character U+0000 at place 2");
  EXPECT_NE(TextFault("a\nb", 10), "");
  EXPECT_EQ(TextFault("a\nb\tc\r", 10, TextKind::kParagraph), "");
  EXPECT_NE(TextFault("a\x1B[0m", 10, TextKind::kParagraph), "");
  EXPECT_NE(TextFault("a\xC2\x85", 10), "");
}

TEST(TextRulesTest, RefusesWhatStandsForSomethingThatCouldNotBeRead) {
  EXPECT_EQ(TextFault("M\xEF\xBF\xBDkinen", 10), "has a character that cannot be read at place 2");
  EXPECT_NE(TextFault("a\xEF\xBF\xBD", 10, TextKind::kParagraph), "");
}

TEST(TextRulesTest, TakesSeparatorsForLineBreaks) {
  EXPECT_EQ(TextFault("a\xE2\x80\xA8", 10), "has the control character U+2028 at place 2");
  EXPECT_NE(TextFault("a\xE2\x80\xA9", 10), "");
  EXPECT_EQ(TextFault("a\xE2\x80\xA8", 10, TextKind::kParagraph), "");
}

TEST(TextRulesTest, TakesEveryOtherCharacter) {
  EXPECT_EQ(TextFault("Zo\xC3\xAB \xF0\x9F\x98\x80 \xE4\xBD\xA0 \xE2\x80\x8D", 20), "");
}

TEST(TextRulesTest, SeesThatThereIsNothingToSee) {
  EXPECT_TRUE(IsBlank(""));
  EXPECT_TRUE(IsBlank(" \t\r\n\xC2\xA0"));
  EXPECT_FALSE(IsBlank(" . "));
  EXPECT_EQ(Trim("  a b \n"), "a b");
  EXPECT_EQ(Trim(" \n"), "");
}

TEST(TextRulesTest, TakesOnlyWebAddressesForSuch) {
  EXPECT_TRUE(IsWebAddress("https://web.example/a?b=c"));
  EXPECT_TRUE(IsWebAddress("http://web.example"));
  for (const char* text : {"",
                           "https://",
                           "web.example",
                           "file:///etc/passwd",
                           "javascript:alert(1)",
                           "data:application/pdf;base64,JVBERi0=",
                           "https://web.example/a b"}) {
    EXPECT_FALSE(IsWebAddress(text)) << text;
  }
}

TEST(TextRulesTest, ShowsForeignTextSafelyAndShort) {
  EXPECT_EQ(Shown("a\x1B[0m\xC2\x85"), "a?[0m?");
  EXPECT_EQ(Shown("\xFF"), "?");
  EXPECT_EQ(Shown(std::string(100, 'x')), std::string(60, 'x') + "...");
}

}  // namespace
}  // namespace storebridge::domain
