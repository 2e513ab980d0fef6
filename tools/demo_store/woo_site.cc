#include "php_json.h"
#include "woo_call.h"

namespace storebridge::demo_store {
namespace {

struct CurrencyWords {
  const char* code;
  const char* name;
  const char* symbol;
};

CurrencyWords WordsFor(const std::string& code) {
  static constexpr CurrencyWords kKnown[] = {{"EUR", "Euro", "&euro;"},
                                             {"SEK", "Swedish krona", "&#107;&#114;"},
                                             {"NOK", "Norwegian krone", "&#107;&#114;"},
                                             {"DKK", "Danish krone", "kr."},
                                             {"GBP", "Pound sterling", "&pound;"},
                                             {"USD", "United States (US) dollar", "&#36;"}};
  for (const CurrencyWords& words : kKnown) {
    if (code == words.code) {
      return words;
    }
  }
  return {code.c_str(), code.c_str(), code.c_str()};
}

json::object Setting(const std::string& id, const std::string& label, const std::string& value) {
  return {{"id", id},
          {"label", label},
          {"description", ""},
          {"type", "text"},
          {"default", ""},
          {"tip", ""},
          {"value", value},
          {"group_id", "general"}};
}

}  // namespace

Answer ShowSystemStatus(Call& call) {
  const StoreState& state = call.state;
  const bool recent = state.IsNew();
  const json::object environment{{"home_url", state.base_url},
                                 {"site_url", state.base_url},
                                 {"version", recent ? "11.0.1" : "7.9.0"},
                                 {"wp_version", recent ? "6.9" : "6.2.2"},
                                 {"wp_multisite", false},
                                 {"php_version", "8.2.36"},
                                 {"language", "fi"},
                                 {"default_timezone", "UTC"}};
  const json::object settings{{"api_enabled", false},
                              {"force_ssl", false},
                              {"currency", state.settings.currency},
                              {"currency_symbol", WordsFor(state.settings.currency).symbol},
                              {"currency_position", "right_space"},
                              {"thousand_separator", " "},
                              {"decimal_separator", ","},
                              {"number_of_decimals", 2}};
  return JsonAnswer(
      200,
      json::object({{"environment", environment},
                    {"database", {{"wc_database_version", recent ? "11.0.1" : "7.9.0"}}},
                    {"active_plugins", json::array()},
                    {"settings", settings},
                    {"pages", json::array()}}));
}

Answer ShowCurrency(Call& call) {
  const CurrencyWords words = WordsFor(call.state.settings.currency);
  return JsonAnswer(
      200, json::object({{"code", words.code}, {"name", words.name}, {"symbol", words.symbol}}));
}

Answer ListGeneralSettings(Call& call) {
  const StoreState& state = call.state;
  json::array all{Setting("woocommerce_store_address", "Address line 1", "Rantakatu 7"),
                  Setting("woocommerce_store_city", "City", "Turku"),
                  Setting("woocommerce_default_country", "Country / State", "FI"),
                  Setting("woocommerce_store_postcode", "Postcode / ZIP", "20100"),
                  Setting("woocommerce_calc_taxes", "Enable taxes", "yes"),
                  Setting("woocommerce_currency", "Currency", state.settings.currency),
                  Setting("woocommerce_price_num_decimals", "Number of decimals", "2")};
  const std::string asked = call.request.path.substr(call.request.path.rfind('/') + 1);
  for (const json::value& setting : all) {
    if (TextOr(setting.get_object(), "id", "") == asked) {
      return JsonAnswer(200, setting);
    }
  }
  if (asked != "general") {
    return ErrorAnswer({404, "rest_setting_setting_invalid", "Invalid setting.", {}});
  }
  return JsonAnswer(200, all);
}

Answer ShowCompletedMail(Call& call) {
  const bool is_on = call.state.settings.completed_mail;
  json::object setting = Setting("enabled", "Enable/Disable", is_on ? "yes" : "no");
  setting["type"] = "checkbox";
  setting["default"] = "yes";
  setting["group_id"] = "email_customer_completed_order";
  return JsonAnswer(200, setting);
}

}  // namespace storebridge::demo_store
