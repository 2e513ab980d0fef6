#pragma once

#include <optional>
#include <string>
#include <vector>

#include "counters.h"
#include "demo_control.h"
#include "http_types.h"
#include "misbehaviour.h"
#include "options.h"
#include "store_state.h"
#include "webhook_post.h"
#include "woo_api.h"

namespace storebridge::demo_store {

/// Everything behind the socket: the shop's state, its API, its controls and its faults. Makes no
/// call and reads no clock but the one of its options, so that a simulator can ask it without a
/// socket. Not safe from several threads.
class Shop {
 public:
  explicit Shop(const Options& options);

  Answer Handle(const Request& request);
  /// What webhooks have to send since the last call, in order. Somebody else sends it.
  std::vector<WebhookTask> TakeWebhookTasks() { return state_.webhooks.Take(); }
  /// What such a task sends now that its turn has come; nothing when there is nothing to send.
  std::optional<WebhookPost> MakeWebhookPost(const WebhookTask& task);
  /// Files the answer's HTTP status, 0 without an answer.
  void SettleWebhookPost(const WebhookPost& post, int status);
  Seconds Now() const { return state_.Now(); }
  void SetUrl(const std::string& url) { state_.base_url = url; }
  /// The shop's data, for a simulator that looks and acts without a request.
  StoreState& state() { return state_; }
  const StoreState& state() const { return state_; }
  const Counters& counters() const { return counters_; }

 private:
  static std::vector<ApiKey> MakeKeys(const Options& options);
  Answer HandleApi(const Request& request);

  StoreState state_;
  Counters counters_;
  Misbehaviour misbehaviour_;
  WooApi api_;
  DemoControl control_;
};

}  // namespace storebridge::demo_store
