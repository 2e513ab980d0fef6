#include "domain/money.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain/region.h"

namespace storebridge::domain {
namespace {

v1::Money Of(std::int64_t units, std::int32_t nanos, const std::string& currency = "EUR") {
  v1::Money money;
  money.set_currency_code(currency);
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

TEST(MoneyTest, FormatsWithTheDecimalsOfTheCurrency) {
  EXPECT_EQ(FormatMoney(Of(12, 500'000'000)), "12.50 EUR");
  EXPECT_EQ(FormatMoney(Of(0, -500'000'000)), "-0.50 EUR");
  EXPECT_EQ(FormatMoney(Of(-3, -50'000'000)), "-3.05 EUR");
  EXPECT_EQ(FormatMoney(Of(1200, 0, "JPY")), "1200 JPY");
  EXPECT_EQ(FormatMoney(Of(1, 5'000'000, "KWD")), "1.005 KWD");
  EXPECT_EQ(FormatMoney(Of(12, 345'000'000)), "12.345 EUR");
  EXPECT_EQ(FormatMoney(Of(0, 1)), "0.000000001 EUR");
  EXPECT_EQ(FormatMoney(Of(std::numeric_limits<std::int64_t>::min(), 0)),
            "-9223372036854775808.00 EUR");
}

TEST(MoneyTest, RefusesWrongCurrenciesNanosAndSigns) {
  EXPECT_TRUE(IsValid(Of(12, 500'000'000)));
  EXPECT_TRUE(IsValid(Of(0, -1)));
  const std::vector<std::string> currencies = {
      "", "eur", "EU", "EURO", "XXX", "XAU", "ZZZ", std::string("E\0R", 3), std::string(3, '\0')};
  for (const std::string& currency : currencies) {
    EXPECT_FALSE(IsValid(Of(1, 0, currency))) << currency;
  }
  EXPECT_FALSE(IsValid(Of(1, 1'000'000'000)));
  EXPECT_FALSE(IsValid(Of(-1, std::numeric_limits<std::int32_t>::min())));
  EXPECT_FALSE(IsValid(Of(1, -1)));
  EXPECT_FALSE(IsValid(Of(-1, 1)));
}

TEST(MoneyTest, AddsWithCarryAndSign) {
  EXPECT_TRUE(Equal(Add(Of(1, 600'000'000), Of(2, 700'000'000)).value(), Of(4, 300'000'000)));
  EXPECT_TRUE(Equal(Add(Of(1, 0), Of(0, -300'000'000)).value(), Of(0, 700'000'000)));
  EXPECT_TRUE(Equal(Add(Of(-1, 0), Of(0, 300'000'000)).value(), Of(0, -700'000'000)));
  EXPECT_TRUE(Equal(Add(Of(-1, -600'000'000), Of(-2, -700'000'000)).value(), Of(-4, -300'000'000)));
  EXPECT_TRUE(Equal(Add(Of(5, 250'000'000), Of(-5, -250'000'000)).value(), Of(0, 0)));
}

TEST(MoneyTest, RefusesToAddTooMuchOrOtherCurrencies) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();

  EXPECT_EQ(Add(Of(most, 0), Of(1, 0)).error().reason, "MONEY_OVERFLOW");
  EXPECT_EQ(Add(Of(most, 999'999'999), Of(0, 1)).error().reason, "MONEY_OVERFLOW");
  EXPECT_EQ(Add(Of(std::numeric_limits<std::int64_t>::min(), 0), Of(-1, 0)).error().reason,
            "MONEY_OVERFLOW");
  EXPECT_EQ(Add(Of(1, 0), Of(1, 0, "SEK")).error().reason, "CURRENCY_MIXED");
  EXPECT_EQ(Add(Of(1, 0), Of(1, -1)).error().reason, "MONEY");
}

TEST(MoneyTest, ComparesUnitsThenNanos) {
  EXPECT_EQ(Compare(Of(1, 2), Of(1, 3)).value(), std::strong_ordering::less);
  EXPECT_EQ(Compare(Of(2, 0), Of(1, 999'999'999)).value(), std::strong_ordering::greater);
  EXPECT_EQ(Compare(Of(-1, -5), Of(-1, -5)).value(), std::strong_ordering::equal);
  EXPECT_FALSE(Compare(Of(1, 0), Of(1, 0, "USD")));
}

TEST(MoneyTest, TakesWhatAConnectorSaysUnchangedOrNotAtAll) {
  connector::v1::Money seen;
  seen.set_currency_code("EUR");
  seen.set_units(12);
  seen.set_nanos(340'000'000);
  EXPECT_TRUE(Equal(MoneyFrom(seen).value(), Of(12, 340'000'000)));

  seen.clear_currency_code();
  EXPECT_EQ(MoneyFrom(seen).error().reason, "MONEY");
}

TEST(MoneyTest, UsesTheGivenCurrencyWhereAnAmountNamesNone) {
  connector::v1::Money seen;
  seen.set_units(3);

  EXPECT_TRUE(Equal(CopyMoney(seen, "SEK"), Of(3, 0, "SEK")));
}

TEST(RegionTest, KnowsCountriesAndNothingElse) {
  EXPECT_EQ(RegionName("FI"), "Finland");
  EXPECT_TRUE(IsRegionCode("AX"));
  for (const char* code : {"", "F", "fi", "UK", "EL", "ZZ", "FIN", "EU"}) {
    EXPECT_FALSE(IsRegionCode(code)) << code;
  }
}

}  // namespace
}  // namespace storebridge::domain
