#include "payloads.h"
#include "php_json.h"
#include "text.h"

namespace storebridge::demo_store {
namespace {

json::object AddressPayload(const Address& address, bool billing) {
  json::object out{{"first_name", address.first_name},
                   {"last_name", address.last_name},
                   {"company", address.company},
                   {"address_1", address.address_1},
                   {"address_2", address.address_2},
                   {"city", address.city},
                   {"state", address.state},
                   {"postcode", address.postcode},
                   {"country", address.country}};
  if (billing) {
    out["email"] = address.email;
  }
  out["phone"] = address.phone;
  return out;
}

json::array Taxes(Cents total, const Cents* subtotal) {
  if (total == 0 && (subtotal == nullptr || *subtotal == 0)) {
    return {};
  }
  json::object row{{"id", 1}, {"total", FormatMoney(total)}};
  if (subtotal != nullptr) {
    row["subtotal"] = FormatMoney(*subtotal);
  }
  return json::array({row});
}

json::array LineMeta(const OrderLine& line) {
  if (line.reduced_stock == 0) {
    return {};
  }
  const std::string count = std::to_string(line.reduced_stock);
  return json::array({json::object({{"id", line.id * 10 + 7},
                                    {"key", "_reduced_stock"},
                                    {"value", count},
                                    {"display_key", "_reduced_stock"},
                                    {"display_value", count}})});
}

json::object LinePayload(const StoreState& state, const OrderLine& line) {
  const double unit = line.quantity == 0 ? 0.0
                                         : static_cast<double>(line.total) / 100.0 /
                                               static_cast<double>(line.quantity);
  const Product* parent = line.variation_id == 0 ? nullptr : state.FindProduct(line.product_id);
  json::object out{{"id", line.id},
                   {"name", line.name},
                   {"product_id", line.product_id},
                   {"variation_id", line.variation_id},
                   {"quantity", line.quantity},
                   {"tax_class", ""},
                   {"subtotal", FormatMoney(line.subtotal)},
                   {"subtotal_tax", FormatMoney(line.subtotal_tax)},
                   {"total", FormatMoney(line.total)},
                   {"total_tax", FormatMoney(line.total_tax)},
                   {"taxes", Taxes(line.total_tax, &line.subtotal_tax)},
                   {"meta_data", LineMeta(line)},
                   {"sku", line.sku},
                   {"price", unit}};
  if (state.IsNew()) {
    const Product* sold =
        state.FindProduct(line.variation_id != 0 ? line.variation_id : line.product_id);
    out["global_unique_id"] = sold == nullptr ? "" : sold->ean;
  }
  out["image"] = {{"id", ""}, {"src", ""}};
  out["parent_name"] = parent == nullptr ? json::value() : json::value(parent->name);
  return out;
}

void AddDate(const StoreState& state,
             std::string_view name,
             std::optional<Seconds> time,
             json::object& out) {
  const std::string gmt = std::string(name) + "_gmt";
  out[name] = time ? json::value(FormatDate(*time + state.utc_offset())) : json::value();
  out[gmt] = time ? json::value(FormatDate(*time)) : json::value();
}

void AddTotals(const Order& order, json::object& out) {
  Cents cart_tax = 0;
  for (const OrderLine& line : order.lines) {
    cart_tax += line.total_tax;
  }
  out["discount_total"] = FormatMoney(order.discount_total);
  out["discount_tax"] = FormatMoney(order.discount_tax);
  out["shipping_total"] = FormatMoney(order.shipping_total);
  out["shipping_tax"] = FormatMoney(order.shipping_tax);
  out["cart_tax"] = FormatMoney(cart_tax);
  out["total"] = FormatMoney(order.total());
  out["total_tax"] = FormatMoney(order.tax());
}

void AddLines(const StoreState& state, const Order& order, json::object& out) {
  json::array lines;
  for (const OrderLine& line : order.lines) {
    lines.push_back(LinePayload(state, line));
  }
  out["line_items"] = std::move(lines);
  out["tax_lines"] = json::array();
  if (order.tax() != 0) {
    out["tax_lines"] =
        json::array({json::object({{"id", order.id * 10 + 2},
                                   {"rate_code", "FI-ALV-1"},
                                   {"rate_id", 1},
                                   {"label", "ALV"},
                                   {"compound", false},
                                   {"tax_total", FormatMoney(order.tax() - order.shipping_tax)},
                                   {"shipping_tax_total", FormatMoney(order.shipping_tax)},
                                   {"rate_percent", 25.5},
                                   {"meta_data", json::array()}})});
  }
  out["shipping_lines"] = json::array({json::object({{"id", order.id * 10 + 3},
                                                     {"method_title", order.shipping_method},
                                                     {"method_id", "flat_rate"},
                                                     {"instance_id", "1"},
                                                     {"total", FormatMoney(order.shipping_total)},
                                                     {"total_tax", FormatMoney(order.shipping_tax)},
                                                     {"taxes", Taxes(order.shipping_tax, nullptr)},
                                                     {"meta_data", json::array()}})});
  out["fee_lines"] = json::array();
  out["coupon_lines"] = json::array();
  if (!order.coupon.empty()) {
    out["coupon_lines"] =
        json::array({json::object({{"id", order.id * 10 + 4},
                                   {"code", order.coupon},
                                   {"discount", FormatMoney(order.discount_total)},
                                   {"discount_tax", FormatMoney(order.discount_tax)},
                                   {"meta_data", json::array()}})});
  }
  json::array refunds;
  for (const Refund& refund : order.refunds) {
    refunds.push_back(
        {{"id", refund.id}, {"reason", refund.reason}, {"total", FormatMoney(-refund.amount)}});
  }
  out["refunds"] = std::move(refunds);
}

}  // namespace

json::object OrderPayload(const StoreState& state, const Order& order) {
  const std::string url = state.base_url + "/wp-json/wc/v3/orders";
  json::object out;
  out["id"] = order.id;
  out["parent_id"] = 0;
  out["number"] = std::to_string(order.id);
  out["order_key"] = order.order_key;
  out["created_via"] = "checkout";
  out["version"] = state.IsNew() ? "11.0.1" : "7.9.0";
  out["status"] = order.status;
  out["currency"] = order.currency;
  AddDate(state, "date_created", order.created, out);
  AddDate(state, "date_modified", order.modified, out);
  AddTotals(order, out);
  out["prices_include_tax"] = true;
  out["customer_id"] = 0;
  out["customer_ip_address"] = "";
  out["customer_user_agent"] = "";
  out["customer_note"] = order.customer_note;
  out["billing"] = AddressPayload(order.billing, true);
  out["shipping"] = AddressPayload(order.shipping, false);
  out["payment_method"] = order.payment_method;
  out["payment_method_title"] = order.payment_title;
  out["transaction_id"] = order.transaction_id;
  AddDate(state, "date_paid", order.paid, out);
  AddDate(state, "date_completed", order.completed, out);
  out["cart_hash"] = "";
  out["meta_data"] = order.meta_data;
  AddLines(state, order, out);
  out["payment_url"] =
      state.base_url + "/checkout/order-pay/" + std::to_string(order.id) + "/?pay_for_order=true";
  out["is_editable"] = order.status == "pending" || order.status == "on-hold";
  out["needs_payment"] = order.status == "pending" || order.status == "failed";
  out["needs_processing"] = true;
  out["currency_symbol"] = order.currency == "EUR" ? "€" : order.currency;
  const json::object self{{"href", url + "/" + std::to_string(order.id)}};
  out["_links"] = {{"self", json::array({self})},
                   {"collection", json::array({json::object({{"href", url}})})}};
  return out;
}

json::object NotePayload(const StoreState& state, const Note& note) {
  json::object out{{"id", note.id}, {"author", note.author}};
  AddDate(state, "date_created", note.date, out);
  out["note"] = note.text;
  out["customer_note"] = note.customer;
  return out;
}

json::object RefundPayload(const StoreState& state, const Order& order, const Refund& refund) {
  json::object out{{"id", refund.id}, {"parent_id", order.id}};
  AddDate(state, "date_created", refund.date, out);
  out["amount"] = FormatMoney(refund.amount);
  out["reason"] = refund.reason;
  out["refunded_by"] = 1;
  out["refunded_payment"] = false;
  out["meta_data"] = json::array();
  json::array lines;
  for (const auto& [line_id, quantity] : refund.lines) {
    for (const OrderLine& line : order.lines) {
      if (line.id != line_id || line.quantity == 0) {
        continue;
      }
      json::object row = LinePayload(state, line);
      row["id"] = refund.id * 10 + static_cast<Id>(lines.size());
      row["quantity"] = -quantity;
      row["total"] = FormatMoney(-MulDiv(line.total, quantity, line.quantity));
      row["total_tax"] = FormatMoney(-MulDiv(line.total_tax, quantity, line.quantity));
      row["meta_data"] = json::array({json::object(
          {{"id", line.id * 10 + 8}, {"key", "_refunded_item_id"}, {"value", line.id}})});
      lines.push_back(std::move(row));
    }
  }
  out["line_items"] = std::move(lines);
  return out;
}

std::string SiteTime(const StoreState& state, Seconds time) {
  std::string out = FormatDate(time + state.utc_offset());
  out[10] = ' ';
  return out;
}

json::object FulfillmentPayload(const StoreState& state,
                                const Order& order,
                                const Fulfillment& fulfillment) {
  json::object out{{"id", fulfillment.id},
                   {"entity_type", "WC_Order"},
                   {"entity_id", std::to_string(order.id)},
                   {"status", fulfillment.status},
                   {"is_fulfilled", fulfillment.is_fulfilled},
                   {"date_updated", SiteTime(state, fulfillment.updated)}};
  out["date_deleted"] =
      fulfillment.deleted ? json::value(SiteTime(state, *fulfillment.deleted)) : json::value();
  out["meta_data"] = fulfillment.meta_data;
  return out;
}

}  // namespace storebridge::demo_store
