#include <set>

#include "demo_control.h"
#include "php_json.h"

namespace storebridge::demo_store {
namespace {

/// Finds tracking codes wherever a client may have put them.
class TrackingFinder {
 public:
  explicit TrackingFinder(const Order& order) {
    for (const Fulfillment& fulfillment : order.fulfillments) {
      if (!fulfillment.deleted) {
        Meta("fulfillment", fulfillment.meta_data);
      }
    }
    Meta("order_meta", order.meta_data);
    for (const Note& note : order.notes) {
      if (note.customer || note.author == "demo") {
        Text(note.customer ? "customer_note" : "private_note", note.text);
      }
    }
  }

  json::array Take() { return std::move(found_); }

 private:
  void Add(const std::string& source, const std::string& key, const std::string& code) {
    if (!code.empty() && seen_.insert(source + key + code).second) {
      found_.push_back({{"source", source}, {"key", key}, {"code", code}});
    }
  }

  void Meta(const std::string& source, const json::array& meta) {
    for (const json::value& row : meta) {
      const json::object& object = row.get_object();
      const std::string key = TextOr(object, "key", "");
      const std::string low = Lower(key);
      const bool numbers = low.find("tracking") != std::string::npos &&
                           low.find("url") == std::string::npos &&
                           low.find("provider") == std::string::npos;
      if (numbers && object.contains("value")) {
        Value(source, key, object.at("value"));
      }
    }
  }

  void Value(const std::string& source, const std::string& key, const json::value& value) {
    if (value.is_string()) {
      Add(source, key, std::string(value.get_string()));
    } else if (value.is_array()) {
      for (const json::value& item : value.get_array()) {
        Value(source, key, item);
      }
    } else if (value.is_object()) {
      Add(source, key, TextOr(value.get_object(), "tracking_number", ""));
    }
  }

  /// In free text a code is a word of 8 to 40 capitals and digits, four digits at least.
  void Text(const std::string& source, const std::string& text) {
    std::string word;
    std::size_t digits = 0;
    for (const char c : text + " ") {
      const bool digit = c >= '0' && c <= '9';
      if (digit || (c >= 'A' && c <= 'Z')) {
        word.push_back(c);
        digits += digit ? 1 : 0;
        continue;
      }
      if (word.size() >= 8 && word.size() <= 40 && digits >= 4) {
        Add(source, "note", word);
      }
      word.clear();
      digits = 0;
    }
  }

  json::array found_;
  std::set<std::string> seen_;
};

json::value DateOrNull(const std::optional<Seconds>& time) {
  return time ? json::value(FormatDate(*time)) : json::value();
}

json::array Lines(const Order& order) {
  json::array out;
  for (const OrderLine& line : order.lines) {
    out.push_back({{"id", line.id},
                   {"sku", line.sku},
                   {"name", line.name},
                   {"quantity", line.quantity},
                   {"refunded", line.refunded}});
  }
  return out;
}

void AddMails(const Order& order, json::object& out) {
  json::array mails;
  json::object counts;
  std::int64_t shipping = 0;
  for (const Mail& mail : order.mails) {
    mails.push_back(
        {{"kind", mail.kind}, {"date_gmt", FormatDate(mail.date)}, {"detail", mail.detail}});
    json::value& count = counts[mail.kind];
    count = (count.is_int64() ? count.get_int64() : 0) + 1;
    shipping += IsShippingMail(mail.kind) ? 1 : 0;
  }
  out["mails"] = std::move(mails);
  out["mail_counts"] = std::move(counts);
  out["shipping_mails"] = shipping;
}

json::array Notes(const Order& order) {
  json::array out;
  for (const Note& note : order.notes) {
    out.push_back({{"author", note.author}, {"note", note.text}, {"customer_note", note.customer}});
  }
  return out;
}

json::array Fulfillments(const Order& order) {
  json::array out;
  for (const Fulfillment& fulfillment : order.fulfillments) {
    out.push_back({{"id", fulfillment.id},
                   {"status", fulfillment.status},
                   {"is_fulfilled", fulfillment.is_fulfilled},
                   {"deleted", fulfillment.deleted.has_value()},
                   {"meta_data", fulfillment.meta_data}});
  }
  return out;
}

}  // namespace

bool IsShippingMail(const std::string& kind) {
  return kind == "completed" || kind == "customer_note" || kind.starts_with("fulfillment_");
}

json::object OrderView(const StoreState&, const Order& order) {
  json::object out{{"id", order.id},
                   {"number", std::to_string(order.id)},
                   {"status", order.status},
                   {"total", FormatMoney(order.total())},
                   {"currency", order.currency},
                   {"date_created_gmt", FormatDate(order.created)},
                   {"date_modified_gmt", FormatDate(order.modified)},
                   {"date_paid_gmt", DateOrNull(order.paid)},
                   {"date_completed_gmt", DateOrNull(order.completed)},
                   {"ship_to", order.shipping.first_name + " " + order.shipping.last_name},
                   {"postcode", order.shipping.postcode},
                   {"city", order.shipping.city},
                   {"country", order.shipping.country},
                   {"line_items", Lines(order)},
                   {"stock_reduced", order.stock_reduced},
                   {"refunds", order.refunds.size()},
                   {"tracking", TrackingFinder(order).Take()},
                   {"notes", Notes(order)},
                   {"fulfillments", Fulfillments(order)}};
  AddMails(order, out);
  return out;
}

json::object ProductView(const StoreState& state, const Product& product) {
  const Product* holder = state.StockHolder(product);
  json::object out{{"id", product.id},
                   {"parent_id", product.parent_id},
                   {"sku", product.sku},
                   {"name", product.name},
                   {"ean", product.ean},
                   {"price", product.price()},
                   {"status", product.status},
                   {"stock_status", state.StockStatus(product)},
                   {"date_modified_gmt", FormatDate(product.modified)}};
  out["stock_quantity"] = holder != nullptr ? json::value(holder->stock) : json::value();
  return out;
}

json::object WebhookView(const Webhook& webhook) {
  json::array deliveries;
  for (const WebhookDelivery& delivery : webhook.deliveries) {
    deliveries.push_back({{"topic", delivery.topic},
                          {"resource_id", delivery.resource_id},
                          {"delivery_id", delivery.delivery_id},
                          {"answer", delivery.answer},
                          {"date_gmt", FormatDate(delivery.at)}});
  }
  return {{"id", webhook.id},
          {"topic", webhook.topic},
          {"delivery_url", webhook.delivery_url},
          {"status", webhook.status},
          {"failure_count", webhook.failure_count},
          {"pending_ping", webhook.pending_ping},
          {"deliveries", std::move(deliveries)}};
}

}  // namespace storebridge::demo_store
