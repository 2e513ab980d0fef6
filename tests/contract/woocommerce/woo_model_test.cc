// The model of the shop itself: what its shipments do when they are made and changed.
#include "woo_model.h"

#include <string>

#include <gtest/gtest.h>

namespace storebridge::testing {
namespace {

namespace json = boost::json;
namespace v1 = connector::v1;

class WooModelTest : public ::testing::Test {
 protected:
  WooModelTest() {
    model_.orders[12] = {.status = "processing", .modified_s = model_.now_s - 100};
    model_.orders[13] = {.status = "processing", .modified_s = model_.now_s - 100};
  }

  v1::HttpResponse Ask(const std::string& method,
                       const std::string& path,
                       const std::string& body = "") {
    v1::HttpRequest request;
    request.set_method(method);
    request.set_url("https://shop.example/wp-json/wc/v3/orders/" + path);
    request.set_body(body);
    return model_.Answer(request).http();
  }
  static std::string Body(const std::string& code, const std::string& more = "") {
    return R"({"status":"fulfilled","meta_data":[)"
           R"({"id":0,"key":"_items","value":[{"item_id":120,"qty":2}]},)"
           R"({"id":0,"key":"_tracking_number","value":")" +
           code + R"("}])" + more + "}";
  }
  static json::value Json(const v1::HttpResponse& answer) { return json::parse(answer.body()); }
  void ExpectRefused(const v1::HttpResponse& answer, const std::string& why) {
    EXPECT_EQ(answer.status(), 400U);
    EXPECT_EQ(Json(answer).at("code"), 0);
    EXPECT_EQ(Json(answer).at("message").as_string(), why);
  }

  WooModel model_;
};

TEST_F(WooModelTest, UpdatesAFulfillmentAndMailsIt) {
  const json::value made = Json(Ask("POST", "12/fulfillments", Body("JJFI1")));
  const std::string one = "12/fulfillments/" + json::serialize(made.at("id"));
  model_.now_s += 60;

  for (const char* method : {"PUT", "PATCH", "POST"}) {
    const v1::HttpResponse answer = Ask(method, one, Body("JJFI2", R"(,"notify_customer":true)"));
    EXPECT_EQ(answer.status(), 200U);
    EXPECT_EQ(Json(answer).at("is_fulfilled"), true);
    EXPECT_EQ(Json(answer).at("meta_data").at(1).at("id"), made.at("meta_data").at(1).at("id"));
  }
  Ask("PUT", one + "?notify_customer=true", Body("JJFI3", R"(,"notify_customer":false)"));

  const WooModel::Order& order = model_.orders[12];
  EXPECT_EQ(order.Mails("fulfillment_updated"), 3);
  EXPECT_EQ(order.Mails("fulfillment_created"), 0);
  EXPECT_EQ(order.fulfillments.begin()->second.Meta("_tracking_number"), "JJFI3");
  EXPECT_EQ(order.modified_s, model_.now_s);
  EXPECT_EQ(Json(Ask("GET", "12/fulfillments")).at(0), Json(Ask("GET", one)));
}

TEST_F(WooModelTest, DropsRowsThatAnUpdateDoesNotName) {
  const json::value made = Json(Ask("POST", "12/fulfillments", Body("JJFI1")));
  const std::string one = "12/fulfillments/" + json::serialize(made.at("id"));

  Ask("PUT", one, R"({"meta_data":[{"key":"_items","value":[{"item_id":120,"qty":1}]}]})");

  const WooModel::Fulfillment& changed = model_.orders[12].fulfillments.begin()->second;
  EXPECT_EQ(changed.Meta("_tracking_number"), "");
  EXPECT_EQ(changed.Meta("_items"), R"([{"item_id":120,"qty":1}])");
  EXPECT_NE(changed.Meta("_date_fulfilled"), "") << "it gets a new one";
  EXPECT_TRUE(changed.is_fulfilled());
}

TEST_F(WooModelTest, WritesARowByItsIdAndByItsKeyWhereThereIsNone) {
  json::array& meta = model_.orders[12].meta_data;
  const auto fill = [&] {
    meta = {{{"id", 900}, {"key", "a"}, {"value", 1}}, {{"id", 901}, {"key", "a"}, {"value", 2}}};
  };

  fill();
  Ask("PUT", "12", R"({"meta_data":[{"id":901,"key":"a","value":3}]})");
  EXPECT_EQ(json::serialize(meta),
            R"([{"id":900,"key":"a","value":1},{"id":901,"key":"a","value":3}])");

  for (const char* id : {"0", "902"}) {
    fill();
    Ask("PUT", "12", std::string(R"({"meta_data":[{"id":)") + id + R"(,"key":"a","value":3}]})");
    EXPECT_EQ(meta.size(), 1U) << id;
    EXPECT_EQ(model_.orders[12].Meta("a"), "3") << id;
  }
}

TEST_F(WooModelTest, RefusesAsThePlatformDoes) {
  const json::value made = Json(Ask("POST", "12/fulfillments", Body("JJFI1")));
  const std::string id = json::serialize(made.at("id"));
  const std::string none = "The fulfillment should contain at least one item.";

  ExpectRefused(Ask("PUT", "12/fulfillments/9999", Body("X")), "Fulfillment not found.");
  ExpectRefused(Ask("PUT", "13/fulfillments/" + id, Body("X")), "Invalid fulfillment ID.");
  ExpectRefused(Ask("PUT", "12/fulfillments/" + id, R"({"meta_data":[]})"), none);
  ExpectRefused(Ask("PUT",
                    "12/fulfillments/" + id,
                    R"({"meta_data":[{"key":"_items","value":[{"item_id":"120","qty":1}]}]})"),
                "Invalid item.");
  ExpectRefused(
      Ask("POST",
          "12/fulfillments",
          R"({"status":"fulfilled","meta_data":[{"key":"_items","value":[{"item_id":1,"qty":1}]}]})"),
      none);
  EXPECT_EQ(Ask("PUT", "99/fulfillments/" + id, Body("X")).status(), 404U);
  EXPECT_EQ(Json(Ask("PUT", "12/fulfillments/" + id, "{}")).at("code"),
            "rest_missing_callback_param");
  EXPECT_EQ(model_.orders[12].fulfillments.begin()->second.Meta("_tracking_number"), "JJFI1");
  model_.has_fulfillments = false;
  EXPECT_EQ(Json(Ask("GET", "12/fulfillments")).at("code"), "rest_no_route");
}

TEST_F(WooModelTest, ReplacesMetaOfAnOrderByKeyAndKeepsAllNotes) {
  Ask("PUT",
      "12",
      R"({"meta_data":[{"key":"_tracking_number","value":"A"},{"key":"b","value":1}]})");
  Ask("PUT", "12", R"({"meta_data":[{"key":"_tracking_number","value":"B"}]})");
  Ask("POST", "12/notes", R"({"note":"one","customer_note":true})");
  Ask("POST", "12/notes", R"({"note":"two"})");

  const WooModel::Order& order = model_.orders[12];
  EXPECT_EQ(order.Meta("_tracking_number"), "B");
  EXPECT_EQ(order.Meta("b"), "1");
  EXPECT_EQ(Json(Ask("GET", "12")).at("meta_data").as_array().size(), 2U);
  EXPECT_EQ(Json(Ask("GET", "12/notes")).at(0).at("note"), "two");
  EXPECT_EQ(order.Mails("customer_note"), 1);
}

}  // namespace
}  // namespace storebridge::testing
