#include "store_client.h"

namespace storebridge::demo_store {
namespace {

class FulfillmentTest : public StoreTest {
 protected:
  static json::object Row(const char* key, const json::value_ref& value) {
    return {{"id", 0}, {"key", key}, {"value", value}};
  }
  static json::array Meta(std::int64_t item, const std::string& code) {
    return {Row("_items", json::array({json::object({{"item_id", item}, {"qty", 1}})})),
            Row("_tracking_number", code)};
  }
  static json::object Body(const json::array& meta, const char* status = "fulfilled") {
    return {{"status", status}, {"meta_data", meta}};
  }

  /// Places an order of two and ships one; all tests begin so.
  void Ship(const char* status = "fulfilled") {
    order_ = PlaceOrder("SF-MUG-BIRCH", 2);
    list_ = "/orders/" + std::to_string(order_) + "/fulfillments";
    item_ = ApiJson("/orders/" + std::to_string(order_)).at("line_items").at(0).at("id").as_int64();
    json::array meta = Meta(item_, "FIRST0001");
    meta.push_back(Row("_shipment_provider", "posti"));
    const Reply made = Api("POST", list_, Body(meta, status));
    ASSERT_EQ(made.status, 201) << made.body;
    made_ = made.Json();
    one_ = list_ + "/" + std::to_string(made_.at("id").as_int64());
  }
  static json::value MetaOf(const json::value& fulfillment, std::string_view key) {
    for (const json::value& row : fulfillment.at("meta_data").as_array()) {
      if (row.at("key").as_string() == key) {
        return row;
      }
    }
    return nullptr;
  }
  std::int64_t Mails(const std::string& kind) {
    const json::value state = OrderState(order_);
    const json::value* count = state.at("mail_counts").as_object().if_contains(kind);
    return count == nullptr ? 0 : count->as_int64();
  }
  void ExpectRefused(const Reply& reply, std::string_view why) {
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.Json().at("code"), 0);
    EXPECT_EQ(reply.Json().at("message").as_string(), why);
    EXPECT_EQ(reply.Json().at("data").at("status"), 400);
  }

  std::int64_t order_ = 0;
  std::int64_t item_ = 0;
  json::value made_;
  std::string list_;
  std::string one_;
};

TEST_F(FulfillmentTest, KeepsTheIdsOfRowsThatAreNamedAndDropsTheOthers) {
  Ship();

  const json::value changed = Api("PUT", one_, Body(Meta(item_, "SECOND001"))).Json();

  EXPECT_EQ(MetaOf(changed, "_tracking_number").at("value"), "SECOND001");
  EXPECT_EQ(MetaOf(changed, "_tracking_number").at("id"),
            MetaOf(made_, "_tracking_number").at("id"));
  EXPECT_TRUE(MetaOf(changed, "_shipment_provider").is_null());
  EXPECT_EQ(changed.at("id"), made_.at("id"));
  EXPECT_EQ(changed.at("entity_id").as_string(), std::to_string(order_));
  EXPECT_EQ(ApiJson(one_), changed);
  EXPECT_EQ(ApiJson(list_).at(0), changed);
}

TEST_F(FulfillmentTest, TakesEveryMethodThatEdits) {
  Ship();

  for (const char* method : {"PUT", "PATCH", "POST"}) {
    EXPECT_EQ(Api(method, one_, Body(Meta(item_, method))).status, 200);
    EXPECT_EQ(MetaOf(ApiJson(one_), "_tracking_number").at("value"), method);
  }
}

TEST_F(FulfillmentTest, KeepsAnEmptyValueAndDropsANullOne) {
  Ship();
  json::array meta = Meta(item_, "");
  meta.push_back(Row("_shipment_provider", nullptr));

  const json::value changed = Api("PUT", one_, Body(meta)).Json();

  EXPECT_EQ(MetaOf(changed, "_tracking_number").at("value"), "");
  EXPECT_TRUE(MetaOf(changed, "_shipment_provider").is_null());
  EXPECT_EQ(OrderState(order_).at("tracking").as_array().size(), 0U);
}

TEST_F(FulfillmentTest, FindsARowByItsId) {
  Ship();
  json::array meta = Meta(item_, "SECOND001");
  meta.at(1).as_object()["id"] = MetaOf(made_, "_tracking_number").at("id");

  const json::value changed = Api("PUT", one_, Body(meta)).Json();

  EXPECT_EQ(MetaOf(changed, "_tracking_number").at("value"), "SECOND001");
}

TEST_F(FulfillmentTest, ShowsTheShopsOwnTimesAndANewDateWhereItIsNotNamed) {
  Ship();
  Advance(60);
  json::array meta = Meta(item_, "SECOND001");
  const json::value old_date = MetaOf(made_, "_date_fulfilled");
  meta.push_back(Row("_date_fulfilled", old_date.at("value")));

  const json::value named = Api("PUT", one_, Body(meta)).Json();
  const json::value unnamed = Api("PUT", one_, Body(Meta(item_, "SECOND001"))).Json();

  EXPECT_EQ(old_date.at("value"), "2026-09-21 16:13:20");
  EXPECT_EQ(named.at("date_updated"), "2026-09-21 16:14:20");
  EXPECT_EQ(MetaOf(named, "_date_fulfilled"), old_date);
  EXPECT_EQ(MetaOf(unnamed, "_date_fulfilled").at("value"), "2026-09-21 16:14:20");
}

TEST_F(FulfillmentTest, MailsAnUpdateAsOneWhenAsked) {
  Ship();
  json::object loud = Body(Meta(item_, "SECOND001"));
  loud["notify_customer"] = true;

  Api("PUT", one_, Body(Meta(item_, "SECOND001")));
  EXPECT_EQ(Mails("fulfillment_updated"), 0);
  Api("PUT", one_, loud);
  EXPECT_EQ(Mails("fulfillment_updated"), 1);
  Api("PUT", one_ + "?notify_customer=true", Body(Meta(item_, "THIRD0001")));

  EXPECT_EQ(Mails("fulfillment_updated"), 2);
  EXPECT_EQ(Mails("fulfillment_created"), 0);
  EXPECT_EQ(OrderState(order_).at("mails").as_array().back().at("detail"), "THIRD0001");
  EXPECT_EQ(OrderState(order_).at("status"), "processing");
}

TEST_F(FulfillmentTest, MailsADraftOnlyWhenItBecomesFulfilled) {
  Ship("unfulfilled");
  EXPECT_EQ(made_.at("is_fulfilled"), false);

  Api("PUT", one_ + "?notify_customer=true", Body(Meta(item_, "SECOND001"), "unfulfilled"));
  EXPECT_EQ(OrderState(order_).at("shipping_mails"), 0);
  Api("PUT", one_ + "?notify_customer=true", Body(Meta(item_, "SECOND001")));

  EXPECT_EQ(Mails("fulfillment_created"), 1);
  EXPECT_EQ(Mails("fulfillment_updated"), 0);
  EXPECT_EQ(ApiJson(one_).at("is_fulfilled"), true);
}

TEST_F(FulfillmentTest, LetsTheStatusDecideWhetherItIsFulfilled) {
  Ship();

  json::object body = Body(Meta(item_, "X"), "no_such_status");
  body["is_fulfilled"] = false;

  EXPECT_EQ(Api("PUT", one_, body).Json().at("status"), "fulfilled");
  body["status"] = "unfulfilled";
  EXPECT_EQ(Api("PUT", one_, body).Json().at("is_fulfilled"), false);
  body.erase("status");
  EXPECT_EQ(Api("PUT", one_, body).Json().at("status"), "unfulfilled");
}

TEST_F(FulfillmentTest, RefusesItemsThatAreNone) {
  Ship();
  const auto put = [&](const json::value& items) {
    return Api("PUT", one_, Body({Row("_items", items)}));
  };

  const char* none = "The fulfillment should contain at least one item.";
  ExpectRefused(Api("PUT", one_, Body({Row("_tracking_number", "X")})), none);
  ExpectRefused(put(json::array()), none);
  ExpectRefused(put("x"), "The fulfillment items should be an array.");
  for (const json::value& item : json::array({json::object({{"item_id", item_}, {"qty", 0}}),
                                              json::object({{"item_id", "7"}, {"qty", 1}}),
                                              json::object({{"item_id", item_}, {"qty", "1"}}),
                                              "x"})) {
    ExpectRefused(put(json::array({item})), "Invalid item.");
  }
  EXPECT_EQ(ApiJson(one_), made_);
}

TEST_F(FulfillmentTest, HoldsNothingAgainstTheOrderNorALock) {
  Ship();
  json::array meta = Meta(999'999, "X");
  meta.at(0).as_object()["value"].at(0).as_object()["qty"] = 50.5;
  meta.push_back(Row("_is_locked", true));

  EXPECT_EQ(Api("PUT", one_, Body(meta)).status, 200);
  EXPECT_EQ(Api("PUT", one_, Body(Meta(item_, "Y"))).status, 200);
}

TEST_F(FulfillmentTest, TellsAnUnknownOneFromOneOfAnotherOrder) {
  Ship();
  const std::int64_t other = PlaceOrder("SF-MUG-BIRCH", 1);
  const std::string foreign_id = "/fulfillments/" + std::to_string(made_.at("id").as_int64());
  const json::object body = Body(Meta(item_, "X"));

  for (const char* method : {"GET", "PUT"}) {
    const json::value sent = method == std::string("GET") ? json::value() : json::value(body);
    ExpectRefused(Api(method, list_ + "/999999", sent), "Fulfillment not found.");
    ExpectRefused(Api(method, "/orders/" + std::to_string(other) + foreign_id, sent),
                  "Invalid fulfillment ID.");
    const Reply no_order = Api(method, "/orders/999999" + foreign_id, sent);
    EXPECT_EQ(no_order.status, 404);
    EXPECT_EQ(no_order.Json().at("code"), "woocommerce_rest_order_invalid_id");
  }
}

TEST_F(FulfillmentTest, WantsMetaDataInEveryUpdate) {
  Ship();

  const Reply reply = Api("PUT", one_, json::object({{"status", "fulfilled"}}));

  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.Json().at("code"), "rest_missing_callback_param");
}

TEST_F(FulfillmentTest, DoesNothingToADeletedOneAndSaysItDid) {
  Ship();
  Api("DELETE", one_);

  const Reply changed = Api("PUT", one_, Body(Meta(item_, "SECOND001")));
  const Reply shown = Api("GET", one_);

  EXPECT_EQ(changed.status, 200);
  EXPECT_FALSE(changed.Json().at("date_deleted").is_null());
  EXPECT_EQ(shown.status, 400);
  EXPECT_EQ(shown.Json().at("code"), 404);
  EXPECT_EQ(OrderState(order_).at("tracking").as_array().size(), 0U);
}

TEST_F(FulfillmentTest, PassesOverRowsWithoutAnIdWhenToldTo) {
  Ship();
  Demo("/settings", json::object({{"meta_needs_id", true}}));
  json::array meta = Meta(item_, "X");
  EXPECT_EQ(Api("POST", list_, Body(meta)).status, 201);
  for (json::value& row : meta) {
    row.as_object().erase("id");
  }

  ExpectRefused(Api("POST", list_, Body(meta)),
                "The fulfillment should contain at least one item.");
  EXPECT_EQ(Api("PUT", one_, Body(meta)).status, 200) << "an update finds them by key";
}

TEST_F(FulfillmentTest, TellsTheOrderHowMuchOfItIsFulfilled) {
  Ship();
  const auto status = [&] {
    return MetaOf(ApiJson("/orders/" + std::to_string(order_)), "_fulfillment_status").at("value");
  };
  EXPECT_EQ(status(), "partially_fulfilled");
  json::array whole = Meta(item_, "X");
  whole.at(0).as_object()["value"].at(0).as_object()["qty"] = 2;

  Api("PUT", one_, Body(whole));
  EXPECT_EQ(status(), "fulfilled");
  Api("PUT", one_, Body(whole, "unfulfilled"));
  EXPECT_EQ(status(), "unfulfilled");
}

// What a shop without fulfilments keeps of a shipment.
TEST_F(FulfillmentTest, AnOrderKeepsOneTrackingNumberAndAllItsNotes) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);
  const std::string path = "/orders/" + std::to_string(id);
  const auto meta = [](const char* code) {
    return json::object(
        {{"meta_data",
          json::array({json::object({{"key", "_tracking_number"}, {"value", code}})})}});
  };

  const json::value first = Api("PUT", path, meta("FIRST0001")).Json();
  const json::value second = Api("PUT", path, meta("SECOND001")).Json();
  for (const char* note : {"Sent: FIRST0001", "Sent: SECOND001", "Sent: SECOND001"}) {
    Api("POST", path + "/notes", json::object({{"note", note}, {"customer_note", true}}));
  }

  ASSERT_EQ(second.at("meta_data").as_array().size(), 1U);
  EXPECT_EQ(MetaOf(second, "_tracking_number").at("value"), "SECOND001");
  EXPECT_EQ(MetaOf(second, "_tracking_number").at("id"),
            MetaOf(first, "_tracking_number").at("id"));
  const json::value notes = ApiJson(path + "/notes?type=customer");
  ASSERT_EQ(notes.as_array().size(), 3U);
  EXPECT_EQ(notes.at(2).at("note"), "Sent: FIRST0001");
  EXPECT_EQ(OrderState(id).at("mail_counts").at("customer_note"), 3);
}

}  // namespace
}  // namespace storebridge::demo_store
