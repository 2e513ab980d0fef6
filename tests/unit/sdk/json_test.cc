#include "storebridge/sdk/json.h"

#include <gtest/gtest.h>

namespace storebridge::sdk {
namespace {

// What `fn` throws; a Failure without a message when it does not.
template <typename Fn>
Failure Thrown(Fn&& fn) {
  try {
    (void)fn();
  } catch (const Failure& failure) {
    return failure;
  }
  return Failure(Code::kPermanent, "");
}

std::string Line(int line) {
  return " (json_test.cc:" + std::to_string(line) + ")";
}

TEST(JsonTest, NamesThePlaceTheValueAndTheLine) {
  const Json order = Json::Parse(
      R"({"id":7,"line_items":[{"quantity":1},{"quantity":"two"}],"shipping":{"first name":null}})");

  const Failure wrong = Thrown([&] { return order.At("line_items").At(1).At("quantity").Int(); });
  EXPECT_EQ(
      wrong.message(),
      "$.line_items[1].quantity is the string \"two\", expected an integer" + Line(__LINE__ - 3));
  EXPECT_EQ(wrong.code(), Code::kPermanent);

  const Failure null = Thrown([&] { return order.At("shipping").At("first name").Text(); });
  EXPECT_EQ(null.message(),
            "$.shipping[\"first name\"] is null, expected a string" + Line(__LINE__ - 2));

  const Failure absent = Thrown([&] { return order.At("line_items").At(0).At("sku"); });
  EXPECT_EQ(absent.message(), "$.line_items[0].sku is missing" + Line(__LINE__ - 1));

  const Failure list = Thrown([&] { return order.At("line_items").Text(); });
  EXPECT_EQ(list.message(), "$.line_items is a list, expected a string" + Line(__LINE__ - 1));

  const Failure past = Thrown([&] { return order.At("line_items").At(5); });
  EXPECT_EQ(past.message(),
            "$.line_items has 2 elements, expected more than 5" + Line(__LINE__ - 2));

  const Failure scalar = Thrown([&] { return order.At("id").Items(); });
  EXPECT_EQ(scalar.message(), "$.id is 7, expected a list" + Line(__LINE__ - 1));
}

TEST(JsonTest, FindsThePathOfEveryValue) {
  const Json root = Json::Parse(R"({"a":[1,[],{},[2,{"b":{"c":[]},"d":3}]],"e":"x"})");

  EXPECT_EQ(root.Path(), "$");
  EXPECT_EQ(root.At("a").Path(), "$.a");
  EXPECT_EQ(root.At("a").At(1).Path(), "$.a[1]");
  EXPECT_EQ(root.At("a").At(2).Path(), "$.a[2]");
  EXPECT_EQ(root.At("a").At(3).At(1).At("b").At("c").Path(), "$.a[3][1].b.c");
  EXPECT_EQ(root.At("a").At(3).At(1).At("d").Path(), "$.a[3][1].d");
  EXPECT_EQ(root.At("e").Path(), "$.e");
}

TEST(JsonTest, SaysWhichSettingIsWrong) {
  const Json config =
      Json::Parse(R"({"paging":{"size":"many"}})", "the settings", Json::Source::kConfig);

  const Failure wrong = Thrown([&] { return config.At("paging").At("size").Int(); });
  EXPECT_EQ(wrong.code(), Code::kConfig);
  EXPECT_EQ(wrong.message(), "setting paging.size is the string \"many\", expected an integer");
  EXPECT_EQ(wrong.proto().config_path(), "paging.size");

  const Failure absent = Thrown([&] { return config.At("base_url").Text(); });
  EXPECT_EQ(absent.message(), "setting base_url is missing");
  EXPECT_EQ(absent.proto().config_path(), "base_url");
}

TEST(JsonTest, KeepsItsTextAlive) {
  const Json inner = Json::Parse(R"({"a":{"b":"a string that is not kept in place"}})").At("a");

  EXPECT_EQ(inner.At("b").Text(), "a string that is not kept in place");
}

TEST(JsonTest, ReadsIntegersFromWhatStoresSend) {
  const Json j = Json::Parse(
      R"([3, 3.0, "3", -7, 9223372036854775807, 3.5, "", "3.0", " 3", true, 18446744073709551615])");

  for (const std::size_t i : {0U, 1U, 2U}) {
    EXPECT_EQ(j.At(i).Int(), 3);
  }
  EXPECT_EQ(j.At(3).Int(), -7);
  EXPECT_EQ(j.At(4).Int(), INT64_MAX);
  for (std::size_t i = 5; i < j.size(); ++i) {
    EXPECT_NE(Thrown([&] { return j.At(i).Int(); }).message(), "") << i;
  }
}

TEST(JsonTest, ReadsIdsFromTextAndIntegers) {
  const Json j = Json::Parse(R"([42, "gid://shop/Order/1", 18446744073709551615, "", 1.5, null])");

  EXPECT_EQ(j.At(0).Id(), "42");
  EXPECT_EQ(j.At(1).Id(), "gid://shop/Order/1");
  EXPECT_EQ(j.At(2).Id(), "18446744073709551615");
  for (std::size_t i = 3; i < j.size(); ++i) {
    EXPECT_NE(Thrown([&] { return j.At(i).Id(); }).message(), "") << i;
  }
}

TEST(JsonTest, ReadsMoneyWithoutFloats) {
  const Json j =
      Json::Parse(R"(["12.50", 12.5, 0.1, 0.29, 1e3, 16.806722689075629, 19.99, -0.05])");
  const std::vector<std::string> expected = {
      "12.50", "12.50", "0.10", "0.29", "1000.00", "16.806722689", "19.99", "-0.05"};

  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Money money = j.At(i).Amount("EUR");
    EXPECT_EQ(FormatMoney(money), expected.at(i));
    EXPECT_EQ(money.currency_code(), "EUR");
  }
}

TEST(JsonTest, RefusesWhatIsNoAmount) {
  const Json j =
      Json::Parse(R"(["1e3", "1,50", "", "12.5 EUR", null, true, "1234567890123456.00"])");

  for (std::size_t i = 0; i < j.size(); ++i) {
    const Failure failure = Thrown([&] { return j.At(i).Amount("EUR"); });
    EXPECT_NE(failure.message().find("expected an amount such as 12.50"), std::string::npos) << i;
  }
}

TEST(JsonTest, TakesAbsentAndNullForEmpty) {
  const Json j = Json::Parse(R"({"null":null,"text":"","zero":0})");

  EXPECT_EQ(j.OptionalText("null"), "");
  EXPECT_EQ(j.OptionalText("absent"), "");
  EXPECT_EQ(j.OptionalId("text"), "");
  EXPECT_FALSE(j.OptionalInt("null").has_value());
  EXPECT_EQ(j.OptionalInt("zero"), 0);
  EXPECT_FALSE(j.OptionalBool("absent").has_value());
  EXPECT_FALSE(j.OptionalAmount("text", "EUR").has_value());
  EXPECT_EQ(j.OptionalTimeMs("text"), 0);
  EXPECT_TRUE(j.OptionalItems("null").empty());
  EXPECT_NE(Thrown([&] { return j.OptionalText("zero"); }).message(), "");
}

TEST(JsonTest, KeepsAPageReadableThatHasOneBadValue) {
  const Json j = Json::Parse(
      "[\"caf\xE9\", \"\\ud800\", \"\\ud83d\\ude00\", 123456789012345678901234567890, 1e999, "
      "\"a\tb\", \"nul\\u0000\", 7, \"\\\\\", \"say \\\"123456789012345678901\\\"\"]");

  EXPECT_EQ(j.At(0).Text(), "caf\xEF\xBF\xBD");
  EXPECT_EQ(j.At(1).Text(), "\xEF\xBF\xBD");
  EXPECT_EQ(j.At(2).Text(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(j.At(3).Text(), "123456789012345678901234567890");
  EXPECT_EQ(j.At(4).Text(), "1e999");
  EXPECT_EQ(j.At(5).Text(),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(j.At(6).Text(), "nul\xEF\xBF\xBD");
  EXPECT_EQ(j.At(7).Int(), 7);
  EXPECT_EQ(j.At(8).Text(), "\\");
  EXPECT_EQ(j.At(9).Text(), "say \"123456789012345678901\"");
}

TEST(JsonTest, TakesAByteOrderMark) {
  EXPECT_EQ(Json::Parse("\xEF\xBB\xBF{\"a\":1}").At("a").Int(), 1);
}

TEST(JsonTest, TellsWhatTheTextIsInsteadOfJson) {
  const Failure html = Thrown([] { return Json::Parse("\n<!doctype html><p>Log in", "GET /x"); });
  EXPECT_EQ(html.code(), Code::kTransient);
  EXPECT_EQ(html.message().rfind("GET /x is HTML, expected JSON", 0), 0U);
  EXPECT_NE(html.proto().detail().find("Log in"), std::string::npos);

  EXPECT_EQ(Thrown([] { return Json::Parse(" \n"); }).code(), Code::kTransient);
  EXPECT_EQ(Thrown([] { return Json::Parse(R"({"a":[1,2)"); }).code(), Code::kTransient);
  EXPECT_EQ(Thrown([] { return Json::Parse(R"({"a":})"); }).code(), Code::kPermanent);
  EXPECT_EQ(Thrown([] { return Json::Parse("hello"); }).code(), Code::kPermanent);
}

TEST(JsonTest, RefusesWhatIsTooDeepOrTooLarge) {
  const std::string deep(1000, '[');
  EXPECT_EQ(Thrown([&] { return Json::Parse(deep + std::string(1000, ']')); }).code(),
            Code::kLimit);
  EXPECT_EQ(Thrown([] { return Json::Parse(std::string(kJsonBytesMax + 1, ' ')); }).code(),
            Code::kLimit);
}

TEST(JsonTest, IsNullByDefault) {
  EXPECT_TRUE(Json().IsNull());
}

TEST(JsonTest, GivesMembersInTheirOrder) {
  const auto members = Json::Parse(R"({"z":1,"a":"two"})").Members();

  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].first, "z");
  EXPECT_EQ(members[1].second.Scalar(), "two");
}

}  // namespace
}  // namespace storebridge::sdk
