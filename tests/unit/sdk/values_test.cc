#include <gtest/gtest.h>

#include "storebridge/sdk.h"

namespace storebridge::sdk {
namespace {

std::string Parsed(std::string_view text) {
  const std::optional<Money> money = ParseMoney(text, "EUR");
  return money ? FormatMoney(*money) : "refused";
}

TEST(MoneyTest, ReadsDecimals) {
  EXPECT_EQ(Parsed("12.50"), "12.50");
  EXPECT_EQ(Parsed("12"), "12.00");
  EXPECT_EQ(Parsed("-0.5"), "-0.50");
  EXPECT_EQ(Parsed(".5"), "0.50");
  EXPECT_EQ(Parsed("5."), "5.00");
  EXPECT_EQ(Parsed("000000000000000000012.1"), "12.10");
  EXPECT_EQ(Parsed("0.0000000005"), "0.000000001");
  EXPECT_EQ(Parsed("0.9999999995"), "1.00");
  EXPECT_EQ(Parsed("-0.9999999995"), "-1.00");
  EXPECT_EQ(Parsed("-0.0000000004"), "0.00");
  EXPECT_EQ(Parsed("999999999999999.9999999995"), "1000000000000000.00");
  EXPECT_EQ(Parsed("999999999999999.999999999"), "999999999999999.999999999");
}

TEST(MoneyTest, RefusesOtherText) {
  for (const std::string_view text : {"",
                                      ".",
                                      "-",
                                      "1e3",
                                      "1,5",
                                      "1.2.3",
                                      " 1",
                                      "+1",
                                      "--1",
                                      "1 EUR",
                                      "0x10",
                                      "1000000000000000"}) {
    EXPECT_EQ(Parsed(text), "refused") << text;
  }
}

TEST(MoneyTest, KeepsTheSignInBothParts) {
  const Money money = *ParseMoney("-1.25", "EUR");

  EXPECT_EQ(money.units(), -1);
  EXPECT_EQ(money.nanos(), -250000000);
}

TEST(MoneyTest, Calculates) {
  const Money ten = *ParseMoney("10", "EUR");
  const Money cents = *ParseMoney("-0.05", "EUR");

  EXPECT_EQ(FormatMoney(Add(ten, cents)), "9.95");
  EXPECT_EQ(FormatMoney(Subtract(cents, ten)), "-10.05");
  EXPECT_EQ(FormatMoney(Multiply(cents, 3)), "-0.15");
  EXPECT_EQ(FormatMoney(Divide(ten, 3)), "3.333333333");
  EXPECT_EQ(FormatMoney(Divide(*ParseMoney("20", ""), 3)), "6.666666667");
  EXPECT_EQ(FormatMoney(Divide(*ParseMoney("-20", ""), 3)), "-6.666666667");
  EXPECT_EQ(Add(Money(), ten).currency_code(), "EUR");
  EXPECT_EQ(FormatMoney(MoneyFromMinor(-1250, "EUR")), "-12.50");
  EXPECT_EQ(FormatMoney(MoneyFromMinor(1250, "JPY", 0), 0), "1250");
  EXPECT_TRUE(IsZero(Subtract(ten, ten)));
}

TEST(MoneyTest, RefusesWhatCannotBeCalculated) {
  const Money ten = *ParseMoney("10", "EUR");
  Money most;
  most.set_units(INT64_MAX);

  EXPECT_THROW(Add(ten, *ParseMoney("1", "SEK")), Failure);
  EXPECT_THROW(Add(most, ten), Failure);
  EXPECT_THROW(Multiply(most, 2), Failure);
  EXPECT_THROW(Multiply(ten, INT64_MAX), Failure);
  EXPECT_THROW(Divide(ten, 0), Failure);
  EXPECT_THROW(MoneyFromMinor(1, "EUR", 10), Failure);
}

TEST(TimeTest, ReadsIso8601) {
  EXPECT_EQ(ParseTime("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ParseTime("2024-05-01T12:00:00"), 1714564800000);
  EXPECT_EQ(ParseTime("2024-05-01 12:00:00"), 1714564800000);
  EXPECT_EQ(ParseTime("2024-05-01T14:00:00+02:00"), 1714564800000);
  EXPECT_EQ(ParseTime("2024-05-01T14:00:00+0200"), 1714564800000);
  EXPECT_EQ(ParseTime("2024-05-01T07:00:00-05"), 1714564800000);
  EXPECT_EQ(ParseTime("2024-05-01T12:00:00.25Z"), 1714564800250);
  EXPECT_EQ(ParseTime("2024-05-01T12:00:00.123456789Z"), 1714564800123);
  EXPECT_EQ(ParseTime("2024-05-01T12:00"), 1714564800000);
  EXPECT_EQ(ParseTime("2024-05-01"), 1714521600000);
  EXPECT_EQ(ParseTime("2024-02-29"), 1709164800000);
  EXPECT_EQ(ParseTime("1969-12-31T23:59:59.999Z"), -1);
}

TEST(TimeTest, RefusesWhatIsNoTime) {
  for (const std::string_view text : {"",
                                      "2024",
                                      "2023-02-29",
                                      "2024-13-01",
                                      "0000-00-00T00:00:00",
                                      "2024-05-01T25:00:00",
                                      "2024-05-01T12:00:00.Z",
                                      "2024-05-01T12:00:00Zjunk",
                                      "2024-05-01T",
                                      "1714564800",
                                      "2024-05-01T12:00:00+2",
                                      "2024-05-01T12:60:00",
                                      "-024-05-01"}) {
    EXPECT_FALSE(ParseTime(text).has_value()) << text;
  }
}

TEST(TimeTest, WritesIso8601) {
  EXPECT_EQ(FormatTime(1714564800000), "2024-05-01T12:00:00Z");
  EXPECT_EQ(FormatTime(1714564800250), "2024-05-01T12:00:00.250Z");
  EXPECT_EQ(FormatTimeBare(1714564800999), "2024-05-01T12:00:00");
  EXPECT_EQ(FormatTime(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatTime(0), "1970-01-01T00:00:00Z");
}

TEST(TimeTest, ReadsTheDateOfHttp) {
  EXPECT_EQ(ParseHttpDate("Wed, 01 May 2024 12:00:00 GMT"), 1714564800000);
  EXPECT_FALSE(ParseHttpDate("Wed, 01 Foo 2024 12:00:00 GMT").has_value());
  EXPECT_FALSE(ParseHttpDate("Wed, 01 May 2024 12:00:00").has_value());
  EXPECT_FALSE(ParseHttpDate("").has_value());
}

TEST(TextTest, CleansWhatIsNotUtf8) {
  EXPECT_EQ(CleanText("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(CleanText("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(CleanText(std::string_view("a\0z", 3)), "a\xEF\xBF\xBDz");
  EXPECT_EQ(CleanText("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(CleanText("\xF0\x9F\x98"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(CleanText("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(TextTest, CutsBetweenCharacters) {
  EXPECT_EQ(HeadOf("short", 10), "short");
  EXPECT_EQ(HeadOf("0123456789ab", 10), "0123456...");
  EXPECT_EQ(HeadOf("12345\xC3\xBC\xC3\xBC\xC3\xBC", 9), "12345...");
}

TEST(TextTest, EncodesForAUrl) {
  EXPECT_EQ(UrlEncode("a b&c=d/\xC3\xBC~-._"), "a%20b%26c%3Dd%2F%C3%BC~-._");
}

TEST(TextTest, HashesTheSameEverywhere) {
  EXPECT_EQ(HashText(""), "cbf29ce484222325");
  EXPECT_EQ(HashText("a"), "af63dc4c8601ec8c");
}

TEST(JsonWriterTest, WritesWhatWasSaid) {
  JsonWriter w;

  w.Object().Key("update").Array();
  w.Object().Field("id", 7).Field("price", *ParseMoney("12.5", "EUR")).Field("on", true).End();
  w.Object().Key("none").Null().End();
  w.End().Field("text", "a\"b\\c\n\x01 \xFF").End();

  EXPECT_EQ(w.Text(),
            R"({"update":[{"id":7,"price":"12.50","on":true},{"none":null}],)"
            "\"text\":\"a\\\"b\\\\c\\n\\u0001 \xEF\xBF\xBD\"}");
}

TEST(JsonWriterTest, RefusesToBeUsedOutOfOrder) {
  JsonWriter value_without_key;
  value_without_key.Object();
  EXPECT_THROW(value_without_key.Value(1), Failure);
  JsonWriter key_in_array;
  key_in_array.Array();
  EXPECT_THROW(key_in_array.Key("a"), Failure);
  JsonWriter open;
  open.Array();
  EXPECT_THROW((void)open.Text(), Failure);
  JsonWriter twice;
  twice.Value(1);
  EXPECT_THROW(twice.Value(2), Failure);
  JsonWriter nothing_to_end;
  EXPECT_THROW(nothing_to_end.End(), Failure);
}

}  // namespace
}  // namespace storebridge::sdk
