// What the oracle is shown of a shipment that was changed.
#include "sim/store_model.h"

#include <string>

#include <gtest/gtest.h>

namespace storebridge::sim {
namespace {

namespace json = boost::json;

class StoreModelTest : public ::testing::Test {
 protected:
  StoreModelTest() { order_ = store_.Place({{store_.Codes().front(), 1}}, true, false).at(0); }

  json::value Ask(const std::string& method, const std::string& part, const json::object& body) {
    const demo_store::Options keys;
    demo_store::Request request;
    request.method = method;
    request.host = "shop.example";
    request.target = "/wp-json/wc/v3/orders/" + std::to_string(order_) + part +
                     "?consumer_key=" + keys.consumer_key +
                     "&consumer_secret=" + keys.consumer_secret;
    request.body = json::serialize(body);
    request.secure = true;
    demo_store::ParseTarget(request);
    return json::parse(store_.Handle(request).body);
  }
  static json::object Shipment(const char* code) {
    const json::object item{{"item_id", 1}, {"qty", 1}};
    const json::object items{{"id", 0}, {"key", "_items"}, {"value", json::array({item})}};
    const json::object number{{"id", 0}, {"key", "_tracking_number"}, {"value", code}};
    return {{"status", "fulfilled"},
            {"notify_customer", true},
            {"meta_data", json::array({items, number})}};
  }
  [[nodiscard]] const demo_store::Order& order() const { return *store_.FindOrder(order_); }

  StoreModel store_{{.products = 40,
                     .has_fulfillments = true,
                     .now_ms = [] { return std::int64_t{0}; },
                     .start_ms = 1'795'000'000'000}};
  std::int64_t order_ = 0;
};

TEST_F(StoreModelTest, ShowsTheTrackingNumberThatAFulfillmentHasNow) {
  const std::int64_t first = Ask("POST", "/fulfillments", Shipment("A1")).at("id").as_int64();
  const std::int64_t second = Ask("POST", "/fulfillments", Shipment("B1")).at("id").as_int64();

  Ask("PUT", "/fulfillments/" + std::to_string(first), Shipment("A2"));

  const std::map<std::int64_t, std::string> now{{first, "A2"}, {second, "B1"}};
  EXPECT_EQ(FulfillmentTracking(order()), now);
  EXPECT_EQ(UpdateMails(order()), 1);
  EXPECT_EQ(ShippingMails(order()), 3);
}

TEST_F(StoreModelTest, ShowsTheTrackingNumberOfAnOrderWithoutFulfillments) {
  for (const char* code : {"A1", "A2"}) {
    const json::object row{{"key", "_tracking_number"}, {"value", code}};
    Ask("PUT", "", {{"meta_data", json::array({row})}});
    Ask("POST", "/notes", {{"note", code}, {"customer_note", true}});
  }

  EXPECT_EQ(MetaTracking(order()), "A2");
  EXPECT_EQ(order().notes.size(), 2U);
  EXPECT_EQ(UpdateMails(order()), 0);
  EXPECT_TRUE(FulfillmentTracking(order()).empty());
}

}  // namespace
}  // namespace storebridge::sim
