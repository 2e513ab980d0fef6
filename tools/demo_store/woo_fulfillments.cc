#include <algorithm>

#include "payloads.h"
#include "php_json.h"
#include "woo_call.h"

namespace storebridge::demo_store {
namespace {

ApiError NotFound() {
  return {404, "woocommerce_rest_order_invalid_id", "Invalid order ID.", {}};
}

/// The platform answers an unknown fulfilment with 400, not 404.
ApiError UnknownFulfillment() {
  return {400, "woocommerce_rest_fulfillment_invalid_id", "Fulfillment not found.", {}};
}

ApiError BadItems(const std::string& why) {
  return {400, "woocommerce_rest_fulfillment_invalid_items", why, {}};
}

const json::value* FindMeta(const json::array& meta, std::string_view key) {
  for (const json::value& row : meta) {
    if (row.is_object() && TextOr(row.get_object(), "key", "") == key) {
      return row.get_object().if_contains("value");
    }
  }
  return nullptr;
}

/// Checks `_items`: not empty, of this order, and a positive quantity. More than was ordered, or
/// the same goods twice, is accepted: nothing read in the platform forbids it.
std::optional<ApiError> CheckItems(const Order& order, const json::array& meta) {
  const json::value* items = FindMeta(meta, "_items");
  if (items == nullptr || !items->is_array() || items->get_array().empty()) {
    return BadItems("The fulfillment should contain at least one item.");
  }
  for (const json::value& item : items->get_array()) {
    const Id line_id = item.is_object() ? IntOr(item.get_object(), "item_id", 0) : 0;
    const bool known = std::any_of(order.lines.begin(),
                                   order.lines.end(),
                                   [line_id](const OrderLine& line) { return line.id == line_id; });
    if (!known || IntOr(item.get_object(), "qty", 0) <= 0) {
      return BadItems("Invalid item.");
    }
  }
  return std::nullopt;
}

/// Recomputes the order's `_fulfillment_status` and saves the order.
void RefreshOrder(Call& call, Order& order) {
  std::int64_t ordered = 0;
  std::int64_t shipped = 0;
  bool any = false;
  for (const OrderLine& line : order.lines) {
    ordered += line.quantity - line.refunded;
  }
  for (const Fulfillment& fulfillment : order.fulfillments) {
    if (fulfillment.deleted) {
      continue;
    }
    any = true;
    const json::value* items = FindMeta(fulfillment.meta_data, "_items");
    for (const json::value& item : items != nullptr ? items->get_array() : json::array()) {
      shipped += fulfillment.is_fulfilled ? IntOr(item.get_object(), "qty", 0) : 0;
    }
  }
  json::value status;
  if (any) {
    status =
        shipped == 0 ? "unfulfilled" : (shipped < ordered ? "partially_fulfilled" : "fulfilled");
  }
  const json::object row{{"key", "_fulfillment_status"}, {"value", status}};
  ApplyMeta(call.state, json::array({row}), order.meta_data);
  call.state.TouchOrder(order);
}

/// Replaces the meta rows: rows that are not in `given` go, as in the platform's update.
void ReplaceMeta(StoreState& state, const json::array& given, json::array& meta) {
  json::array kept;
  for (const json::value& row : meta) {
    if (FindMeta(given, TextOr(row.get_object(), "key", "")) != nullptr) {
      kept.push_back(row);
    }
  }
  meta = std::move(kept);
  ApplyMeta(state, given, meta);
}

/// `status` and `is_fulfilled` follow each other: either may be given.
void ApplyState(const json::object& given, Seconds now, Fulfillment& fulfillment) {
  const bool was_fulfilled = fulfillment.is_fulfilled;
  fulfillment.status = TextOr(given, "status", fulfillment.status);
  const bool by_status =
      given.contains("status") ? fulfillment.status == "fulfilled" : fulfillment.is_fulfilled;
  fulfillment.is_fulfilled = BoolOr(given, "is_fulfilled", by_status);
  if (!given.contains("status")) {
    fulfillment.status = fulfillment.is_fulfilled ? "fulfilled" : "unfulfilled";
  }
  fulfillment.updated = now;
  const bool newly = fulfillment.is_fulfilled && !was_fulfilled;
  if (newly && FindMeta(fulfillment.meta_data, "_date_fulfilled") == nullptr) {
    std::string when = FormatDate(now);
    when[10] = ' ';
    fulfillment.meta_data.push_back(
        {{"id", fulfillment.id * 100}, {"key", "_date_fulfilled"}, {"value", when}});
  }
}

bool Notifies(const Call& call) {
  return BoolOr(call.fields(), "notify_customer", false) ||
         call.request.query.IsTrue("notify_customer");
}

std::string TrackingOf(const Fulfillment& fulfillment) {
  const json::value* number = FindMeta(fulfillment.meta_data, "_tracking_number");
  return number != nullptr && number->is_string() ? std::string(number->get_string()) : "";
}

Fulfillment* FindLive(Order* order, Id id) {
  if (order == nullptr) {
    return nullptr;
  }
  for (Fulfillment& fulfillment : order->fulfillments) {
    if (fulfillment.id == id && !fulfillment.deleted) {
      return &fulfillment;
    }
  }
  return nullptr;
}

}  // namespace

Answer ListFulfillments(Call& call) {
  const Order* order = call.state.FindOrder(call.ids[0]);
  if (order == nullptr) {
    return ErrorAnswer(NotFound());
  }
  json::array out;
  for (const Fulfillment& fulfillment : order->fulfillments) {
    if (!fulfillment.deleted) {
      out.push_back(FulfillmentPayload(*order, fulfillment));
    }
  }
  return JsonAnswer(200, out);
}

Answer CreateFulfillment(Call& call) {
  Order* order = call.state.FindOrder(call.ids[0]);
  if (order == nullptr) {
    return ErrorAnswer(NotFound());
  }
  const json::value* meta = call.fields().if_contains("meta_data");
  const json::array given = meta != nullptr && meta->is_array() ? meta->get_array() : json::array();
  if (const auto error = CheckItems(*order, given)) {
    return ErrorAnswer(*error);
  }
  Fulfillment fulfillment;
  fulfillment.id = call.state.NextSmallId();
  ApplyMeta(call.state, given, fulfillment.meta_data);
  ApplyState(call.fields(), call.state.Now(), fulfillment);
  if (fulfillment.is_fulfilled && Notifies(call)) {
    call.state.SendMail(*order, "fulfillment_created", TrackingOf(fulfillment));
  }
  order->fulfillments.push_back(std::move(fulfillment));
  RefreshOrder(call, *order);
  call.counters.CountWrite();
  return JsonAnswer(201, FulfillmentPayload(*order, order->fulfillments.back()));
}

Answer GetFulfillment(Call& call) {
  Order* order = call.state.FindOrder(call.ids[0]);
  const Fulfillment* found = FindLive(order, call.ids[1]);
  return found == nullptr ? ErrorAnswer(UnknownFulfillment())
                          : JsonAnswer(200, FulfillmentPayload(*order, *found));
}

Answer UpdateFulfillment(Call& call) {
  Order* order = call.state.FindOrder(call.ids[0]);
  Fulfillment* found = FindLive(order, call.ids[1]);
  if (found == nullptr) {
    return ErrorAnswer(order == nullptr ? NotFound() : UnknownFulfillment());
  }
  const bool was_fulfilled = found->is_fulfilled;
  const json::value* meta = call.fields().if_contains("meta_data");
  if (meta != nullptr && meta->is_array()) {
    if (const auto error = CheckItems(*order, meta->get_array())) {
      return ErrorAnswer(*error);
    }
    ReplaceMeta(call.state, meta->get_array(), found->meta_data);
  }
  ApplyState(call.fields(), call.state.Now(), *found);
  if (Notifies(call) && found->is_fulfilled) {
    call.state.SendMail(
        *order, was_fulfilled ? "fulfillment_updated" : "fulfillment_created", TrackingOf(*found));
  }
  RefreshOrder(call, *order);
  call.counters.CountWrite();
  return JsonAnswer(200, FulfillmentPayload(*order, *found));
}

Answer DeleteFulfillment(Call& call) {
  Order* order = call.state.FindOrder(call.ids[0]);
  Fulfillment* found = FindLive(order, call.ids[1]);
  if (found == nullptr) {
    return ErrorAnswer(order == nullptr ? NotFound() : UnknownFulfillment());
  }
  found->deleted = call.state.Now();
  if (Notifies(call) && found->is_fulfilled) {
    call.state.SendMail(*order, "fulfillment_deleted", TrackingOf(*found));
  }
  RefreshOrder(call, *order);
  call.counters.CountWrite();
  return JsonAnswer(200, json::object({{"message", "Fulfillment deleted successfully."}}));
}

}  // namespace storebridge::demo_store
