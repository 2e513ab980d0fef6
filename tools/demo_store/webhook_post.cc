#include "webhook_post.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "api_error.h"
#include "payloads.h"
#include "php_json.h"
#include "text.h"

namespace storebridge::demo_store {
namespace {

/// Stands for the salt of the site's configuration file.
constexpr std::string_view kSiteSalt = "demo store salt";

std::string Hmac(const EVP_MD* digest, std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned length = 0;
  HMAC(digest,
       key.data(),
       static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()),
       text.size(),
       out.data(),
       &length);
  return {reinterpret_cast<const char*>(out.data()), length};
}

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte / 16]);
    out.push_back(kDigits[byte % 16]);
  }
  return out;
}

/// The platform hashes the webhook's id and the second: two deliveries of a second share it.
std::string DeliveryId(const Webhook& webhook, Seconds now) {
  return Hex(Hmac(EVP_md5(), kSiteSalt, std::to_string(webhook.id) + std::to_string(now)));
}

std::string UserAgent(const StoreState& state) {
  return state.IsNew() ? "WooCommerce/11.0.1 Hookshot (WordPress/6.9)"
                       : "WooCommerce/7.9.0 Hookshot (WordPress/6.2.2)";
}

/// A variation in the form of a product, as the products' route shows it.
std::string VariationText(const StoreState& state, const Product& variation) {
  json::object shown = ProductPayload(state, variation);
  shown["type"] = "variation";
  shown["parent_id"] = variation.parent_id;
  shown["attributes"] = VariationPayload(state, variation)["attributes"];
  const Poison* poison = state.poisons.Find(variation.id);
  return poison == nullptr ? PhpJson(shown) : SpoiledText(*poison, shown);
}

/// What `GET /orders/{id}` or `GET /products/{id}` answers, its error too.
std::string ResourceText(const StoreState& state, std::string_view resource, Id id) {
  if (resource == "order") {
    const Order* order = state.FindOrder(id);
    return order != nullptr
               ? PayloadText(state, *order, "")
               : PhpJson(ErrorPayload(
                     {404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.", {}}));
  }
  const Product* product = state.FindProduct(id);
  if (product == nullptr) {
    return PhpJson(ErrorPayload({404, "woocommerce_rest_product_invalid_id", "Invalid ID.", {}}));
  }
  return product->kind == ProductKind::kVariation ? VariationText(state, *product)
                                                  : PayloadText(state, *product, "");
}

void MakePing(const Webhook& webhook, WebhookPost& post) {
  post.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  post.body = "webhook_id=" + std::to_string(webhook.id);
  post.delivery.topic = "ping";
}

void MakeDelivery(const StoreState& state, const Webhook& webhook, Id id, WebhookPost& post) {
  const std::size_t dot = std::min(webhook.topic.find('.'), webhook.topic.size());
  const std::string resource = webhook.topic.substr(0, dot);
  const std::string event = dot < webhook.topic.size() ? webhook.topic.substr(dot + 1) : "";
  post.body =
      event == "deleted" ? PhpJson(json::object({{"id", id}})) : ResourceText(state, resource, id);
  post.delivery.topic = webhook.topic;
  post.delivery.resource_id = id;
  post.delivery.delivery_id = DeliveryId(webhook, state.Now());
  post.headers.emplace_back("Content-Type", "application/json");
  post.headers.emplace_back("X-WC-Webhook-Source", state.base_url + "/");
  post.headers.emplace_back("X-WC-Webhook-Topic", webhook.topic);
  post.headers.emplace_back("X-WC-Webhook-Resource", resource);
  post.headers.emplace_back("X-WC-Webhook-Event", event);
  post.Sign(webhook.secret);
  post.headers.emplace_back("X-WC-Webhook-ID", std::to_string(webhook.id));
  post.headers.emplace_back("X-WC-Webhook-Delivery-ID", post.delivery.delivery_id);
}

}  // namespace

std::optional<WebhookPost> MakeWebhookPost(StoreState& state, const WebhookTask& task) {
  state.webhooks.Begin(task);
  const Webhook* webhook = state.webhooks.Find(task.webhook_id);
  if (webhook == nullptr) {
    return std::nullopt;
  }
  WebhookPost post;
  post.webhook_id = webhook->id;
  post.url = webhook->delivery_url;
  post.headers.emplace_back("User-Agent", UserAgent(state));
  if (task.is_ping()) {
    MakePing(*webhook, post);
  } else {
    MakeDelivery(state, *webhook, task.resource_id, post);
  }
  return post;
}

void WebhookPost::Sign(const std::string& secret) {
  constexpr std::string_view kName = "X-WC-Webhook-Signature";
  std::erase_if(headers, [&](const auto& header) { return header.first == kName; });
  headers.emplace_back(kName, Base64(Hmac(EVP_sha256(), secret, body)));
}

}  // namespace storebridge::demo_store
