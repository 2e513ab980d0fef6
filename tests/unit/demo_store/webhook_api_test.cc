#include "webhook_fixture.h"

namespace storebridge::demo_store {
namespace {

class WebhookApiTest : public WebhookFixture {
 protected:
  /// Makes a webhook over REST and waits for its ping.
  Reply Create(json::object fields) {
    fields.emplace("topic", "order.created");
    fields.emplace("delivery_url", receiver_.url());
    const std::size_t before = receiver_.count();
    Reply reply = Api("POST", "/webhooks", fields);
    if (reply.status == 201) {
      receiver_.Await(before + 1);
    }
    return reply;
  }

  Reply Put(std::int64_t id, const json::value& fields) {
    return Api("PUT", "/webhooks/" + std::to_string(id), fields);
  }

  static std::string CodeOf(const Reply& reply) {
    const json::value body = reply.Json();
    return body.is_object() ? std::string(body.at("code").as_string()) : reply.body;
  }
};

TEST_F(WebhookApiTest, MakesAnActiveWebhookWhateverStatusIsAskedAndNeverShowsTheSecret) {
  const Reply made = Create(json::object({{"status", "paused"}, {"secret", "hush-hush"}}));

  const json::value webhook = made.Json();
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(webhook.at("status"), "active");
  EXPECT_EQ(webhook.at("resource"), "order");
  EXPECT_EQ(webhook.at("event"), "created");
  EXPECT_EQ(webhook.at("hooks").at(0), "woocommerce_new_order");
  EXPECT_EQ(made.body.find("hush-hush"), std::string::npos);
  EXPECT_EQ(ApiJson("/webhooks/1"), webhook);
}

TEST_F(WebhookApiTest, ListsTheLastFirstAndByStatus) {
  Create({});
  Create({});
  Put(1, json::object({{"status", "paused"}}));

  const Reply all = Api("GET", "/webhooks?orderby=id");
  const json::value paused = ApiJson("/webhooks?status=paused&_fields=id,status");

  EXPECT_EQ(all.headers.at("x-wp-total"), "2");
  EXPECT_EQ(all.Json().at(0).at("id"), 2);
  EXPECT_EQ(paused, json::array({json::object({{"id", 1}, {"status", "paused"}})}));
}

TEST_F(WebhookApiTest, SendsNothingWhilePausedAndGoesOnWhenActiveAgain) {
  Create({});
  AwaitFiled(1, 1);
  Put(1, json::object({{"status", "paused"}}));
  PlaceOrder("SF-MUG-BIRCH", 1);

  Put(1, json::object({{"status", "active"}, {"topic", "order.updated"}, {"secret", "new"}}));
  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);

  const auto posts = receiver_.Await(2);
  EXPECT_EQ(posts.at(1).Json().at("id"), order);
  EXPECT_EQ(posts.at(1).Header("x-wc-webhook-topic"), "order.updated");
}

TEST_F(WebhookApiTest, StillSendsWhatWaitedWhenTheWebhookWasPaused) {
  receiver_.Hold();
  Create({});
  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);
  Put(1, json::object({{"status", "paused"}}));

  receiver_.Release();

  EXPECT_EQ(receiver_.Await(2).at(1).Json().at("id"), order);
}

TEST_F(WebhookApiTest, PingsANewAddressAndNotANewName) {
  Create({});
  AwaitFiled(1, 1);

  Put(1, json::object({{"name", "Warehouse"}}));
  Put(1, json::object({{"delivery_url", receiver_.url() + "/moved"}}));

  const auto posts = receiver_.Await(2);
  ASSERT_EQ(posts.size(), 2U);
  EXPECT_EQ(posts.at(1).target, "/hook/moved");
  EXPECT_TRUE(posts.at(1).is_ping());
  EXPECT_EQ(ApiJson("/webhooks/1").at("name"), "Warehouse");
}

TEST_F(WebhookApiTest, DeletesOnlyWithForceAndForgetsWhatWaited) {
  receiver_.Hold();
  Create({});
  PlaceOrder("SF-MUG-BIRCH", 1);

  const Reply trash = Api("DELETE", "/webhooks/1");
  const Reply gone = Api("DELETE", "/webhooks/1?force=true");
  receiver_.Release();
  receiver_.AnswerWith(200);
  Create({});

  EXPECT_EQ(trash.status, 501);
  EXPECT_EQ(CodeOf(trash), "woocommerce_rest_trash_not_supported");
  EXPECT_EQ(gone.Json().at("id"), 1);
  EXPECT_EQ(Api("GET", "/webhooks/1").status, 400);
  EXPECT_EQ(receiver_.Await(2).at(1).body, "webhook_id=2");
}

TEST_F(WebhookApiTest, RefusesWhatThePlatformRefuses) {
  const Reply no_topic = Api("POST", "/webhooks", json::object({{"delivery_url", "http://x"}}));
  const Reply bad_topic = Create(json::object({{"topic", "order.eaten"}}));
  const Reply bad_url = Create(json::object({{"delivery_url", "ftp://127.0.0.1/"}}));
  const Reply bad_status = Create(json::object({{"status", "asleep"}}));
  const Reply unknown = Put(9, json::object({{"name", "x"}}));

  EXPECT_EQ(CodeOf(no_topic), "rest_missing_callback_param");
  EXPECT_EQ(CodeOf(bad_topic), "woocommerce_rest_shop_webhook_invalid_topic");
  EXPECT_EQ(CodeOf(bad_url), "woocommerce_rest_shop_webhook_invalid_delivery_url");
  EXPECT_EQ(CodeOf(bad_status), "rest_invalid_param");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(CodeOf(unknown), "woocommerce_rest_shop_webhook_invalid_id");
  EXPECT_EQ(Api("DELETE", "/webhooks/9?force=true").status, 404);
}

TEST_F(WebhookApiTest, SaysWhatTheControlIsMissing) {
  const Reply reply = Demo("/webhooks", json::object({{"topic", "order.created"}}));

  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.Json().at("error"), "Missing parameter(s): delivery_url");
}

}  // namespace
}  // namespace storebridge::demo_store
