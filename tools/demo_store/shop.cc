#include "shop.h"

#include <utility>

#include "seed.h"
#include "web_page.h"

namespace storebridge::demo_store {

Shop::Shop(const Options& options)
    : state_(options),
      api_(state_, counters_, MakeKeys(options)),
      control_(state_, counters_, misbehaviour_) {
  SeedProducts(state_);
}

/// A read-only key comes with the given one: `..._read` for both parts.
std::vector<ApiKey> Shop::MakeKeys(const Options& options) {
  return {
      {options.consumer_key, options.consumer_secret, KeyPermissions::kReadWrite},
      {options.consumer_key + "_read", options.consumer_secret + "_read", KeyPermissions::kRead}};
}

Answer Shop::Handle(const Request& request) {
  if (request.path.starts_with("/wp-json") || request.query.Find("rest_route") != nullptr) {
    return HandleApi(request);
  }
  if (request.path.starts_with("/demo/")) {
    return control_.Handle(request);
  }
  Answer page;
  page.content_type = "text/html; charset=UTF-8";
  page.status = request.path == "/" ? 200 : 404;
  page.body = page.status == 200 ? std::string(WebPage()) : "<h1>404</h1>";
  return page;
}

Answer Shop::HandleApi(const Request& request) {
  counters_.CountArrival(state_.NowMs());
  const auto trouble = misbehaviour_.Fire(request);
  WooApi::Outcome outcome;
  if (!trouble) {
    outcome = api_.Handle(request);
  } else if (ReplacesAnswer(*trouble)) {
    outcome.route = "(misbehaved)";
  } else {
    Request changed = request;
    TroubleRequest(*trouble, changed);
    outcome = api_.Handle(changed);
  }
  if (trouble) {
    TroubleAnswer(*trouble, request, outcome.answer);
  }
  outcome.answer.headers.emplace_back("X-Robots-Tag", "noindex");
  outcome.answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  counters_.Record(request,
                   outcome.route.empty() ? "(no route)" : outcome.route,
                   outcome.answer,
                   state_.Now(),
                   trouble ? trouble->kind : "");
  return std::move(outcome.answer);
}

std::optional<WebhookPost> Shop::MakeWebhookPost(const WebhookTask& task) {
  std::optional<WebhookPost> post = demo_store::MakeWebhookPost(state_, task);
  if (!post || task.is_ping()) {
    return post;
  }
  const std::optional<Trouble> trouble = misbehaviour_.FireWebhook(post->delivery.topic);
  if (trouble == Trouble::kWebhookLost) {
    post->delivery.at = state_.Now();
    state_.webhooks.Lose(*state_.webhooks.Find(post->webhook_id), std::move(post->delivery));
    return std::nullopt;
  }
  if (trouble == Trouble::kWebhookTwice) {
    post->copies = 2;
  } else if (trouble == Trouble::kWebhookBadSignature) {
    post->Sign("a secret of somebody else");
  }
  return post;
}

void Shop::SettleWebhookPost(const WebhookPost& post, int status) {
  if (Webhook* webhook = state_.webhooks.Find(post.webhook_id)) {
    WebhookDelivery delivery = post.delivery;
    delivery.at = state_.Now();
    state_.webhooks.Settle(*webhook, std::move(delivery), status);
  }
}

}  // namespace storebridge::demo_store
