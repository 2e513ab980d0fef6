#include "store_facts.h"

#include <utility>
#include <vector>

namespace medusa {
namespace {

sdk::Task<std::string> AskCurrency(sdk::Context& cx) {
  std::string currency = cx.Config().OptionalText("currency");
  if (currency.empty()) {
    const sdk::Response response =
        co_await Get(cx, "/stores")
            .Query("limit", 1)
            .Query("fields", "supported_currencies.currency_code,supported_currencies.is_default")
            .Try();
    const sdk::Json answer = ReadAnswer(response);
    for (const sdk::Json& store : answer.At("stores").Items()) {
      for (const sdk::Json& one : store.OptionalItems("supported_currencies")) {
        if (one.OptionalBool("is_default").value_or(false)) {
          currency = one.At("currency_code").Text();
        }
      }
    }
  }
  co_return LowerOf(currency);
}

// Medusa keeps it as a preference of the currency; without one, prices are without tax.
sdk::Task<bool> AskIfPricesIncludeTax(sdk::Context& cx, std::string currency) {
  const sdk::Response response = co_await Get(cx, "/price-preferences")
                                     .Query("attribute", "currency_code")
                                     .Query("value", currency)
                                     .Query("fields", "is_tax_inclusive")
                                     .Try();
  const sdk::Json answer = ReadAnswer(response);
  bool is_included = false;
  for (const sdk::Json& row : answer.At("price_preferences").Items()) {
    is_included = row.OptionalBool("is_tax_inclusive").value_or(false);
  }
  co_return is_included;
}

}  // namespace

sdk::Task<StoreFacts> AskStoreFacts(sdk::Context& cx, std::string location) {
  StoreFacts facts;
  facts.grams = cx.Config().OptionalText("weight_unit") == "kg" ? 1000 : 1;
  facts.millimetres = cx.Config().OptionalText("length_unit") == "cm" ? 10 : 1;
  facts.location = std::move(location);
  facts.currency = co_await AskCurrency(cx);
  if (!facts.currency.empty()) {
    facts.prices_include_tax = co_await AskIfPricesIncludeTax(cx, facts.currency);
  }
  co_return facts;
}

}  // namespace medusa
