#include <algorithm>
#include <map>

#include "payloads.h"
#include "php_json.h"
#include "woo_call.h"

namespace storebridge::demo_store {
namespace {

ApiError NotFound() {
  return {404, "woocommerce_rest_order_invalid_id", "Invalid order ID.", {}};
}

/// An exception's number, nearly always 0, stands where other routes have the name of an error.
Answer Refused(const std::string& why, int code = 0) {
  return JsonAnswer(400,
                    json::object({{"code", code}, {"message", why}, {"data", {{"status", 400}}}}));
}

const json::value* FindMeta(const json::array& meta, std::string_view key) {
  for (const json::value& row : meta) {
    if (row.is_object() && TextOr(row.get_object(), "key", "") == key) {
      return row.get_object().if_contains("value");
    }
  }
  return nullptr;
}

double QuantityOf(const json::object& item) {
  const json::value* quantity = item.if_contains("qty");
  return quantity != nullptr && quantity->is_number() ? quantity->to_number<double>() : 0;
}

/// Checked before the order is looked for.
std::optional<ApiError> CheckBody(const json::object& given) {
  const json::value* meta = given.if_contains("meta_data");
  if (meta == nullptr) {
    return ApiError{400,
                    "rest_missing_callback_param",
                    "Missing parameter(s): meta_data",
                    {{"0", "meta_data"}}};
  }
  if (!meta->is_array()) {
    return InvalidParam("meta_data", "meta_data is not of type array.");
  }
  return std::nullopt;
}

/// Why it cannot be saved; empty when it can. Items of another order, more of them than were
/// ordered and the same ones twice are accepted, and a lock is for the merchant's screen only.
std::string WhyNotSaved(const Fulfillment& fulfillment) {
  const json::value* items = FindMeta(fulfillment.meta_data, "_items");
  const bool any = items != nullptr && *items != "" && *items != 0 && *items != false;
  if (!any || (items->is_array() && items->get_array().empty())) {
    return "The fulfillment should contain at least one item.";
  }
  if (!items->is_array()) {
    return "The fulfillment items should be an array.";
  }
  for (const json::value& item : items->get_array()) {
    if (!item.is_object() || IntOr(item.get_object(), "item_id", 0) <= 0 ||
        QuantityOf(item.get_object()) <= 0) {
      return "Invalid item.";
    }
  }
  return "";
}

/// Recomputes the order's `_fulfillment_status` and saves the order.
void RefreshOrder(Call& call, Order& order) {
  std::map<Id, double> pending;
  for (const OrderLine& line : order.lines) {
    pending[line.id] = static_cast<double>(line.quantity - line.refunded);
  }
  std::int64_t fulfilled = 0;
  std::int64_t open = 0;
  for (const Fulfillment& fulfillment : order.fulfillments) {
    if (fulfillment.deleted) {
      continue;
    }
    ++(fulfillment.is_fulfilled ? fulfilled : open);
    const json::value* items = FindMeta(fulfillment.meta_data, "_items");
    for (const json::value& item : items != nullptr ? items->get_array() : json::array()) {
      const json::object& shipped = item.get_object();
      if (const auto line = pending.find(IntOr(shipped, "item_id", 0)); line != pending.end()) {
        line->second -= QuantityOf(shipped);
      }
    }
  }
  const bool all = open == 0 && std::all_of(pending.begin(), pending.end(), [](const auto& line) {
                     return line.second <= 0;
                   });
  json::value status;
  if (fulfilled + open > 0) {
    status = fulfilled == 0 ? "unfulfilled" : (all ? "fulfilled" : "partially_fulfilled");
  }
  const json::object row{{"key", "_fulfillment_status"}, {"value", status}};
  ApplyMeta(call.state, json::array({row}), order.meta_data);
  call.state.TouchOrder(order);
}

/// Writes the rows that are given; those whose keys are not go.
void ReplaceMeta(StoreState& state, const json::array& given, json::array& meta) {
  ApplyMeta(state, given, meta);
  json::array kept;
  for (const json::value& row : meta) {
    if (FindMeta(given, TextOr(row.get_object(), "key", "")) != nullptr) {
      kept.push_back(row);
    }
  }
  meta = std::move(kept);
}

/// The rows that a new fulfilment takes. Its documentation shows rows without an id, its source
/// passes over them: an id has to be there, and be it 0.
json::array RowsOfNew(const StoreState& state, const json::array& given) {
  json::array out;
  for (const json::value& row : given) {
    const bool has_id = row.is_object() && row.get_object().contains("id");
    if (has_id || !state.settings.meta_needs_id) {
      out.push_back(row);
    }
  }
  return out;
}

/// The status decides whether it is fulfilled: `is_fulfilled` is not looked at. A status that does
/// not exist leaves it as it is.
void ApplyStatus(const json::object& given, Fulfillment& fulfillment) {
  const std::string status = TextOr(given, "status", fulfillment.status);
  if (status == "fulfilled" || status == "unfulfilled") {
    fulfillment.status = status;
    fulfillment.is_fulfilled = status == "fulfilled";
  }
}

/// What a save adds. An update that does not name `_date_fulfilled` has taken it away, and gets a
/// new one.
void Stamp(StoreState& state, Fulfillment& fulfillment) {
  fulfillment.updated = state.Now();
  const json::value* date = FindMeta(fulfillment.meta_data, "_date_fulfilled");
  if (fulfillment.is_fulfilled && (date == nullptr || *date == "")) {
    const json::object row{{"key", "_date_fulfilled"}, {"value", SiteTime(state, state.Now())}};
    ApplyMeta(state, json::array({row}), fulfillment.meta_data);
  }
}

bool Notifies(const Call& call) {
  return BoolOr(call.fields(), "notify_customer", call.request.query.IsTrue("notify_customer"));
}

std::string TrackingOf(const Fulfillment& fulfillment) {
  const json::value* number = FindMeta(fulfillment.meta_data, "_tracking_number");
  return number != nullptr && number->is_string() ? std::string(number->get_string()) : "";
}

/// Finds it among those of an order, deleted ones too: a deleted one is still there to be read.
Fulfillment* FindIn(Order* order, Id id) {
  if (order == nullptr) {
    return nullptr;
  }
  const auto found = std::find_if(order->fulfillments.begin(),
                                  order->fulfillments.end(),
                                  [id](const Fulfillment& one) { return one.id == id; });
  return found == order->fulfillments.end() ? nullptr : &*found;
}

/// Why FindIn found nothing.
Answer Missing(const Call& call) {
  if (call.state.FindOrder(call.ids[0]) == nullptr) {
    return ErrorAnswer(NotFound());
  }
  bool is_elsewhere = false;
  call.state.orders().Each([&](const Order& order) {
    for (const Fulfillment& fulfillment : order.fulfillments) {
      is_elsewhere = is_elsewhere || fulfillment.id == call.ids[1];
    }
  });
  return Refused(is_elsewhere ? "Invalid fulfillment ID." : "Fulfillment not found.");
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
      out.push_back(FulfillmentPayload(call.state, *order, fulfillment));
    }
  }
  return JsonAnswer(200, out);
}

Answer CreateFulfillment(Call& call) {
  if (const auto error = CheckBody(call.fields())) {
    return ErrorAnswer(*error);
  }
  Order* order = call.state.FindOrder(call.ids[0]);
  if (order == nullptr) {
    return ErrorAnswer(NotFound());
  }
  if (!call.fields().contains("status")) {
    return Refused("Invalid fulfillment status.");
  }
  Fulfillment made;
  ApplyStatus(call.fields(), made);
  const json::array& given = call.fields().at("meta_data").get_array();
  ApplyMeta(call.state, RowsOfNew(call.state, given), made.meta_data);
  if (const std::string why = WhyNotSaved(made); !why.empty()) {
    return Refused(why);
  }
  Stamp(call.state, made);
  made.id = call.state.NextSmallId();
  if (made.is_fulfilled && Notifies(call)) {
    call.state.SendMail(*order, "fulfillment_created", TrackingOf(made));
  }
  order->fulfillments.push_back(std::move(made));
  RefreshOrder(call, *order);
  call.counters.CountWrite();
  return JsonAnswer(201, FulfillmentPayload(call.state, *order, order->fulfillments.back()));
}

Answer GetFulfillment(Call& call) {
  Order* order = call.state.FindOrder(call.ids[0]);
  const Fulfillment* found = FindIn(order, call.ids[1]);
  if (found == nullptr) {
    return Missing(call);
  }
  return found->deleted ? Refused("Fulfillment not found.", 404)
                        : JsonAnswer(200, FulfillmentPayload(call.state, *order, *found));
}

Answer UpdateFulfillment(Call& call) {
  if (const auto error = CheckBody(call.fields())) {
    return ErrorAnswer(*error);
  }
  Order* order = call.state.FindOrder(call.ids[0]);
  Fulfillment* found = FindIn(order, call.ids[1]);
  if (found == nullptr) {
    return Missing(call);
  }
  Fulfillment changed = *found;
  ApplyStatus(call.fields(), changed);
  ReplaceMeta(call.state, call.fields().at("meta_data").get_array(), changed.meta_data);
  // The save of a deleted one does nothing; the rest goes on as if it had.
  if (!found->deleted) {
    if (const std::string why = WhyNotSaved(changed); !why.empty()) {
      return Refused(why);
    }
    Stamp(call.state, changed);
  }
  if (Notifies(call) && changed.is_fulfilled) {
    const char* kind = found->is_fulfilled ? "fulfillment_updated" : "fulfillment_created";
    call.state.SendMail(*order, kind, TrackingOf(changed));
  }
  if (!found->deleted) {
    *found = changed;
    RefreshOrder(call, *order);
    call.counters.CountWrite();
  }
  return JsonAnswer(200, FulfillmentPayload(call.state, *order, changed));
}

Answer DeleteFulfillment(Call& call) {
  Order* order = call.state.FindOrder(call.ids[0]);
  Fulfillment* found = FindIn(order, call.ids[1]);
  if (found == nullptr) {
    return Missing(call);
  }
  if (Notifies(call) && found->is_fulfilled) {
    call.state.SendMail(*order, "fulfillment_deleted", TrackingOf(*found));
  }
  if (!found->deleted) {
    found->deleted = call.state.Now();
    RefreshOrder(call, *order);
    call.counters.CountWrite();
  }
  return JsonAnswer(200, json::object({{"message", "Fulfillment deleted successfully."}}));
}

}  // namespace storebridge::demo_store
