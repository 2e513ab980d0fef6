#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model.h"
#include "table.h"

namespace storebridge::demo_store {

/// Something that was sent to a webhook's receiver, or should have been.
struct WebhookDelivery {
  std::string topic;  ///< `ping` for the ping.
  Id resource_id = 0;
  std::string delivery_id;
  std::string answer;  ///< The HTTP status, `no answer`, or `lost` when it was never sent.
  Seconds at = 0;
};

struct Webhook {
  Id id = 0;
  std::string name;
  std::string status = "active";
  std::string topic;
  std::string delivery_url;
  std::string secret;
  std::int64_t failure_count = 0;  ///< In a row.
  bool pending_ping = true;        ///< No ping was answered with 200 yet; each save sends one.
  Seconds created = 0;
  Seconds modified = 0;
  std::deque<WebhookDelivery> deliveries;  ///< The last ones.
  mutable PayloadCache cache;
};

/// What one webhook is to send. Its body is made when its turn comes, not when it was noted.
struct WebhookTask {
  Id webhook_id = 0;
  Id resource_id = 0;  ///< 0: the ping.
  std::chrono::milliseconds delay{0};

  bool is_ping() const { return resource_id == 0; }
};

/// The shop's webhooks and what they are to send. Sends nothing itself.
class Webhooks {
 public:
  static constexpr std::size_t kWebhooksMax = 100;
  static constexpr std::size_t kWaitingMax = 10'000;
  static constexpr std::size_t kKeptDeliveries = 100;

  /// Adds a webhook and pings its receiver, whatever its status.
  Webhook* Add(Webhook webhook, Seconds now);
  void Remove(Id id);
  /// Records a save. It pings an active webhook whose address is new or was never answered for.
  void Save(Webhook& webhook, bool new_url, Seconds now);

  /// Something happened to a resource: every active webhook of the topic sends it, once as long as
  /// it waits. `delay` is how long it waits at least.
  void Announce(std::string_view topic, Id resource, std::chrono::milliseconds delay);
  /// Gives what came up since the last call, in order.
  std::vector<WebhookTask> Take() { return std::exchange(fresh_, {}); }
  /// The task's turn has come: what happens to its resource from now on is sent anew.
  void Begin(const WebhookTask& task) { waiting_.erase({task.webhook_id, task.resource_id}); }
  /// Files what became of a delivery or ping; `status` is 0 without an answer. Too many failures in
  /// a row disable the webhook.
  void Settle(Webhook& webhook, WebhookDelivery delivery, int status);
  /// Files a delivery that nobody will see.
  void Lose(Webhook& webhook, WebhookDelivery delivery);

  Webhook* Find(Id id) const { return table_.Find(id); }
  const Table<Webhook>& table() const { return table_; }
  std::size_t waiting() const { return waiting_.size(); }
  std::int64_t dropped() const { return dropped_; }

 private:
  void Schedule(const WebhookTask& task);
  static void File(Webhook& webhook, WebhookDelivery delivery);

  Table<Webhook> table_;
  std::vector<WebhookTask> fresh_;
  std::set<std::pair<Id, Id>> waiting_;  ///< Webhook and resource.
  std::int64_t dropped_ = 0;             ///< Deliveries for which there was no room.
  Id last_id_ = 0;
};

}  // namespace storebridge::demo_store
