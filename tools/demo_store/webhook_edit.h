#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "api_error.h"
#include "store_state.h"

namespace storebridge::demo_store {

struct CreatedWebhook {
  Webhook* webhook = nullptr;
  std::optional<ApiError> error;
};

/// Makes a webhook of `given` {topic, delivery_url, secret, name}, as the REST API does; it is
/// active, whatever `status` says, and gets its ping.
CreatedWebhook AddWebhook(StoreState& state, const json::object& given);

/// Writes `given` over a webhook and records the save. With an error nothing was changed.
std::optional<ApiError> EditWebhook(StoreState& state, const json::object& given, Webhook& webhook);

json::object WebhookPayload(const StoreState& state, const Webhook& webhook);

/// The texts of a webhook in lists; see payloads.h.
const std::string& PayloadText(const StoreState& state,
                               const Webhook& webhook,
                               const std::string& fields);
std::string SecondText(const StoreState& state, const Webhook& webhook, const std::string& fields);

}  // namespace storebridge::demo_store
