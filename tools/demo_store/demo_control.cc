#include "demo_control.h"

#include <algorithm>
#include <map>

#include <boost/json/parse.hpp>

#include "api_error.h"
#include "checkout.h"
#include "payloads.h"
#include "php_json.h"
#include "seed.h"
#include "webhook_edit.h"

namespace storebridge::demo_store {
namespace {

constexpr std::int64_t kOrdersMax = 20'000;
constexpr std::int64_t kRequestsShown = 50;
constexpr std::int64_t kEverything = 1'000'000'000;
constexpr std::int64_t kDelayMaxMs = 3'600'000;

Answer Problem(int status, const std::string& message) {
  return JsonAnswer(status, json::object({{"error", message}}));
}

std::string SkuOf(const json::object& given) {
  return TextOr(given, "sku", "");
}

/// Reads `date_gmt`, or returns 0 without one.
Seconds DateIn(const json::object& given) {
  const auto date = ParseDate(TextOr(given, "date_gmt", ""));
  return date ? date->clock_time - date->offset.value_or(0) : 0;
}

/// The texts of an array; what is none is left out.
std::vector<std::string> TextsIn(const json::value& list) {
  std::vector<std::string> texts;
  for (const json::value& item : list.is_array() ? list.get_array() : json::array()) {
    if (item.is_string()) {
      texts.emplace_back(item.get_string());
    }
  }
  return texts;
}

struct Cart {
  std::vector<CartLine> lines;
  std::string error;
};

Cart ReadCart(const StoreState& state, const json::object& given) {
  Cart cart;
  const json::value* lines = given.if_contains("lines");
  if (lines == nullptr || !lines->is_array() || lines->get_array().empty()) {
    cart.error = "give lines: [{\"sku\": \"SF-MUG-BIRCH\", \"quantity\": 1}]";
    return cart;
  }
  for (const json::value& item : lines->get_array()) {
    const json::object line = item.is_object() ? item.get_object() : json::object();
    const Product* product = state.FindSku(SkuOf(line));
    const std::int64_t quantity = IntOr(line, "quantity", 1);
    if (product == nullptr || product->kind == ProductKind::kVariable || quantity < 1) {
      cart.error = "'" + SkuOf(line) + "' is not something that can be bought, or quantity < 1";
      return cart;
    }
    cart.lines.push_back({product, quantity});
  }
  return cart;
}

/// Says which product is short for `count` such orders; empty when all can be bought.
std::string Shortage(const StoreState& state, const Cart& cart, std::int64_t count) {
  for (const CartLine& line : cart.lines) {
    std::int64_t wanted = 0;
    for (const CartLine& other : cart.lines) {
      wanted += state.StockHolder(*other.product) == state.StockHolder(*line.product)
                    ? other.quantity * count
                    : 0;
    }
    const auto salable = state.Salable(*line.product);
    if (salable && *salable < wanted) {
      return line.product->sku + ": " + std::to_string(wanted) + " wanted, " +
             std::to_string(*salable) + " can be bought; add \"oversell\": true to place it anyway";
    }
  }
  return "";
}

std::string StatusFor(const json::object& given) {
  const bool paid = BoolOr(given, "paid", true);
  const std::string method = TextOr(given, "payment_method", "");
  const char* unpaid = method == "bacs" || method == "cheque" ? "on-hold" : "pending";
  return TextOr(given, "status", paid ? "processing" : unpaid);
}

/// Reads one refund line: {sku, quantity}.
void AddRefundLines(const json::object& given, const Order& order, Refund& refund) {
  const json::value* lines = given.if_contains("lines");
  for (const json::value& item :
       lines != nullptr && lines->is_array() ? lines->get_array() : json::array()) {
    for (const OrderLine& line : order.lines) {
      if (item.is_object() && line.sku == SkuOf(item.get_object())) {
        refund.lines.emplace_back(line.id, IntOr(item.get_object(), "quantity", line.quantity));
      }
    }
  }
}

/// Adds the mails to the counters and the orders by status to the totals.
void CountOrders(const StoreState& state, json::object& counters, json::object& totals) {
  std::int64_t mails = 0;
  std::int64_t shipping_mails = 0;
  std::map<std::string, std::int64_t> by_status;
  state.orders().Each([&](const Order& order) {
    ++by_status[order.status];
    for (const Mail& mail : order.mails) {
      ++mails;
      shipping_mails += IsShippingMail(mail.kind) ? 1 : 0;
    }
  });
  counters["mails"] = mails;
  counters["shipping_mails"] = shipping_mails;
  totals["orders"] = state.orders().size();
  totals["orders_by_status"] = json::object();
  for (const auto& [status, count] : by_status) {
    totals["orders_by_status"].get_object()[status] = count;
  }
}

template <class Thing>
void Take(const json::object& given, std::string_view name, Thing& target) {
  if constexpr (std::is_same_v<Thing, bool>) {
    target = BoolOr(given, name, target);
  } else {
    target = TextOr(given, name, target);
  }
}

}  // namespace

Answer DemoControl::Handle(const Request& request) {
  const std::string_view path = std::string_view(request.path).substr(5);
  if (request.method == "GET") {
    return Get(request);
  }
  if (request.method == "DELETE" && path == "/misbehave") {
    misbehaviour_.Clear();
    return JsonAnswer(200, json::object({{"armed", json::array()}}));
  }
  if (request.method != "POST") {
    return Problem(405, "use GET or POST under /demo/");
  }
  boost::system::error_code error;
  const json::value body =
      request.body.empty() ? json::value(json::object()) : json::parse(request.body, error);
  if (error || !body.is_object()) {
    return Problem(400, "the body must be a JSON object");
  }
  return Post(path, body.get_object());
}

Answer DemoControl::Post(std::string_view path, const json::object& given) {
  if (path == "/orders") {
    return PlaceOrders(given);
  }
  if (path.starts_with("/orders/")) {
    return EditOrder(ParseInt(path.substr(8)).value_or(0), given);
  }
  if (path == "/products") {
    return EditProduct(given);
  }
  if (path == "/stock") {
    return SetStock(given);
  }
  if (path == "/settings") {
    return ChangeSettings(given);
  }
  if (path == "/misbehave") {
    return ArmMisbehaviour(given);
  }
  if (path == "/poison") {
    return SpoilRecord(given);
  }
  if (path == "/webhooks") {
    return MakeWebhook(given);
  }
  if (path == "/reset_counters") {
    counters_.Reset();
    return JsonAnswer(200, counters_.Summary());
  }
  return Problem(404, "no such control: POST /demo" + std::string(path));
}

Answer DemoControl::Get(const Request& request) {
  if (request.path == "/demo/state") {
    return ShowState(request);
  }
  if (request.path == "/demo/salable") {
    return ShowSalable(request);
  }
  if (request.path == "/demo/settings") {
    return JsonAnswer(200, SettingsView());
  }
  if (request.path == "/demo/misbehave") {
    return JsonAnswer(200, json::object({{"armed", misbehaviour_.List()}}));
  }
  return Problem(404, "no such control: GET " + request.path);
}

Answer DemoControl::PlaceOrders(const json::object& given) {
  const std::int64_t count = IntOr(given, "count", 1);
  if (count < 1 || count > kOrdersMax) {
    return Problem(400, "count must be between 1 and " + std::to_string(kOrdersMax));
  }
  const Cart cart = ReadCart(state_, given);
  if (!cart.error.empty()) {
    return Problem(400, cart.error);
  }
  const std::string shortage = Shortage(state_, cart, count);
  if (!shortage.empty() && !BoolOr(given, "oversell", false)) {
    return Problem(409, shortage);
  }
  json::array ids;
  json::array orders;
  for (std::int64_t i = 0; i < count; ++i) {
    Address buyer = DemoAddress(next_buyer_++);
    if (const json::value* own = given.if_contains("address"); own != nullptr && own->is_object()) {
      ApplyAddress(own->get_object(), buyer);
    }
    const int discount = static_cast<int>(IntOr(given, "discount_percent", 0));
    Order order = PriceCart(state_, cart.lines, buyer, std::clamp(discount, 0, 100));
    order.billing = buyer;
    order.shipping = buyer;
    order.shipping.email.clear();
    order.customer_note = TextOr(given, "customer_note", "");
    order.payment_method = TextOr(given, "payment_method", "stripe");
    order.payment_title = order.payment_method == "bacs" ? "Tilisiirto" : "Kortti";
    order.created = DateIn(given);
    order.status = StatusFor(given);
    if (order.status == "processing" || order.status == "completed") {
      order.paid = order.created != 0 ? order.created : state_.Now();
    }
    const Order* added = state_.AddOrder(std::move(order));
    ids.push_back(added->id);
    if (count <= 100) {
      orders.push_back(OrderView(state_, *added));
    }
  }
  return JsonAnswer(201, json::object({{"ids", ids}, {"orders", orders}}));
}

Answer DemoControl::EditOrder(Id id, const json::object& given) {
  Order* order = state_.FindOrder(id);
  if (order == nullptr) {
    return Problem(404, "no order " + std::to_string(id));
  }
  if (BoolOr(given, "delete", false)) {
    state_.RemoveOrder(id);
    return JsonAnswer(200, json::object({{"deleted", true}}));
  }
  if (const json::value* own = given.if_contains("address"); own != nullptr && own->is_object()) {
    ApplyAddress(own->get_object(), order->shipping);
    state_.TouchOrder(*order);
  }
  if (given.contains("customer_note")) {
    Take(given, "customer_note", order->customer_note);
    state_.TouchOrder(*order);
  }
  if (BoolOr(given, "pay", false)) {
    state_.MarkPaid(*order);
  }
  if (BoolOr(given, "cancel", false)) {
    state_.SetStatus(*order, "cancelled");
  }
  if (given.contains("status")) {
    state_.SetStatus(*order, TextOr(given, "status", order->status));
  }
  if (const json::value* asked = given.if_contains("refund")) {
    Refund refund;
    const json::object details = asked->is_object() ? asked->get_object() : json::object();
    refund.reason = TextOr(details, "reason", "");
    AddRefundLines(details, *order, refund);
    state_.RefundOrder(*order, std::move(refund), BoolOr(details, "restock", true));
  }
  return JsonAnswer(200, OrderView(state_, *order));
}

Answer DemoControl::EditProduct(const json::object& given) {
  Product* product = given.contains("id") ? state_.FindProduct(IntOr(given, "id", 0))
                                          : state_.FindSku(SkuOf(given));
  if (BoolOr(given, "delete", false)) {
    if (product == nullptr) {
      return Problem(404, "no product '" + SkuOf(given) + "'");
    }
    state_.RemoveProduct(product->id, Removal::kTrash);
    return JsonAnswer(200, json::object({{"deleted", true}}));
  }
  const bool creating = product == nullptr;
  if (creating) {
    if (given.contains("id") || TextOr(given, "title", "").empty()) {
      return Problem(404, "no such product; to create one give title, sku and price");
    }
    Product fresh;
    const Product* parent = state_.FindSku(TextOr(given, "parent_sku", ""));
    fresh.kind = parent != nullptr ? ProductKind::kVariation : ProductKind::kSimple;
    fresh.parent_id = parent != nullptr ? parent->id : 0;
    fresh.name = TextOr(given, "title", "");
    fresh.sku = SkuOf(given);
    product = state_.AddProduct(std::move(fresh));
  }
  const std::string sku = TextOr(given, "new_sku", product->sku);
  if (!state_.ChangeSku(*product, sku)) {
    return Problem(409, "SKU '" + sku + "' belongs to another product");
  }
  Take(given, "title", product->name);
  Take(given, "price", product->regular_price);
  Take(given, "sale_price", product->sale_price);
  Take(given, "ean", product->ean);
  Take(given, "description", product->description);
  Take(given, "short_description", product->short_description);
  Take(given, "status", product->status);
  Take(given, "backorders", product->backorders);
  Take(given, "manage_stock", product->manage_stock);
  product->stock = IntOr(given, "stock", product->stock);
  state_.TouchProduct(*product);
  return JsonAnswer(creating ? 201 : 200, ProductView(state_, *product));
}

Answer DemoControl::SetStock(const json::object& given) {
  Product* product = state_.FindSku(SkuOf(given));
  Product* holder = product == nullptr ? nullptr : state_.StockHolder(*product);
  if (holder == nullptr || !given.contains("quantity")) {
    return Problem(404, "no stock is kept for '" + SkuOf(given) + "', or quantity is missing");
  }
  holder->stock = IntOr(given, "quantity", holder->stock);
  state_.TouchProduct(*holder);
  return JsonAnswer(200, ProductView(state_, *product));
}

Answer DemoControl::ChangeSettings(const json::object& given) {
  Settings& settings = state_.settings;
  Take(given, "completed_mail", settings.completed_mail);
  Take(given, "fulfillments", settings.fulfillments);
  Take(given, "meta_needs_id", settings.meta_needs_id);
  Take(given, "variation_bumps_parent", settings.variation_bumps_parent);
  Take(given, "currency", settings.currency);
  settings.page_max = static_cast<int>(
      std::clamp<std::int64_t>(IntOr(given, "page_max", settings.page_max), 1, 1000));
  settings.clock_offset = IntOr(given, "clock_offset_seconds", settings.clock_offset);
  settings.delivery_delay_ms = std::clamp<std::int64_t>(
      IntOr(given, "delivery_delay_ms", settings.delivery_delay_ms), 0, kDelayMaxMs);
  if (const json::value* statuses = given.if_contains("plugin_statuses")) {
    settings.plugin_statuses = TextsIn(*statuses);
  }
  return JsonAnswer(200, SettingsView());
}

Answer DemoControl::ArmMisbehaviour(const json::object& given) {
  std::string error;
  const std::int64_t id = misbehaviour_.Arm(given, error);
  return id == 0 ? Problem(400, error)
                 : JsonAnswer(201, json::object({{"id", id}, {"armed", misbehaviour_.List()}}));
}

Answer DemoControl::SpoilRecord(const json::object& given) {
  const Id id = IntOr(given, "id", 0);
  Order* order = state_.FindOrder(id);
  Product* product = order == nullptr ? state_.FindProduct(id) : nullptr;
  if (order == nullptr && product == nullptr) {
    return Problem(404, "no order, product or variation " + std::to_string(id));
  }
  if (BoolOr(given, "heal", false)) {
    state_.poisons.Remove(id);
  } else {
    std::string error;
    std::optional<Poison> poison = Poisons::Read(given, error);
    if (!poison) {
      return Problem(400, error);
    }
    state_.poisons.Put(id, *std::move(poison));
  }
  if (order != nullptr) {
    state_.TouchOrder(*order);
  } else {
    state_.TouchProduct(*product);
  }
  return JsonAnswer(200, json::object({{"id", id}}));
}

Answer DemoControl::MakeWebhook(const json::object& given) {
  const CreatedWebhook created = AddWebhook(state_, given);
  return created.error ? Problem(created.error->status, created.error->message)
                       : JsonAnswer(201, WebhookView(*created.webhook));
}

Answer DemoControl::ShowSalable(const Request& request) const {
  const std::string* sku = request.query.Find("sku");
  const Product* product = sku == nullptr ? nullptr : state_.FindSku(*sku);
  if (product == nullptr) {
    return Problem(404, "no product with that sku; use /demo/salable?sku=...");
  }
  const auto salable = state_.Salable(*product);
  json::object out = ProductView(state_, *product);
  out["salable"] = salable ? json::value(*salable) : json::value();
  out["unlimited"] = !salable.has_value();
  return JsonAnswer(200, out);
}

Answer DemoControl::ShowState(const Request& request) const {
  const auto most = [&request](std::string_view name, std::int64_t fallback) {
    const std::string* text = request.query.Find(name);
    const std::int64_t asked = text == nullptr ? fallback : ParseInt(*text).value_or(fallback);
    return static_cast<std::size_t>(std::max<std::int64_t>(asked, 0));
  };
  json::object counters = counters_.Summary();
  json::object totals;
  CountOrders(state_, counters, totals);
  totals["products"] = state_.products().size();
  totals["variations"] = state_.variations().size();
  json::array orders;
  const std::size_t order_limit = most("orders", kEverything);
  const std::size_t order_count = state_.orders().size();
  std::size_t skip = order_count > order_limit ? order_count - order_limit : 0;
  state_.orders().Each([&](const Order& order) {
    if (skip > 0) {
      --skip;
    } else {
      orders.push_back(OrderView(state_, order));
    }
  });
  json::array products;
  const std::size_t product_limit = most("products", kEverything);
  const auto add = [&](const Product& product) {
    if (products.size() < product_limit) {
      json::object view = ProductView(state_, product);
      const StockVersions stock = counters_.StockOf(product.id);
      view["stock_versions"] = stock.count;
      view["stock_set"] = stock.count > 0 ? json::value(stock.last) : json::value();
      products.push_back(std::move(view));
    }
  };
  state_.products().Each(add);
  state_.variations().Each(add);
  json::array webhooks;
  state_.webhooks.table().Each(
      [&](const Webhook& webhook) { webhooks.push_back(WebhookView(webhook)); });
  totals["deliveries_waiting"] = state_.webhooks.waiting();
  totals["deliveries_dropped"] = state_.webhooks.dropped();
  return JsonAnswer(
      200,
      json::object({{"now_gmt", FormatDate(state_.Now())},
                    {"settings", SettingsView()},
                    {"totals", std::move(totals)},
                    {"orders", std::move(orders)},
                    {"products", std::move(products)},
                    {"webhooks", std::move(webhooks)},
                    {"counters", std::move(counters)},
                    {"requests", counters_.LastRequests(most("requests", kRequestsShown))}}));
}

json::object DemoControl::SettingsView() const {
  const Settings& settings = state_.settings;
  return {{"woo_version", state_.IsNew() ? "11.0" : "7.9"},
          {"completed_mail", settings.completed_mail},
          {"fulfillments", state_.HasFulfillments()},
          {"meta_needs_id", settings.meta_needs_id},
          {"variation_bumps_parent", settings.variation_bumps_parent},
          {"page_max", settings.page_max},
          {"currency", settings.currency},
          {"clock_offset_seconds", settings.clock_offset},
          {"delivery_delay_ms", settings.delivery_delay_ms},
          {"plugin_statuses",
           json::array(settings.plugin_statuses.begin(), settings.plugin_statuses.end())}};
}

}  // namespace storebridge::demo_store
