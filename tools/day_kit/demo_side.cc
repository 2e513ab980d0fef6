#include "day_kit/demo_side.h"

#include <cmath>
#include <utility>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "day_kit/address_json.h"
#include "day_kit/http.h"
#include "day_kit/json_text.h"

namespace storebridge::day {
namespace {

namespace json = boost::json;

constexpr std::int64_t kOrdersShown = 1'000'000;

json::array Lines(const std::vector<CartLine>& lines) {
  json::array out;
  for (const CartLine& line : lines) {
    out.push_back({{"sku", line.code}, {"quantity", line.quantity}});
  }
  return out;
}

json::object Address(const AddressChange& change) {
  return AddressJson(change,
                     {.postal_code = "postcode", .region = "state", .region_code = "country"});
}

// The store's "12.90" in hundredths.
std::int64_t Minor(const std::string& price) {
  return price.empty() ? 0 : std::llround(std::stod(price) * 100);
}

std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

// The markers that we leave in fulfilments and at the ends of notes.
std::vector<std::string> MarkersOf(const json::value& order) {
  std::vector<std::string> markers;
  for (const json::value& fulfillment : ItemsAt(order, "fulfillments")) {
    const json::value deleted = ValueAt(fulfillment, "deleted");
    for (const json::value& meta : ItemsAt(fulfillment, "meta_data")) {
      if (TextAt(meta, "key") == "_storebridge_shipment" && deleted == json::value(false)) {
        markers.push_back(TextAt(meta, "value"));
      }
    }
  }
  for (const json::value& note : ItemsAt(order, "notes")) {
    const std::string text = TextAt(note, "note");
    const std::size_t open = text.rfind('[');
    if (open != std::string::npos && text.ends_with(']')) {
      markers.push_back(text.substr(open + 1, text.size() - open - 2));
    }
  }
  return markers;
}

StoreOrder ReadOrder(const json::value& json) {
  StoreOrder order{.number = TextAt(json, "number"), .state = TextAt(json, "status")};
  order.is_shipped = order.state == "completed";
  order.is_cancelled = order.state == "cancelled";
  order.postal_code = TextAt(json, "postcode");
  order.shipping_mails = IntAt(json, "shipping_mails");
  for (const json::value& found : ItemsAt(json, "tracking")) {
    order.tracking_codes.push_back(TextAt(found, "code"));
  }
  order.markers = MarkersOf(json);
  order.everything = json::serialize(json);
  return order;
}

}  // namespace

DemoSide::DemoSide(DemoAccess access) : access_(std::move(access)) {}

std::string DemoSide::config_json() const {
  return json::serialize(json::object(
      {{"base_url", access_.url}, {"auth", access_.auth}, {"page_size", access_.page_size}}));
}

std::map<std::string, std::string> DemoSide::secrets() const {
  std::map<std::string, std::string> secrets{{"consumer_key", access_.consumer_key},
                                             {"consumer_secret", access_.consumer_secret}};
  if (!webhook_secret_.empty()) {
    secrets.emplace("webhook_secret", webhook_secret_);
  }
  return secrets;
}

std::vector<std::string> DemoSide::product_codes() const {
  return {"SF-MUG-BIRCH", "SF-SOAP-TAR", "SF-TEA-FOREST", "SF-KNIFE-11"};
}

Result<json::value> DemoSide::Call(const std::string& method,
                                   const std::string& path,
                                   const std::string& body) {
  HttpRequest request{.method = method, .url = access_.url + path, .headers = {}, .body = body};
  request.ca_file = access_.ca_file;
  request.headers = {"Content-Type: application/json"};
  if (path.starts_with("/wp-json")) {
    request.headers.emplace_back("X-Forwarded-Proto: https");
    request.credentials = access_.consumer_key + ":" + access_.consumer_secret;
  }
  SB_TRY(const HttpAnswer answer, CallHttp(request));
  if (answer.status >= 300) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "DEMO_STORE",
                 .message = fmt::format("demo store: {} {} answered {}: {}",
                                        method,
                                        path,
                                        answer.status,
                                        answer.body.substr(0, 300))};
  }
  return ParseJson(answer.body);
}

Result<json::value> DemoSide::Get(const std::string& path) {
  return Call("GET", path, "");
}

Result<json::value> DemoSide::Post(const std::string& path, const json::object& body) {
  return Call("POST", path, json::serialize(body));
}

Result<std::vector<std::string>> DemoSide::Place(const Purchase& purchase) {
  json::object body{{"lines", Lines(purchase.lines)},
                    {"count", purchase.count},
                    {"paid", purchase.payment == PaymentKind::kPaid}};
  if (purchase.payment == PaymentKind::kAuthorized) {
    body["payment_method"] = "bacs";  // On hold: the money is on its way.
  }
  if (json::object address = Address(purchase.address); !address.empty()) {
    body["address"] = std::move(address);
  }
  SB_TRY(const json::value answer, Post("/demo/orders", body));
  std::vector<std::string> numbers;
  for (const json::value& id : ItemsAt(answer, "ids")) {
    numbers.push_back(json::serialize(id));
  }
  return numbers;
}

Status DemoSide::PlacePastOrders(int count, const std::string& date_gmt) {
  const json::object body{{"lines", Lines({{product_codes()[1], 1}})},
                          {"count", count},
                          {"status", "completed"},
                          {"date_gmt", date_gmt},
                          {"oversell", true}};
  const auto answer = Post("/demo/orders", body);
  return answer ? Ok() : Status(answer.error());
}

Result<std::vector<std::string>> DemoSide::PlaceAt(const std::string& code,
                                                   int count,
                                                   const std::string& date_gmt) {
  const json::object body{
      {"lines", Lines({{code, 1}})}, {"count", count}, {"date_gmt", date_gmt}, {"oversell", true}};
  SB_TRY(const json::value answer, Post("/demo/orders", body));
  std::vector<std::string> numbers;
  for (const json::value& id : ItemsAt(answer, "ids")) {
    numbers.push_back(json::serialize(id));
  }
  return numbers;
}

Result<std::int64_t> DemoSide::IdOf(const std::string& code) {
  SB_TRY(const json::value answer, Get("/demo/salable?sku=" + Escaped(code)));
  return IntAt(answer, "id");
}

Status DemoSide::Spoil(std::int64_t id, const json::object& members, bool twice) {
  const auto answer = Post("/demo/poison", {{"id", id}, {"members", members}, {"twice", twice}});
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::Heal(std::int64_t id) {
  const auto answer = Post("/demo/poison", {{"id", id}, {"heal", true}});
  return answer ? Ok() : Status(answer.error());
}

Result<std::int64_t> DemoSide::Salable(const std::string& code) {
  SB_TRY(const json::value answer, Get("/demo/salable?sku=" + Escaped(code)));
  return IntAt(answer, "salable");
}

Result<std::int64_t> DemoSide::ShownStock(const std::string& code) {
  SB_TRY(const json::value answer, Get("/demo/salable?sku=" + Escaped(code)));
  return IntAt(answer, "stock_quantity");
}

Result<std::map<std::string, StoreOrder>> DemoSide::Orders() {
  SB_TRY(const json::value state,
         Get(fmt::format("/demo/state?requests=0&products=0&orders={}", kOrdersShown)));
  std::map<std::string, StoreOrder> orders;
  for (const json::value& json : ItemsAt(state, "orders")) {
    StoreOrder order = ReadOrder(json);
    orders[order.number] = std::move(order);
  }
  return orders;
}

Result<StoreOrder> DemoSide::Order(const std::string& number) {
  SB_TRY(const auto orders, Orders());
  const auto found = orders.find(number);
  if (found == orders.end()) {
    return Error{.code = Code::kNotFound,
                 .reason = "DEMO_STORE",
                 .message = "the demo store has no order " + number};
  }
  return found->second;
}

Result<StoreProduct> DemoSide::Product(const std::string& code) {
  SB_TRY(const json::value shown, Get("/demo/salable?sku=" + Escaped(code)));
  const std::int64_t parent = IntAt(shown, "parent_id");
  const std::string path =
      parent == 0 ? fmt::format("/products/{}", IntAt(shown, "id"))
                  : fmt::format("/products/{}/variations/{}", parent, IntAt(shown, "id"));
  SB_TRY(const json::value json, Get("/wp-json/wc/v3" + path));
  SB_TRY(const json::value settings, Get("/demo/settings"));
  StoreProduct product{.code = TextAt(json, "sku"), .title = TextAt(shown, "name")};
  product.ean = TextAt(json, "global_unique_id");
  product.description = TextAt(json, "description");
  product.price_minor = Minor(TextAt(json, "price"));
  product.currency = TextAt(settings, "currency");
  return product;
}

Status DemoSide::CorrectPostalCode(const std::string& number, const std::string& postal_code) {
  const auto answer =
      Post("/demo/orders/" + number, {{"address", json::object({{"postcode", postal_code}})}});
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::Cancel(const std::string& number) {
  const auto answer = Post("/demo/orders/" + number, {{"cancel", true}});
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::Pay(const std::string& number) {
  const auto answer = Post("/demo/orders/" + number, {{"pay", true}});
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::EditProduct(const json::object& edit) {
  const auto answer = Post("/demo/products", edit);
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::EditTitle(const std::string& code, const std::string& title) {
  return EditProduct({{"sku", code}, {"title", title}});
}

Status DemoSide::SetStockByHand(const std::string& code, std::int64_t quantity) {
  const auto answer = Post("/demo/stock", {{"sku", code}, {"quantity", quantity}});
  return answer ? Ok() : Status(answer.error());
}

Result<std::optional<std::int64_t>> DemoSide::WriteCount() {
  SB_TRY(const json::value state, Get("/demo/state?requests=0&orders=0&products=0"));
  return std::optional<std::int64_t>(IntAt(ValueAt(state, "counters"), "writes"));
}

Result<std::map<std::string, std::int64_t>> DemoSide::RequestCounts() {
  SB_TRY(const json::value state, Get("/demo/state?requests=0&orders=0&products=0"));
  const json::value routes = ValueAt(ValueAt(state, "counters"), "by_route");
  std::map<std::string, std::int64_t> counts;
  if (routes.is_object()) {
    for (const auto& [route, count] : routes.get_object()) {
      counts[std::string(route)] = count.is_int64() ? count.get_int64() : 0;
    }
  }
  return counts;
}

Status DemoSide::ResetCounters() {
  const auto answer = Post("/demo/reset_counters", {});
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::SetCompletedMail(bool is_on) {
  const auto answer = Post("/demo/settings", {{"completed_mail", is_on}});
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::AddWebhook(const std::string& topic,
                            const std::string& url,
                            const std::string& secret) {
  const auto answer =
      Post("/demo/webhooks", {{"topic", topic}, {"delivery_url", url}, {"secret", secret}});
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::Misbehave(const json::object& rule) {
  const auto answer = Post("/demo/misbehave", rule);
  return answer ? Ok() : Status(answer.error());
}

Status DemoSide::Behave() {
  const auto answer = Call("DELETE", "/demo/misbehave", "");
  return answer ? Ok() : Status(answer.error());
}

}  // namespace storebridge::day
