#include "webhook_edit.h"

#include <algorithm>
#include <array>

#include "payloads.h"
#include "php_json.h"
#include "text.h"

namespace storebridge::demo_store {
namespace {

constexpr std::array kResources{"coupon", "customer", "order", "product"};
constexpr std::array kEvents{"created", "updated", "deleted", "restored"};
constexpr std::array kStatuses{"active", "paused", "disabled"};
constexpr std::array kTextFields{"name", "topic", "delivery_url", "secret", "status"};

template <class List>
bool Has(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool IsTopic(const std::string& topic) {
  if (topic.starts_with("action.woocommerce_") || topic.starts_with("action.wc_")) {
    return true;
  }
  const std::vector<std::string> parts = Split(topic, '.');
  return parts.size() >= 2 && Has(kResources, parts[0]) && Has(kEvents, parts[1]);
}

bool IsUrl(const std::string& url) {
  const bool web = url.starts_with("http://") || url.starts_with("https://");
  return web && url.find_first_of(" \t\r\n") == std::string::npos &&
         url.find("//") + 2 < url.size();
}

ApiError Refused(const std::string& what, const std::string& message) {
  return {400, "woocommerce_rest_shop_webhook_" + what, message, {}};
}

std::optional<ApiError> CheckTypes(const json::object& given) {
  for (const char* name : kTextFields) {
    const json::value* value = given.if_contains(name);
    if (value != nullptr && !value->is_string()) {
      return InvalidParam(name, std::string(name) + " is not of type string.");
    }
  }
  const std::string status = TextOr(given, "status", "active");
  if (!Has(kStatuses, status)) {
    return InvalidParam("status", "status is not one of active, paused, and disabled.");
  }
  return std::nullopt;
}

std::optional<ApiError> CheckNeeded(const json::object& given) {
  std::string missing;
  json::object params;
  for (const char* name : {"topic", "delivery_url"}) {
    if (!given.contains(name)) {
      missing += (missing.empty() ? "" : ", ") + std::string(name);
      params[std::to_string(params.size())] = name;
    }
  }
  if (!missing.empty()) {
    return ApiError{
        400, "rest_missing_callback_param", "Missing parameter(s): " + missing, std::move(params)};
  }
  return std::nullopt;
}

std::optional<ApiError> CheckTopicAndUrl(const std::string& topic, const std::string& url) {
  if (!IsTopic(topic)) {
    return Refused("invalid_topic", "Webhook topic is required and must be valid.");
  }
  if (!IsUrl(url)) {
    return Refused("invalid_delivery_url",
                   "Webhook delivery URL must be a valid URL starting with http:// or https://.");
  }
  return std::nullopt;
}

/// The platform's actions behind a topic, for show.
json::array HooksOf(const std::string& topic) {
  if (topic.starts_with("action.")) {
    return {topic.substr(7)};
  }
  if (topic == "order.created") {
    return {"woocommerce_new_order"};
  }
  if (topic == "order.updated") {
    return {"woocommerce_update_order", "woocommerce_order_refunded"};
  }
  if (topic == "order.deleted") {
    return {"wp_trash_post", "woocommerce_trash_order"};
  }
  if (topic == "product.created") {
    return {"woocommerce_process_product_meta",
            "woocommerce_new_product",
            "woocommerce_new_product_variation"};
  }
  if (topic == "product.updated") {
    return {"woocommerce_process_product_meta",
            "woocommerce_update_product",
            "woocommerce_update_product_variation"};
  }
  return topic == "product.deleted" ? json::array{"wp_trash_post"} : json::array();
}

}  // namespace

CreatedWebhook AddWebhook(StoreState& state, const json::object& given) {
  auto error = CheckNeeded(given);
  error = error ? error : CheckTypes(given);
  Webhook webhook;
  webhook.topic = TextOr(given, "topic", "");
  webhook.delivery_url = TextOr(given, "delivery_url", "");
  error = error ? error : CheckTopicAndUrl(webhook.topic, webhook.delivery_url);
  if (error) {
    return {nullptr, error};
  }
  if (state.webhooks.table().size() >= Webhooks::kWebhooksMax) {
    return {nullptr, Refused("too_many", "The demo store keeps 100 webhooks; delete one first.")};
  }
  webhook.name = TextOr(given, "name", "");
  if (webhook.name.empty()) {
    webhook.name = "Webhook created on " + FormatDate(state.Now() + state.utc_offset());
  }
  webhook.secret = TextOr(given, "secret", "");
  if (webhook.secret.empty()) {
    webhook.secret = "a secret that nobody was told";
  }
  return {state.webhooks.Add(std::move(webhook), state.Now()), std::nullopt};
}

std::optional<ApiError> EditWebhook(StoreState& state,
                                    const json::object& given,
                                    Webhook& webhook) {
  const auto wanted = [&given](std::string_view name, const std::string& present) {
    const std::string text = TextOr(given, name, present);
    return text.empty() ? present : text;  // The platform passes over empty texts.
  };
  auto error = CheckTypes(given);
  const std::string topic = wanted("topic", webhook.topic);
  const std::string url = wanted("delivery_url", webhook.delivery_url);
  error = error ? error : CheckTopicAndUrl(topic, url);
  if (error) {
    return error;
  }
  const bool new_url = url != webhook.delivery_url;
  webhook.name = wanted("name", webhook.name);
  webhook.topic = topic;
  webhook.delivery_url = url;
  webhook.secret = wanted("secret", webhook.secret);
  webhook.status = wanted("status", webhook.status);
  state.webhooks.Save(webhook, new_url, state.Now());
  return std::nullopt;
}

json::object WebhookPayload(const StoreState& state, const Webhook& webhook) {
  const std::vector<std::string> parts = Split(webhook.topic, '.');
  const std::string url = state.base_url + "/wp-json/wc/v3/webhooks";
  const std::string own = url + "/" + std::to_string(webhook.id);
  return {{"id", webhook.id},
          {"name", webhook.name},
          {"status", webhook.status},
          {"topic", webhook.topic},
          {"resource", parts.front()},
          {"event", parts.size() > 1 ? parts[1] : ""},
          {"hooks", HooksOf(webhook.topic)},
          {"delivery_url", webhook.delivery_url},
          {"date_created", FormatDate(webhook.created + state.utc_offset())},
          {"date_created_gmt", FormatDate(webhook.created)},
          {"date_modified", FormatDate(webhook.modified + state.utc_offset())},
          {"date_modified_gmt", FormatDate(webhook.modified)},
          {"_links",
           {{"self", json::array({json::object({{"href", own}})})},
            {"collection", json::array({json::object({{"href", url}})})}}}};
}

const std::string& PayloadText(const StoreState& state,
                               const Webhook& webhook,
                               const std::string& fields) {
  const json::object whole = WebhookPayload(state, webhook);
  std::string& text = webhook.cache.partial;
  text = PhpJson(fields.empty() ? whole : PickFields(whole, Split(fields, ',')));
  return text;
}

std::string SecondText(const StoreState&, const Webhook&, const std::string&) {
  return "";
}

}  // namespace storebridge::demo_store
