#include "webhooks.h"

namespace storebridge::demo_store {
namespace {

/// A failure beyond so many in a row disables the webhook: it is the seventh that does.
constexpr std::int64_t kFailuresMax = 5;

bool IsSuccess(int status) {
  return status >= 200 && status < 303;
}

}  // namespace

Webhook* Webhooks::Add(Webhook webhook, Seconds now) {
  webhook.id = ++last_id_;
  webhook.created = now;
  webhook.modified = now;
  Webhook* added = table_.Insert(std::move(webhook));
  Schedule({.webhook_id = added->id});
  return added;
}

void Webhooks::Remove(Id id) {
  if (table_.Find(id) != nullptr) {
    table_.Erase(id);
  }
}

void Webhooks::Save(Webhook& webhook, bool new_url, Seconds now) {
  table_.Modify(webhook, now);
  if (webhook.status == "active" && (new_url || webhook.pending_ping)) {
    Schedule({.webhook_id = webhook.id});
  }
}

void Webhooks::Announce(std::string_view topic, Id resource, std::chrono::milliseconds delay) {
  table_.Each([&](const Webhook& webhook) {
    if (webhook.status == "active" && webhook.topic == topic) {
      Schedule({webhook.id, resource, delay});
    }
  });
}

void Webhooks::Settle(Webhook& webhook, WebhookDelivery delivery, int status) {
  const Seconds now = delivery.at;
  const bool ping = delivery.resource_id == 0;
  delivery.answer = status == 0 ? "no answer" : std::to_string(status);
  File(webhook, std::move(delivery));
  if (ping) {
    webhook.pending_ping = webhook.pending_ping && status != 200;
    return;
  }
  if (IsSuccess(status)) {
    webhook.failure_count = 0;
  } else if (webhook.failure_count > kFailuresMax) {
    webhook.status = "disabled";
  } else {
    ++webhook.failure_count;
  }
  Save(webhook, false, now);
}

void Webhooks::Lose(Webhook& webhook, WebhookDelivery delivery) {
  delivery.answer = "lost";
  File(webhook, std::move(delivery));
}

void Webhooks::Schedule(const WebhookTask& task) {
  const std::pair key(task.webhook_id, task.resource_id);
  if (waiting_.contains(key)) {
    return;
  }
  if (waiting_.size() >= kWaitingMax) {
    ++dropped_;
    return;
  }
  waiting_.insert(key);
  fresh_.push_back(task);
}

void Webhooks::File(Webhook& webhook, WebhookDelivery delivery) {
  webhook.deliveries.push_back(std::move(delivery));
  if (webhook.deliveries.size() > kKeptDeliveries) {
    webhook.deliveries.pop_front();
  }
}

}  // namespace storebridge::demo_store
