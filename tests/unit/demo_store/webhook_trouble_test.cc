#include <optional>

#include "demo_store/webhooks.h"
#include "webhook_fixture.h"

namespace storebridge::demo_store {
namespace {

class WebhookTroubleTest : public WebhookFixture {
 protected:
  /// Places one order and waits until its delivery is filed as the `count`th.
  json::value OneMore(std::int64_t webhook, std::size_t count) {
    PlaceOrder("SF-MUG-BIRCH", 1);
    return AwaitFiled(webhook, count);
  }

  /// Has six deliveries fail, which is one too few to disable the webhook.
  json::value FailSixTimes(std::int64_t webhook) {
    AwaitFiled(webhook, 1);
    receiver_.AnswerWith(500);
    json::value state;
    for (std::size_t filed = 2; filed <= 7; ++filed) {
      state = OneMore(webhook, filed);
    }
    return state;
  }
};

TEST_F(WebhookTroubleTest, DisablesAWebhookAtTheSeventhFailureInARow) {
  const std::int64_t webhook = Listen("order.created");
  const json::value sixth = FailSixTimes(webhook);
  const json::value seventh = OneMore(webhook, 8);
  PlaceOrder("SF-MUG-BIRCH", 1);
  const std::int64_t witness = Listen("order.updated");

  EXPECT_EQ(sixth.at("status"), "active");
  EXPECT_EQ(sixth.at("failure_count"), 6);
  EXPECT_EQ(seventh.at("status"), "disabled");
  EXPECT_EQ(AnswerTo(seventh, 7), "500");
  AwaitFiled(witness, 1);
  EXPECT_EQ(WebhookState(webhook).at("deliveries").as_array().size(), 8U);
}

TEST_F(WebhookTroubleTest, ForgetsFailuresAtASuccessSuchAs302WhichItDoesNotFollow) {
  const std::int64_t webhook = Listen("order.created");
  FailSixTimes(webhook);

  receiver_.AnswerWith(302);
  const json::value moved = OneMore(webhook, 8);
  receiver_.AnswerWith(303);
  const json::value other = OneMore(webhook, 9);

  EXPECT_EQ(moved.at("failure_count"), 0);
  EXPECT_EQ(other.at("failure_count"), 1);
  EXPECT_EQ(receiver_.count(), 9U);
}

TEST_F(WebhookTroubleTest, CountsAReceiverThatIsGoneAsAFailure) {
  auto gone = std::make_optional<WebhookReceiver>();
  const std::string url = gone->url();
  gone.reset();
  const Reply reply =
      Demo("/webhooks", json::object({{"topic", "order.created"}, {"delivery_url", url}}));
  const std::int64_t webhook = reply.Json().at("id").as_int64();

  const json::value state = OneMore(webhook, 2);

  EXPECT_EQ(AnswerTo(state, 0), "no answer");
  EXPECT_EQ(AnswerTo(state, 1), "no answer");
  EXPECT_EQ(state.at("failure_count"), 1);
  EXPECT_EQ(state.at("status"), "active");
}

TEST_F(WebhookTroubleTest, DoesNotHoldRequestsUpWhileAReceiverIsSlow) {
  receiver_.Hold();
  const std::int64_t webhook = Listen("order.created");

  const std::int64_t order = PlaceOrder("SF-MUG-BIRCH", 1);

  EXPECT_EQ(OrderState(order).at("status"), "processing");
  EXPECT_EQ(receiver_.count(), 1U);
  EXPECT_TRUE(WebhookState(webhook).at("deliveries").as_array().empty());
  receiver_.Release();
  EXPECT_EQ(receiver_.Await(2).at(1).Json().at("id"), order);
}

TEST_F(WebhookTroubleTest, StopsAtOnceWhileADeliveryIsUnansweredAndOthersWait) {
  receiver_.Hold();
  Listen("order.created");
  PlaceOrder("SF-MUG-BIRCH", 1);
  const auto start = std::chrono::steady_clock::now();

  store_.Stop();

  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  EXPECT_EQ(receiver_.count(), 1U);
}

TEST_F(WebhookTroubleTest, KeepsDeliveriesButNotPingsWaitingForTheDelay) {
  Demo("/settings", json::object({{"delivery_delay_ms", 3'600'000}}));
  const std::int64_t webhook = Listen("order.created");
  AwaitFiled(webhook, 1);

  PlaceOrder("SF-MUG-BIRCH", 1);
  Demo("/settings", json::object({{"delivery_delay_ms", 0}}));
  const std::int64_t prompt = PlaceOrder("SF-MUG-BIRCH", 1);

  EXPECT_EQ(receiver_.Await(2).at(1).Json().at("id"), prompt);
  EXPECT_EQ(State().at("totals").at("deliveries_waiting"), 1);
}

TEST_F(WebhookTroubleTest, SendsToHttpsWhateverTheCertificate) {
  Options options;
  options.tls = true;
  DemoStore other;
  ASSERT_NE(other.Start(options), 0);
  const Reply reply = Demo("/webhooks",
                           json::object({{"topic", "order.created"},
                                         {"delivery_url", other.url() + "/demo/reset_counters"}}));
  const std::int64_t webhook = reply.Json().at("id").as_int64();

  const json::value state = OneMore(webhook, 2);

  EXPECT_EQ(AnswerTo(state, 0), "400");  // A form is no JSON.
  EXPECT_EQ(AnswerTo(state, 1), "200");
}

TEST_F(WebhookTroubleTest, LosesOneDeliveryAndTellsNobodyWhenToldTo) {
  const std::int64_t webhook = Listen("order.created");
  AwaitFiled(webhook, 1);
  Demo("/misbehave", json::object({{"kind", "webhook_lost"}, {"route", "^order"}}));

  const json::value lost = OneMore(webhook, 2);
  const json::value sent = OneMore(webhook, 3);

  EXPECT_EQ(AnswerTo(lost, 1), "lost");
  EXPECT_EQ(lost.at("failure_count"), 0);
  EXPECT_EQ(AnswerTo(sent, 2), "200");
  EXPECT_EQ(receiver_.count(), 2U);
}

TEST_F(WebhookTroubleTest, SendsOneDeliveryTwiceWhenToldTo) {
  const std::int64_t webhook = Listen("order.created");
  Demo("/misbehave", json::object({{"kind", "webhook_twice"}}));

  PlaceOrder("SF-MUG-BIRCH", 1);
  AwaitFiled(webhook, 3);

  const auto posts = receiver_.Await(3);
  ASSERT_EQ(posts.size(), 3U);
  EXPECT_EQ(posts.at(1).body, posts.at(2).body);
  EXPECT_EQ(posts.at(1).headers, posts.at(2).headers);
}

TEST_F(WebhookTroubleTest, SignsOneDeliveryWronglyWhenToldTo) {
  Listen("product.updated");
  Demo("/misbehave", json::object({{"kind", "webhook_bad_signature"}, {"route", "product"}}));
  const json::object edit{{"sku", "SF-MUG-BIRCH"}, {"quantity", 3}};

  Demo("/stock", edit);
  receiver_.Await(2);
  Demo("/stock", edit);

  const auto posts = receiver_.Await(3);
  ASSERT_EQ(posts.size(), 3U);
  EXPECT_EQ(posts.at(1).body, posts.at(2).body);
  EXPECT_NE(posts.at(1).Header("x-wc-webhook-signature"),
            posts.at(2).Header("x-wc-webhook-signature"));
}

TEST_F(WebhookTroubleTest, ArmedForWebhooksItLeavesTheApiAlone) {
  Demo("/misbehave", json::object({{"kind", "webhook_lost"}, {"times", -1}}));

  EXPECT_EQ(Api("GET", "/orders").status, 200);
}

TEST(WebhooksTest, DropsAndCountsWhatIsOverTheQueuesMaximum) {
  Webhooks webhooks;
  Webhook webhook;
  webhook.topic = "order.updated";
  webhooks.Add(std::move(webhook), 1);  // Its ping waits too.

  for (Id id = 1; id <= static_cast<Id>(Webhooks::kWaitingMax) + 1; ++id) {
    webhooks.Announce("order.updated", id, {});
  }

  EXPECT_EQ(webhooks.Take().size(), Webhooks::kWaitingMax);
  EXPECT_EQ(webhooks.waiting(), Webhooks::kWaitingMax);
  EXPECT_EQ(webhooks.dropped(), 2);
}

TEST(WebhooksTest, KeepsTheLastDeliveriesOnly) {
  Webhooks webhooks;
  Webhook* webhook = webhooks.Add({}, 1);

  for (Id id = 1; id <= static_cast<Id>(Webhooks::kKeptDeliveries) + 5; ++id) {
    WebhookDelivery delivery;
    delivery.resource_id = id;
    webhooks.Settle(*webhook, std::move(delivery), 200);
  }

  EXPECT_EQ(webhook->deliveries.size(), Webhooks::kKeptDeliveries);
  EXPECT_EQ(webhook->deliveries.front().resource_id, 6);
}

}  // namespace
}  // namespace storebridge::demo_store
