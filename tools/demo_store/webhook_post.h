#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store_state.h"
#include "webhooks.h"

namespace storebridge::demo_store {

/// A request to a webhook's receiver, ready to be sent.
struct WebhookPost {
  Id webhook_id = 0;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  WebhookDelivery delivery;  ///< How it will be filed.
  int copies = 1;

  /// Signs the body: base64(HMAC-SHA256) with the secret.
  void Sign(const std::string& secret);
};

/// Makes what `task` sends, from the shop as it is now. Nothing when the webhook is gone; one that
/// was paused or disabled meanwhile still sends, as on the platform.
std::optional<WebhookPost> MakeWebhookPost(StoreState& state, const WebhookTask& task);

}  // namespace storebridge::demo_store
