#include "store_client.h"

namespace storebridge::demo_store {
namespace {

using SiteTest = StoreTest;

TEST_F(SiteTest, ShowsItsRoutesWithoutAKey) {
  Start();

  const Reply reply = SendOnce(port_, "GET", "/wp-json/", "", {});

  const json::value index = reply.Json();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(index.at("routes").as_object().contains("/wc/v3/orders/(?P<id>[\\d]+)/fulfillments"));
}

TEST_F(SiteTest, AnswersUnderThePlainPermalinkToo) {
  Start();

  const Reply reply = SendOnce(port_, "GET", "/?rest_route=/wc/v3/orders", "", {});

  EXPECT_EQ(reply.status, 401);
}

TEST_F(SiteTest, TellsItsVersionAndCurrency) {
  options_.currency = "SEK";

  const json::value status = ApiJson("/system_status");

  EXPECT_EQ(status.at("environment").at("version"), "11.0.1");
  EXPECT_EQ(ApiJson("/data/currencies/current").at("code"), "SEK");
  EXPECT_EQ(ApiJson("/settings/general/woocommerce_currency").at("value"), "SEK");
  EXPECT_EQ(ApiJson("/settings/general").as_array().at(5).at("value"), "SEK");
}

TEST_F(SiteTest, AnswersUnknownRoutesAndBrokenBodiesAsThePlatformDoes) {
  Start();
  const Headers secure{{"X-Forwarded-Proto", "https"}};
  const std::string keys =
      "?consumer_key=" + options_.consumer_key + "&consumer_secret=" + options_.consumer_secret;

  const Reply route = Api("GET", "/coffee");
  const Reply body =
      SendOnce(port_, "PUT", "/wp-json/wc/v3/products/1001" + keys, "{not json", secure);

  EXPECT_EQ(route.status, 404);
  EXPECT_EQ(route.Json().at("code"), "rest_no_route");
  EXPECT_EQ(body.status, 400);
  EXPECT_EQ(body.Json().at("code"), "rest_invalid_json");
}

TEST_F(SiteTest, KnowsStatusesThatPluginsHaveAdded) {
  Start();
  const Reply before = Api("GET", "/orders?status=processing,delivered");

  Demo("/settings", json::object({{"plugin_statuses", json::array({"delivered"})}}));

  EXPECT_EQ(before.status, 400);
  EXPECT_EQ(before.Json().at("code"), "rest_invalid_param");
  EXPECT_EQ(Api("GET", "/orders?status=processing,delivered").status, 200);
  EXPECT_EQ(ApiJson("/reports/orders/totals").as_array().back().at("slug"), "delivered");
}

TEST_F(SiteTest, ServesAPageForPeople) {
  Start();

  const Reply reply = SendOnce(port_, "GET", "/", "", {});

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "text/html; charset=UTF-8");
}

TEST_F(SiteTest, LetsAMerchantEditItsProducts) {
  Demo("/products",
       json::object({{"title", "Uusi tuote"}, {"sku", "NEW-1"}, {"price", "5.00"}, {"stock", 9}}));
  Demo("/products", json::object({{"sku", "NEW-1"}, {"title", "Uudempi"}, {"new_sku", "NEW-2"}}));
  const json::value found = ApiJson("/products?sku=NEW-2");
  Demo("/stock", json::object({{"sku", "NEW-2"}, {"quantity", 4}}));
  const std::int64_t stock = StockOf("NEW-2");

  const Reply gone = Demo("/products", json::object({{"sku", "NEW-2"}, {"delete", true}}));

  EXPECT_EQ(found.at(0).at("name"), "Uudempi");
  EXPECT_EQ(stock, 4);
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(ApiJson("/products?sku=NEW-2").as_array().size(), 0U);
}

TEST_F(SiteTest, PricesAnOrderToTheCent) {
  const json::object line{{"sku", "SF-CANDLE-SEA"}, {"quantity", 3}};
  const json::object address{{"country", "US"}, {"postcode", "97205"}};
  const Reply placed =
      Demo("/orders", json::object({{"lines", json::array({line})}, {"discount_percent", 10}}));
  const Reply abroad =
      Demo("/orders", json::object({{"lines", json::array({line})}, {"address", address}}));

  const json::value home_order =
      ApiJson("/orders/" + std::to_string(placed.Json().at("ids").at(0).as_int64()));
  const json::value abroad_order =
      ApiJson("/orders/" + std::to_string(abroad.Json().at("ids").at(0).as_int64()));

  // 3 x 19.90 - 10 % = 53.73 and 5.90 for the parcel, VAT 25.5 % inside.
  EXPECT_EQ(home_order.at("total"), "59.63");
  EXPECT_EQ(home_order.at("total_tax"), "12.12");
  EXPECT_EQ(home_order.at("discount_total"), "4.76");
  EXPECT_EQ(abroad_order.at("total_tax"), "0.00");
  EXPECT_EQ(abroad_order.at("shipping").at("country"), "US");
}

TEST_F(SiteTest, ShowsTheMostRequestsThatAWindowHeld) {
  ApiJson("/orders");
  ApiJson("/orders");
  Advance(30);
  ApiJson("/orders");

  const json::value state = State();

  EXPECT_EQ(state.at("counters").at("largest_windows").at("1000"), 2);
  EXPECT_EQ(state.at("counters").at("largest_windows").at("60000"), 3);
}

TEST_F(SiteTest, ShowsTheLastRequestsWithoutSecrets) {
  Start();
  const std::string keys =
      "?consumer_key=" + options_.consumer_key + "&consumer_secret=" + options_.consumer_secret;
  SendOnce(port_, "GET", "/wp-json/wc/v3/orders" + keys, "", {{"X-Forwarded-Proto", "https"}});

  const json::value state = State();

  EXPECT_EQ(state.at("counters").at("by_route").at("GET /orders"), 1);
  EXPECT_EQ(state.at("requests").at(0).at("status"), 200);
  const std::string target(state.at("requests").at(0).at("target").as_string());
  EXPECT_EQ(target.find(options_.consumer_secret), std::string::npos);
}

}  // namespace
}  // namespace storebridge::demo_store
