#include "listing.h"
#include "php_json.h"
#include "webhook_edit.h"
#include "woo_call.h"

namespace storebridge::demo_store {
namespace {

ApiError InvalidId(int status, const std::string& message) {
  return {status, "woocommerce_rest_shop_webhook_invalid_id", message, {}};
}

Answer ShowWebhook(Call& call, int status, const Webhook& webhook) {
  ListQuery query;
  if (const auto error = ReadListQuery(call.state, call.request.query, query)) {
    return ErrorAnswer(*error);
  }
  Answer answer;
  answer.status = status;
  answer.body = PayloadText(call.state, webhook, query.fields);
  return answer;
}

}  // namespace

Answer ListWebhooks(Call& call) {
  ListQuery query;
  if (const auto error = ReadListQuery(call.state, call.request.query, query)) {
    return ErrorAnswer(*error);
  }
  std::erase(query.statuses, "all");
  const auto& table = call.state.webhooks.table();
  const auto found = Select(call.state, query, table, [&query](const Webhook& webhook) {
    const auto& wanted = query.statuses;
    return wanted.empty() ||
           std::find(wanted.begin(), wanted.end(), webhook.status) != wanted.end();
  });
  return Page(call.state, call.request, query, found);
}

Answer GetWebhook(Call& call) {
  const Webhook* webhook = call.state.webhooks.Find(call.ids[0]);
  return webhook == nullptr ? ErrorAnswer(InvalidId(400, "ID is invalid."))
                            : ShowWebhook(call, 200, *webhook);
}

Answer CreateWebhook(Call& call) {
  const CreatedWebhook created = AddWebhook(call.state, call.fields());
  if (created.error) {
    return ErrorAnswer(*created.error);
  }
  call.counters.CountWrite();
  return ShowWebhook(call, 201, *created.webhook);
}

Answer UpdateWebhook(Call& call) {
  Webhook* webhook = call.state.webhooks.Find(call.ids[0]);
  if (webhook == nullptr) {
    return ErrorAnswer(InvalidId(400, "ID is invalid."));
  }
  if (const auto error = EditWebhook(call.state, call.fields(), *webhook)) {
    return ErrorAnswer(*error);
  }
  call.counters.CountWrite();
  return ShowWebhook(call, 200, *webhook);
}

Answer DeleteWebhook(Call& call) {
  if (!call.request.query.IsTrue("force") && !BoolOr(call.fields(), "force", false)) {
    return ErrorAnswer(
        {501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.", {}});
  }
  const Webhook* webhook = call.state.webhooks.Find(call.ids[0]);
  if (webhook == nullptr) {
    return ErrorAnswer(InvalidId(404, "Invalid ID."));
  }
  Answer last = ShowWebhook(call, 200, *webhook);
  call.state.webhooks.Remove(webhook->id);
  call.counters.CountWrite();
  return last;
}

}  // namespace storebridge::demo_store
