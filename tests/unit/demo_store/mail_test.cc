#include "store_client.h"

namespace storebridge::demo_store {
namespace {

class MailTest : public StoreTest {
 protected:
  Reply Put(std::int64_t id, const json::value& fields) {
    return Api("PUT", "/orders/" + std::to_string(id), fields);
  }

  std::int64_t Mails(std::int64_t id, const std::string& kind) {
    const json::value order = OrderState(id);
    const json::value* count = order.at("mail_counts").as_object().if_contains(kind);
    return count == nullptr ? 0 : count->as_int64();
  }

  std::string Modified(std::int64_t id) {
    return std::string(OrderState(id).at("date_modified_gmt").as_string());
  }

  json::object Shipment(std::int64_t id, const std::string& code, bool notify) {
    const json::value order = ApiJson("/orders/" + std::to_string(id));
    const json::object item{{"item_id", order.at("line_items").at(0).at("id")}, {"qty", 1}};
    const json::array meta{{{"id", 0}, {"key", "_items"}, {"value", json::array({item})}},
                           {{"id", 0}, {"key", "_tracking_number"}, {"value", code}},
                           {{"id", 0}, {"key", "_shipment_provider"}, {"value", "posti"}}};
    return {{"status", "fulfilled"},
            {"is_fulfilled", true},
            {"notify_customer", notify},
            {"meta_data", meta}};
  }
};

TEST_F(MailTest, MailsOnceForOneTransitionToCompleted) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);

  Put(id, json::object({{"status", "completed"}}));
  Put(id, json::object({{"status", "completed"}}));

  EXPECT_EQ(Mails(id, "completed"), 1);
  EXPECT_EQ(Mails(id, "processing"), 1);
  EXPECT_FALSE(OrderState(id).at("date_completed_gmt").is_null());
}

TEST_F(MailTest, MailsAgainWhenAnOrderIsCompletedAgainFromAnotherStatus) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);

  Put(id, json::object({{"status", "completed"}}));
  Put(id, json::object({{"status", "processing"}}));
  Put(id, json::object({{"status", "completed"}}));

  EXPECT_EQ(Mails(id, "completed"), 2);
}

TEST_F(MailTest, KeepsSilentWhenTheMerchantSwitchedTheMailOff) {
  Demo("/settings", json::object({{"completed_mail", false}}));
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);

  Put(id, json::object({{"status", "completed"}}));

  EXPECT_EQ(OrderState(id).at("status"), "completed");
  EXPECT_EQ(Mails(id, "completed"), 0);
}

TEST_F(MailTest, MovesTheModifiedTimeOfARepeatedCompletionOnlyOnTheNewVersion) {
  for (const WooVersion version : {WooVersion::k7_9, WooVersion::k11_0}) {
    options_.version = version;
    Start();
    const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);
    Put(id, json::object({{"status", "completed"}}));
    const std::string first = Modified(id);
    Advance(5);

    Put(id, json::object({{"status", "completed"}}));

    EXPECT_EQ(Modified(id) != first, version == WooVersion::k11_0);
  }
}

TEST_F(MailTest, MailsNotesMeantForTheCustomerOnly) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);
  const std::string path = "/orders/" + std::to_string(id) + "/notes";

  Api("POST", path, json::object({{"note", "Packed by hand"}}));
  const Reply reply = Api(
      "POST", path, json::object({{"note", "Sent: JJFI64301000000000"}, {"customer_note", true}}));

  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(Mails(id, "customer_note"), 1);
  EXPECT_EQ(OrderState(id).at("tracking").at(0).at("code"), "JJFI64301000000000");
  EXPECT_EQ(ApiJson(path + "?type=customer").as_array().size(), 1U);
}

TEST_F(MailTest, MailsAFulfilmentWhenAskedAndLeavesTheOrderStatusAlone) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 2);
  const std::string path = "/orders/" + std::to_string(id) + "/fulfillments";

  const Reply quiet = Api("POST", path, Shipment(id, "QUIET0001", false));
  const Reply loud = Api("POST", path, Shipment(id, "LOUD00001", true));

  EXPECT_EQ(quiet.status, 201) << quiet.body;
  EXPECT_EQ(loud.status, 201);
  EXPECT_EQ(Mails(id, "fulfillment_created"), 1);
  EXPECT_EQ(OrderState(id).at("status"), "processing");
  EXPECT_EQ(OrderState(id).at("tracking").as_array().size(), 2U);
}

TEST_F(MailTest, SendsBothMailsWhenAFulfilledOrderIsAlsoCompleted) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);

  Api("POST",
      "/orders/" + std::to_string(id) + "/fulfillments",
      Shipment(id, "JJFI64301000000000", true));
  Put(id, json::object({{"status", "completed"}}));

  EXPECT_EQ(OrderState(id).at("shipping_mails"), 2);
}

TEST_F(MailTest, ChangesAndWithdrawsAFulfilment) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);
  const std::string path = "/orders/" + std::to_string(id) + "/fulfillments";
  const Reply made = Api("POST", path, Shipment(id, "FIRST0001", true));
  const std::string one = path + "/" + std::to_string(made.Json().at("id").as_int64());

  const Reply changed = Api("PUT", one, Shipment(id, "SECOND001", true));
  const json::value after_change = OrderState(id);
  const Reply gone = Api("DELETE", one + "?notify_customer=true");

  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(after_change.at("tracking").at(0).at("code"), "SECOND001");
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(Mails(id, "fulfillment_updated"), 1);
  EXPECT_EQ(Mails(id, "fulfillment_deleted"), 1);
  EXPECT_EQ(ApiJson(path).as_array().size(), 0U);
}

TEST_F(MailTest, RefusesAFulfilmentOfNothingOrOfForeignItems) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);
  const std::string path = "/orders/" + std::to_string(id) + "/fulfillments";
  json::object foreign = Shipment(id, "X", false);
  foreign["meta_data"] = json::array(
      {{{"id", 0}, {"key", "_items"}, {"value", json::array({{{"item_id", 1}, {"qty", 0}}})}}});

  EXPECT_EQ(Api("POST", path, json::object({{"status", "fulfilled"}})).status, 400);
  EXPECT_EQ(Api("POST", path, foreign).status, 400);
}

TEST_F(MailTest, HasNoFulfilmentRoutesWhenTheFeatureIsOff) {
  Demo("/settings", json::object({{"fulfillments", false}}));
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);

  const Reply reply = Api("GET", "/orders/" + std::to_string(id) + "/fulfillments");

  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.Json().at("code"), "rest_no_route");
}

TEST_F(MailTest, KeepsMetaOfAnOrderByKey) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);
  const json::array first{{{"key", "_marker"}, {"value", "a"}}};
  const json::array second{{{"key", "_marker"}, {"value", "b"}}};

  Put(id, json::object({{"meta_data", first}}));
  const json::value meta = Put(id, json::object({{"meta_data", second}})).Json().at("meta_data");

  ASSERT_EQ(meta.as_array().size(), 1U);
  EXPECT_EQ(meta.at(0).at("value"), "b");
}

TEST_F(MailTest, RefusesAnUnknownStatusAndAnUnknownOrder) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 1);

  const Reply status = Put(id, json::object({{"status", "shipped"}}));
  const Reply order = Api("GET", "/orders/999999");

  EXPECT_EQ(status.Json().at("code"), "rest_invalid_param");
  EXPECT_EQ(order.status, 404);
  EXPECT_EQ(order.Json().at("code"), "woocommerce_rest_shop_order_invalid_id");
}

}  // namespace
}  // namespace storebridge::demo_store
