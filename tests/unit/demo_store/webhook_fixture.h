#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "store_client.h"
#include "webhook_receiver.h"

namespace storebridge::demo_store {

/// A store with a receiver of its webhooks.
class WebhookFixture : public StoreTest {
 protected:
  static constexpr std::chrono::seconds kPatience{20};

  /// Makes a webhook by the control and waits for its ping; returns its id.
  std::int64_t Listen(const std::string& topic) {
    const std::size_t before = receiver_.count();
    const Reply reply = Demo(
        "/webhooks",
        json::object({{"topic", topic}, {"delivery_url", receiver_.url()}, {"secret", "shh"}}));
    EXPECT_EQ(reply.status, 201) << reply.body;
    receiver_.Await(before + 1);
    return reply.status == 201 ? reply.Json().at("id").as_int64() : 0;
  }

  json::value WebhookState(std::int64_t id) {
    const json::value state = State();
    for (const json::value& webhook : state.at("webhooks").as_array()) {
      if (webhook.at("id") == id) {
        return webhook;
      }
    }
    return {};
  }

  /// Asks for the webhook's state until so many deliveries and pings are filed.
  json::value AwaitFiled(std::int64_t id, std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    json::value webhook = WebhookState(id);
    while (webhook.at("deliveries").as_array().size() < count &&
           std::chrono::steady_clock::now() < end) {
      webhook = WebhookState(id);
    }
    return webhook;
  }

  std::string AnswerTo(const json::value& webhook, std::size_t delivery) {
    return std::string(webhook.at("deliveries").at(delivery).at("answer").as_string());
  }

  WebhookReceiver receiver_;
};

}  // namespace storebridge::demo_store
