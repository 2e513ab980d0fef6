#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "demo_store/text.h"
#include "demo_store/webhook_post.h"
#include "webhook_fixture.h"

namespace storebridge::demo_store {
namespace {

class WebhookTest : public WebhookFixture {
 protected:
  Reply Put(std::int64_t id, const json::value& fields) {
    return Api("PUT", "/orders/" + std::to_string(id), fields);
  }
};

std::string SignatureOf(const std::string& body, const std::string& secret) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha256(),
       secret.data(),
       static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()),
       body.size(),
       out,
       &length);
  return Base64({reinterpret_cast<const char*>(out), length});
}

TEST_F(WebhookTest, PingsANewWebhookWithAFormThatIsNotSigned) {
  const std::int64_t id = Listen("order.created");

  const ReceivedPost ping = receiver_.Await(1).at(0);

  EXPECT_EQ(ping.body, "webhook_id=" + std::to_string(id));
  EXPECT_EQ(ping.Header("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(ping.Header("user-agent"), "WooCommerce/11.0.1 Hookshot (WordPress/6.9)");
  EXPECT_EQ(ping.Header("x-wc-webhook-topic"), "");
  EXPECT_EQ(ping.Header("x-wc-webhook-signature"), "");
  EXPECT_EQ(AnswerTo(AwaitFiled(id, 1), 0), "200");
}

TEST_F(WebhookTest, StaysActiveAndPingsAfterEveryDeliveryUntilAPingIsAnsweredWithExactly200) {
  receiver_.AnswerWith(204);
  const std::int64_t id = Listen("order.created");
  PlaceOrder("SF-MUG-BIRCH", 1);
  const auto after_204 = receiver_.Await(3);
  AwaitFiled(id, 3);
  receiver_.AnswerWith(200);
  PlaceOrder("SF-MUG-BIRCH", 1);
  const auto after_200 = receiver_.Await(5);
  const json::value pinged = AwaitFiled(id, 5);
  PlaceOrder("SF-MUG-BIRCH", 1);
  const json::value quiet = AwaitFiled(id, 6);

  EXPECT_FALSE(after_204.at(1).is_ping());
  EXPECT_TRUE(after_204.at(2).is_ping());
  EXPECT_TRUE(after_200.at(4).is_ping());
  EXPECT_EQ(pinged.at("pending_ping"), false);
  EXPECT_EQ(quiet.at("status"), "active");
  EXPECT_EQ(receiver_.count(), 6U);
}

TEST_F(WebhookTest, DeliversTheOrderAsTheApiShowsItWithItsHeaders) {
  const std::int64_t webhook = Listen("order.created");

  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);
  const ReceivedPost post = receiver_.Await(2).at(1);

  EXPECT_EQ(post.body, Api("GET", "/orders/" + std::to_string(order)).body);
  EXPECT_EQ(post.http_version, 10U);
  EXPECT_EQ(post.Header("content-type"), "application/json");
  EXPECT_EQ(post.Header("x-wc-webhook-source"), store_.url() + "/");
  EXPECT_EQ(post.Header("x-wc-webhook-topic"), "order.created");
  EXPECT_EQ(post.Header("x-wc-webhook-resource"), "order");
  EXPECT_EQ(post.Header("x-wc-webhook-event"), "created");
  EXPECT_EQ(post.Header("x-wc-webhook-id"), std::to_string(webhook));
  EXPECT_EQ(post.Header("x-wc-webhook-delivery-id").size(), 32U);
}

TEST_F(WebhookTest, SignsTheRawBodyWithTheSecret) {
  Listen("order.created");

  PlaceOrder("SF-MUG-BIRCH", 1);
  const ReceivedPost post = receiver_.Await(2).at(1);

  EXPECT_EQ(post.Header("x-wc-webhook-signature"), SignatureOf(post.body, "shh"));
}

TEST(WebhookPostTest, SignsTheSecondCaseOfRfc4231AsItIsPrinted) {
  WebhookPost post;
  post.body = "what do ya want for nothing?";

  post.Sign("Jefe");

  ASSERT_EQ(post.headers.size(), 1U);
  EXPECT_EQ(post.headers.at(0).second, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

TEST_F(WebhookTest, SharesADeliveryIdAmongTheDeliveriesOfOneSecond) {
  Listen("order.created");
  PlaceOrder("SF-MUG-BIRCH", 1);
  PlaceOrder("SF-MUG-BIRCH", 1);
  receiver_.Await(3);
  Advance(1);
  PlaceOrder("SF-MUG-BIRCH", 1);

  const auto posts = receiver_.Await(4);

  const std::string first = posts.at(1).Header("x-wc-webhook-delivery-id");
  EXPECT_NE(posts.at(1).Json().at("id"), posts.at(2).Json().at("id"));
  EXPECT_EQ(posts.at(2).Header("x-wc-webhook-delivery-id"), first);
  EXPECT_NE(posts.at(3).Header("x-wc-webhook-delivery-id"), first);
}

TEST_F(WebhookTest, TellsOfAPaidOrderAsCreatedAndThenAsUpdated) {
  Listen("order.updated");
  Listen("order.created");

  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);
  const auto posts = receiver_.Await(4);

  EXPECT_EQ(posts.at(2).Header("x-wc-webhook-topic"), "order.created");
  EXPECT_EQ(posts.at(3).Header("x-wc-webhook-topic"), "order.updated");
  EXPECT_EQ(posts.at(3).Json().at("id"), order);
  EXPECT_EQ(posts.at(2).Json().at("status"), "processing");  // As it is when it is sent.
}

TEST_F(WebhookTest, TellsOnceOfAnOrderThatOneRequestSavedSeveralTimes) {
  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);
  const std::int64_t webhook = Listen("order.updated");

  Put(order, json::object({{"customer_note", "Ring twice"}, {"status", "completed"}}));
  AwaitFiled(webhook, 2);
  Put(order, json::object({{"status", "refunded"}}));
  AwaitFiled(webhook, 3);

  const auto posts = receiver_.Await(3);
  ASSERT_EQ(posts.size(), 3U);
  EXPECT_EQ(posts.at(1).Json().at("customer_note"), "Ring twice");
  EXPECT_EQ(posts.at(1).Json().at("status"), "completed");
  EXPECT_EQ(posts.at(2).Json().at("status"), "refunded");
}

TEST_F(WebhookTest, QueuesNothingTwiceThatStillWaitsAndSendsItAsItIsByThen) {
  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);
  receiver_.Hold();
  const std::int64_t webhook = Listen("order.updated");
  Put(order, json::object({{"status", "on-hold"}}));
  Put(order, json::object({{"status", "completed"}}));
  EXPECT_EQ(State().at("totals").at("deliveries_waiting"), 1);

  receiver_.Release();
  AwaitFiled(webhook, 2);

  const auto posts = receiver_.Await(2);
  ASSERT_EQ(posts.size(), 2U);
  EXPECT_EQ(posts.at(1).Json().at("status"), "completed");
}

TEST_F(WebhookTest, TellsOfStockThatASaleOrAClientMoved) {
  Listen("product.updated");
  const std::int64_t mug = IdOf("SF-MUG-BIRCH");

  PlaceOrder("SF-MUG-BIRCH", 1);
  const json::value sold = receiver_.Await(2).at(1).Json();
  Api("PUT", "/products/" + std::to_string(mug), json::object({{"stock_quantity", 77}}));
  const json::value set = receiver_.Await(3).at(2).Json();

  EXPECT_EQ(sold.at("id"), mug);
  EXPECT_EQ(set.at("stock_quantity"), 77);
}

TEST_F(WebhookTest, TellsOfAVariationInAProductsFormAndOfItsParent) {
  json::value variation;
  const json::value state = State();
  for (const json::value& product : state.at("products").as_array()) {
    if (product.at("parent_id") != 0) {
      variation = product;
    }
  }
  Listen("product.updated");

  Demo("/stock", json::object({{"sku", variation.at("sku")}, {"quantity", 3}}));
  const auto posts = receiver_.Await(3);

  EXPECT_EQ(posts.at(1).Json().at("id"), variation.at("id"));
  EXPECT_EQ(posts.at(1).Json().at("type"), "variation");
  EXPECT_EQ(posts.at(1).Json().at("parent_id"), variation.at("parent_id"));
  EXPECT_EQ(posts.at(2).Json().at("id"), variation.at("parent_id"));
  EXPECT_EQ(posts.at(2).Json().at("type"), "variable");
}

TEST_F(WebhookTest, TellsOfANewProductOnce) {
  const std::int64_t webhook = Listen("product.created");

  Demo("/products", json::object({{"sku", "NEW-1"}, {"title", "Lantern"}, {"price", "19.00"}}));
  Demo("/products", json::object({{"sku", "NEW-1"}, {"price", "21.00"}}));
  Api("POST", "/products", json::object({{"name", "Lamp"}, {"sku", "NEW-2"}}));
  AwaitFiled(webhook, 3);

  const auto posts = receiver_.Await(3);
  ASSERT_EQ(posts.size(), 3U);
  EXPECT_EQ(posts.at(1).Json().at("sku"), "NEW-1");
  EXPECT_EQ(posts.at(2).Json().at("sku"), "NEW-2");
}

TEST_F(WebhookTest, TellsOfWhatWentToTheTrashByItsIdAndNotOfWhatWasDeletedForGood) {
  const std::int64_t trashed = IdOf("SF-MUG-BIRCH");
  Api("POST", "/products", json::object({{"name", "Lamp"}, {"sku", "LAMP"}}));
  Api("POST", "/products", json::object({{"name", "Lantern"}, {"sku", "LANTERN"}}));
  const std::int64_t erased = IdOf("LAMP");
  const std::int64_t thrown = IdOf("LANTERN");
  Listen("product.deleted");

  Api("DELETE", "/products/" + std::to_string(erased) + "?force=true");
  Api("DELETE", "/products/" + std::to_string(thrown));
  Demo("/products", json::object({{"sku", "SF-MUG-BIRCH"}, {"delete", true}}));

  const auto posts = receiver_.Await(3);
  EXPECT_EQ(posts.at(1).body, "{\"id\":" + std::to_string(thrown) + "}");
  EXPECT_EQ(posts.at(2).body, "{\"id\":" + std::to_string(trashed) + "}");
}

TEST_F(WebhookTest, TellsOfAnOrderThatWentToTheTrashByItsId) {
  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);
  Listen("order.deleted");

  Demo("/orders/" + std::to_string(order), json::object({{"delete", true}}));

  EXPECT_EQ(receiver_.Await(2).at(1).body, "{\"id\":" + std::to_string(order) + "}");
  EXPECT_EQ(Api("GET", "/orders/" + std::to_string(order)).status, 404);
}

TEST_F(WebhookTest, SendsTheApisRefusalForWhatIsGoneByThen) {
  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);
  receiver_.Hold();
  Listen("order.updated");
  Put(order, json::object({{"status", "completed"}}));
  Demo("/orders/" + std::to_string(order), json::object({{"delete", true}}));

  receiver_.Release();

  EXPECT_EQ(receiver_.Await(2).at(1).Json().at("code"), "woocommerce_rest_shop_order_invalid_id");
}

TEST_F(WebhookTest, TellsNothingOfOtherTopicsNorOfNotes) {
  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);
  const std::int64_t webhook = Listen("order.updated");

  Demo("/stock", json::object({{"sku", "SF-MUG-BIRCH"}, {"quantity", 3}}));
  Api("POST", "/orders/" + std::to_string(order) + "/notes", json::object({{"note", "Hello"}}));
  Put(order, json::object({{"status", "completed"}}));

  AwaitFiled(webhook, 2);
  EXPECT_EQ(receiver_.count(), 2U);
}

}  // namespace
}  // namespace storebridge::demo_store
