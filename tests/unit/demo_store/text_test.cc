#include "demo_store/text.h"

#include <boost/json/object.hpp>

#include "demo_store/dates.h"
#include "demo_store/money.h"
#include "demo_store/php_json.h"
#include "demo_store/seed.h"
#include "gtest/gtest.h"

namespace storebridge::demo_store {
namespace {

TEST(TextTest, DecodesWhatItEncodes) {
  const std::string text = "räsy matto & 100 %+~";

  EXPECT_EQ(UrlDecode(UrlEncode(text), true), text);
  EXPECT_EQ(Base64Decode(Base64(text)), text);
  EXPECT_EQ(UrlEncode("a b~c/d"), "a%20b~c%2Fd");
}

TEST(TextTest, ReadsListsInEverySpelling) {
  const Params params = Params::Parse("status=a,b&include[]=1&include[]=2&x[3]=7");

  EXPECT_EQ(params.List("status"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(params.List("include"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(params.List("x"), (std::vector<std::string>{"7"}));
}

TEST(DatesTest, ReadsAndWritesDates) {
  const auto plain = ParseDate("2026-11-03T08:15:09");
  const auto zoned = ParseDate("2026-11-03T08:15:09.123+02:00");

  ASSERT_TRUE(plain && zoned);
  EXPECT_EQ(FormatDate(plain->clock_time), "2026-11-03T08:15:09");
  EXPECT_EQ(FormatHttpDate(plain->clock_time), "Tue, 03 Nov 2026 08:15:09 GMT");
  EXPECT_FALSE(plain->offset);
  EXPECT_EQ(zoned->offset, 7200);
}

TEST(DatesTest, RefusesWhatIsNoDate) {
  for (const char* text : {"",
                           "yesterday",
                           "2026-13-01",
                           "2026-02-30T10:00:00",
                           "2026-01-01T10",
                           "2026-01-01T10:00:00 Z"}) {
    EXPECT_FALSE(ParseDate(text)) << text;
  }
}

TEST(MoneyTest, ReadsAndWritesMoney) {
  EXPECT_EQ(ParseMoney("23.9"), 2390);
  EXPECT_EQ(ParseMoney("-0.05"), -5);
  EXPECT_EQ(ParseMoney("1.005"), 101);
  EXPECT_FALSE(ParseMoney("free"));
  EXPECT_EQ(FormatMoney(-5), "-0.05");
  EXPECT_EQ(FormatMoney(123'456), "1234.56");
}

TEST(PhpJsonTest, EscapesSlashesAndEverythingBeyondAscii) {
  const json::object value{{"a/b", "ä€😀\n\""}, {"n", 19.9}, {"i", -3}};

  const std::string expected = R"({"a\/b":"\u00e4\u20ac\ud83d\ude00\n\"","n":19.9,"i":-3})";

  EXPECT_EQ(PhpJson(value), expected);
}

TEST(SeedTest, MakesEansWithARightCheckDigit) {
  EXPECT_EQ(DemoEan(1), "6490000000010");
  EXPECT_EQ(DemoEan(123'456'789).size(), 13U);
}

}  // namespace
}  // namespace storebridge::demo_store
