// What can be asked of one order, its notes and fulfillments, and what writing them does.
#include <algorithm>
#include <utility>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace json = boost::json;
namespace v1 = connector::v1;

v1::Completion NoOrder() {
  return HttpAnswer(404,
                    R"({"code":"woocommerce_rest_order_invalid_id","message":"Invalid order ID.",)"
                    R"("data":{"status":404}})");
}

v1::Completion NoRoute() {
  return HttpAnswer(404, R"({"code":"rest_no_route","message":"No route"})");
}

// An exception's number stands where others have the name of an error.
v1::Completion Refused(const std::string& why) {
  const json::object error{{"code", 0}, {"message", why}, {"data", {{"status", 400}}}};
  return HttpAnswer(400, json::serialize(error));
}

v1::Completion Shown(int status, const json::value& value) {
  return HttpAnswer(status, json::serialize(value));
}

json::object BodyOf(const v1::HttpRequest& request) {
  boost::system::error_code error;
  const json::value body = json::parse(request.body(), error);
  return !error && body.is_object() ? body.get_object() : json::object();
}

bool IsTrue(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && *value == true;
}

std::string Text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::int64_t Whole(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

const json::value* FindMeta(const json::array& meta, std::string_view key) {
  for (const json::value& row : meta) {
    if (Text(row.as_object(), "key") == key) {
      return row.as_object().if_contains("value");
    }
  }
  return nullptr;
}

std::string MetaText(const json::array& meta, std::string_view key) {
  const json::value* value = FindMeta(meta, key);
  if (value == nullptr) {
    return "";
  }
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

// Empty when it can be saved. Nothing is held against the order.
std::string WhyNotSaved(const json::array& meta) {
  const json::value* items = FindMeta(meta, "_items");
  if (items == nullptr || *items == "" || (items->is_array() && items->get_array().empty())) {
    return "The fulfillment should contain at least one item.";
  }
  if (!items->is_array()) {
    return "The fulfillment items should be an array.";
  }
  for (const json::value& item : items->get_array()) {
    const json::value* quantity = item.is_object() ? item.get_object().if_contains("qty") : nullptr;
    if (quantity == nullptr || Whole(item.get_object(), "item_id") <= 0 || !quantity->is_number() ||
        quantity->to_number<double>() <= 0) {
      return "Invalid item.";
    }
  }
  return "";
}

// A status that does not exist changes nothing; `is_fulfilled` is not looked at.
void ApplyStatus(const json::object& given, WooModel::Fulfillment& fulfillment) {
  const std::string status = Text(given, "status");
  if (status == "fulfilled" || status == "unfulfilled") {
    fulfillment.status = status;
  } else if (fulfillment.status.empty() && given.contains("status")) {
    fulfillment.status = "unfulfilled";
  }
}

// The shop's own time is UTC here.
std::string SiteTime(std::int64_t second) {
  std::string time = WooTime(second);
  time[10] = ' ';
  return time;
}

json::object ShownFulfillment(std::int64_t order,
                              std::int64_t id,
                              const WooModel::Fulfillment& fulfillment) {
  return {{"id", id},
          {"entity_type", "WC_Order"},
          {"entity_id", std::to_string(order)},
          {"status", fulfillment.status},
          {"is_fulfilled", fulfillment.is_fulfilled()},
          {"date_updated", SiteTime(fulfillment.updated_s)},
          {"date_deleted", nullptr},
          {"meta_data", fulfillment.meta_data}};
}

bool IsEdit(const std::string& method) {
  return method == "PUT" || method == "PATCH" || method == "POST";
}

// The body goes before the query.
bool Tells(const v1::HttpRequest& request, const json::object& given) {
  const std::string asked = QueryOf(request.url(), "notify_customer");
  return given.contains("notify_customer") ? IsTrue(given, "notify_customer")
                                           : asked == "true" || asked == "1";
}

}  // namespace

std::string WooModel::Fulfillment::Meta(std::string_view key) const {
  return MetaText(meta_data, key);
}

std::string WooModel::Order::Meta(std::string_view key) const {
  return MetaText(meta_data, key);
}

long WooModel::Order::Mails(std::string_view kind) const {
  return std::count(mails.begin(), mails.end(), kind);
}

v1::Completion WooModel::AnswerOrder(const v1::HttpRequest& request,
                                     std::int64_t id,
                                     const std::string& part) {
  const bool is_of_fulfillments = part == "/fulfillments" || part.starts_with("/fulfillments/");
  if ((is_of_fulfillments && !has_fulfillments) ||
      (!part.empty() && part != "/notes" && !is_of_fulfillments)) {
    return NoRoute();
  }
  if (is_of_fulfillments && request.method() != "GET") {
    const json::object given = BodyOf(request);
    const json::value* meta = given.if_contains("meta_data");
    if (meta == nullptr || !meta->is_array()) {
      return HttpAnswer(400,
                        R"({"code":"rest_missing_callback_param",)"
                        R"("message":"Missing parameter(s): meta_data","data":{"status":400}})");
    }
  }
  const auto order = orders.find(id);
  if (order == orders.end()) {
    return NoOrder();
  }
  if (part.empty()) {
    return IsEdit(request.method()) ? Update(order->second, id, BodyOf(request))
                                    : HttpAnswer(200, ShownOrder(id, order->second));
  }
  if (part == "/notes") {
    return Notes(order->second, request);
  }
  if (part == "/fulfillments") {
    return Fulfillments(id, request);
  }
  return OneFulfillment(id, std::atoll(part.substr(part.rfind('/') + 1).c_str()), request);
}

v1::Completion WooModel::Update(Order& order, std::int64_t id, const json::object& given) {
  if (const json::value* meta = given.if_contains("meta_data");
      meta != nullptr && meta->is_array()) {
    WriteMeta(meta->get_array(), order.meta_data);
  }
  const std::string status = Text(given, "status");
  if (status == "completed" && order.status != status && is_completed_mail_on) {
    order.mails.push_back("completed");
  }
  order.status = status.empty() ? order.status : status;
  order.modified_s = now_s;
  return HttpAnswer(200, ShownOrder(id, order));
}

v1::Completion WooModel::Notes(Order& order, const v1::HttpRequest& request) {
  const auto shown = [&](std::size_t at) {
    const Note& note = order.notes.at(at);
    return json::object{{"id", static_cast<std::int64_t>(at) + 1},
                        {"author", "shop"},
                        {"note", note.text},
                        {"customer_note", note.is_for_customer}};
  };
  if (request.method() == "GET") {
    json::array list;
    for (std::size_t i = order.notes.size(); i > 0; --i) {
      list.push_back(shown(i - 1));
    }
    return Shown(200, list);
  }
  const json::object given = BodyOf(request);
  order.notes.push_back({Text(given, "note"), IsTrue(given, "customer_note")});
  if (order.notes.back().is_for_customer) {
    order.mails.push_back("customer_note");
  }
  return Shown(201, shown(order.notes.size() - 1));
}

v1::Completion WooModel::Fulfillments(std::int64_t order, const v1::HttpRequest& request) {
  if (request.method() == "POST") {
    const json::object given = BodyOf(request);
    return Create(order, given, Tells(request, given));
  }
  json::array list;
  for (const auto& [id, fulfillment] : orders[order].fulfillments) {
    list.push_back(ShownFulfillment(order, id, fulfillment));
  }
  return Shown(200, list);
}

v1::Completion WooModel::OneFulfillment(std::int64_t order,
                                        std::int64_t id,
                                        const v1::HttpRequest& request) {
  const auto found = orders[order].fulfillments.find(id);
  if (found == orders[order].fulfillments.end()) {
    const bool is_elsewhere = std::any_of(orders.begin(), orders.end(), [id](const auto& other) {
      return other.second.fulfillments.contains(id);
    });
    return Refused(is_elsewhere ? "Invalid fulfillment ID." : "Fulfillment not found.");
  }
  if (!IsEdit(request.method())) {
    return Shown(200, ShownFulfillment(order, id, found->second));
  }
  const json::object given = BodyOf(request);
  return Change(order, id, given, Tells(request, given));
}

v1::Completion WooModel::Create(std::int64_t order, const json::object& given, bool tells) {
  Fulfillment made;
  ApplyStatus(given, made);
  json::array rows;
  for (const json::value& row : given.at("meta_data").as_array()) {
    if (!needs_meta_ids || row.as_object().contains("id")) {
      rows.push_back(row);
    }
  }
  WriteMeta(rows, made.meta_data);
  const std::string why =
      made.status.empty() ? "Invalid fulfillment status." : WhyNotSaved(made.meta_data);
  if (!why.empty()) {
    return Refused(why);
  }
  Stamp(made);
  if (tells && made.is_fulfilled()) {
    orders[order].mails.push_back("fulfillment_created");
  }
  const std::int64_t id = ++last_id_;
  orders[order].fulfillments[id] = made;
  orders[order].modified_s = now_s;
  return Shown(201, ShownFulfillment(order, id, made));
}

v1::Completion WooModel::Change(std::int64_t order,
                                std::int64_t id,
                                const json::object& given,
                                bool tells) {
  Fulfillment& kept = orders[order].fulfillments[id];
  Fulfillment changed = kept;
  ApplyStatus(given, changed);
  const json::array& rows = given.at("meta_data").as_array();
  WriteMeta(rows, changed.meta_data);
  // Rows that are not named go.
  json::array named;
  for (const json::value& row : changed.meta_data) {
    if (FindMeta(rows, Text(row.as_object(), "key")) != nullptr) {
      named.push_back(row);
    }
  }
  changed.meta_data = std::move(named);
  if (const std::string why = WhyNotSaved(changed.meta_data); !why.empty()) {
    return Refused(why);
  }
  Stamp(changed);
  if (tells && changed.is_fulfilled()) {
    orders[order].mails.push_back(kept.is_fulfilled() ? "fulfillment_updated"
                                                      : "fulfillment_created");
  }
  kept = changed;
  orders[order].modified_s = now_s;
  return Shown(200, ShownFulfillment(order, id, changed));
}

void WooModel::WriteMeta(const json::array& given, json::array& meta) {
  for (const json::value& written : given) {
    const json::object& row = written.as_object();
    const std::int64_t id = Whole(row, "id");
    const std::string key = Text(row, "key");
    const json::value value = row.contains("value") ? row.at("value") : json::value();
    const bool is_by_id = std::any_of(meta.begin(), meta.end(), [id](const json::value& old) {
      return id != 0 && old.at("id") == id;
    });
    json::array left;
    bool is_found = false;
    for (const json::value& old : meta) {
      json::object kept = old.as_object();
      const bool is_meant = is_by_id ? kept.at("id") == id : Text(kept, "key") == key;
      if (is_meant && (is_found || value.is_null())) {
        continue;
      }
      if (is_meant) {
        is_found = true;
        kept["value"] = value;
      }
      left.push_back(kept);
    }
    if (!is_found && !value.is_null()) {
      left.push_back(json::object{{"id", ++last_id_}, {"key", key}, {"value", value}});
    }
    meta = std::move(left);
  }
}

void WooModel::Stamp(Fulfillment& fulfillment) {
  fulfillment.updated_s = now_s;
  if (fulfillment.is_fulfilled() && MetaText(fulfillment.meta_data, "_date_fulfilled").empty()) {
    const json::object row{{"key", "_date_fulfilled"}, {"value", SiteTime(now_s)}};
    WriteMeta(json::array({row}), fulfillment.meta_data);
  }
}

}  // namespace storebridge::testing
