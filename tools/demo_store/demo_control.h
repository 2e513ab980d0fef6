#pragma once

#include "counters.h"
#include "http_types.h"
#include "misbehaviour.h"
#include "store_state.h"

namespace storebridge::demo_store {

/// Answers /demo/...: what a person or a test does to the shop, and looks at. No authentication.
class DemoControl {
 public:
  DemoControl(StoreState& state, Counters& counters, Misbehaviour& misbehaviour)
      : state_(state), counters_(counters), misbehaviour_(misbehaviour) {}

  Answer Handle(const Request& request);

 private:
  Answer Post(std::string_view path, const json::object& given);
  Answer Get(const Request& request);
  Answer PlaceOrders(const json::object& given);
  Answer EditOrder(Id id, const json::object& given);
  Answer EditProduct(const json::object& given);
  Answer SetStock(const json::object& given);
  Answer ChangeSettings(const json::object& given);
  Answer ArmMisbehaviour(const json::object& given);
  Answer SpoilRecord(const json::object& given);
  Answer MakeWebhook(const json::object& given);
  Answer ShowSalable(const Request& request) const;
  Answer ShowState(const Request& request) const;
  json::object SettingsView() const;

  StoreState& state_;
  Counters& counters_;
  Misbehaviour& misbehaviour_;
  std::size_t next_buyer_ = 0;
};

/// True for mails that tell a buyer of a shipment: completed, notes, fulfilments.
bool IsShippingMail(const std::string& kind);

/// The readable view of an order and of a product in /demo/state.
json::object OrderView(const StoreState& state, const Order& order);
json::object ProductView(const StoreState& state, const Product& product);
/// The same of a webhook, with what was sent.
json::object WebhookView(const Webhook& webhook);

}  // namespace storebridge::demo_store
