#include "day_kit/vendure_side.h"

#include <memory>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "day_kit/http.h"
#include "day_kit/json_text.h"

namespace storebridge::day {
namespace {

namespace json = boost::json;

json::object Address(const AddressChange& change) {
  json::object out;
  const auto put = [&out](const char* name, const std::optional<std::string>& value) {
    if (value) {
      out[name] = *value;
    }
  };
  put("fullName", change.recipient);
  put("company", change.company);
  put("streetLine1", change.street);
  put("streetLine2", change.second_line);
  put("postalCode", change.postal_code);
  put("city", change.city);
  put("province", change.region);
  put("countryCode", change.region_code);
  put("phoneNumber", change.phone);
  return out;
}

const char* PayWord(PaymentKind payment) {
  switch (payment) {
    case PaymentKind::kPaid:
      return "settled";
    case PaymentKind::kAuthorized:
      return "authorized";
    case PaymentKind::kUnpaid:
      return "none";
  }
  return "";
}

StoreOrder ReadOrder(const json::value& json) {
  StoreOrder order{.number = TextAt(json, "code"), .state = TextAt(json, "state")};
  order.is_shipped = order.state == "Shipped";
  order.is_partially_shipped = order.state == "PartiallyShipped";
  order.is_cancelled = order.state == "Cancelled";
  order.postal_code = TextAt(ValueAt(json, "shippingAddress"), "postalCode");
  for (const json::value& fulfillment : ItemsAt(json, "fulfillments")) {
    if (const std::string code = TextAt(fulfillment, "trackingCode"); !code.empty()) {
      order.tracking_codes.push_back(code);
    }
    const std::string method = TextAt(fulfillment, "method");
    const std::size_t open = method.rfind('[');
    if (open != std::string::npos && TextAt(fulfillment, "state") != "Cancelled") {
      order.markers.push_back(method.substr(open + 1, method.size() - open - 2));
    }
  }
  order.shipping_mails = 0;
  for (const json::value& entry : ItemsAt(ValueAt(json, "history"), "items")) {
    *order.shipping_mails += TextAt(ValueAt(entry, "data"), "to") == "Shipped" ? 1 : 0;
  }
  order.everything = json::serialize(json);
  return order;
}

StoreProduct ReadVariant(const json::value& json) {
  StoreProduct product{.code = TextAt(json, "sku"), .title = TextAt(json, "name")};
  product.ean = TextAt(ValueAt(json, "customFields"), "ean");
  product.price_minor = IntAt(json, "priceWithTax");
  product.currency = TextAt(json, "currencyCode");
  return product;
}

}  // namespace

VendureSide::VendureSide(StoreShop shop, int page_size)
    : shop_(std::move(shop)), page_size_(page_size) {}

Result<std::unique_ptr<VendureSide>> VendureSide::Open(const std::string& shop,
                                                       const std::string& ready_file,
                                                       int page_size) {
  std::unique_ptr<VendureSide> side(
      new VendureSide(StoreShop("Vendure", shop, ready_file), page_size));
  SB_TRY(const json::value ready, side->shop_.Ready());
  side->url_ = TextAt(ready, "url");
  side->api_key_ = TextAt(ready, "api_key");
  return side;
}

std::string VendureSide::config_json() const {
  return json::serialize(
      json::object({{"base_url", url_}, {"ean_field", "ean"}, {"page_size", page_size_}}));
}

std::map<std::string, std::string> VendureSide::secrets() const {
  return {{"api_key", api_key_}};
}

std::vector<std::string> VendureSide::product_codes() const {
  return {"KAHVI-500", "SAUNAVIHTA", "MUKI-1", "LJUSSTAKE"};
}

Result<std::vector<std::string>> VendureSide::Place(const Purchase& purchase) {
  std::vector<std::string> arguments{
      "--lines", LinesText(purchase.lines), "--pay", PayWord(purchase.payment)};
  if (const json::object address = Address(purchase.address); !address.empty()) {
    arguments.insert(arguments.end(), {"--address", json::serialize(address)});
  }
  return shop_.Place(arguments, purchase.count, "code");
}

Result<std::int64_t> VendureSide::Salable(const std::string& code) {
  SB_TRY(const json::value answer, shop_.Run({"salable", "--sku", code}));
  return IntAt(answer, "salable");
}

Result<std::int64_t> VendureSide::ShownStock(const std::string& code) {
  SB_TRY(const json::value answer, shop_.Run({"stock", "--sku", code}));
  return IntAt(answer, "stockOnHand");
}

Result<StoreOrder> VendureSide::Order(const std::string& number) {
  SB_TRY(const json::value answer, shop_.Run({"order", "--code", number}));
  return ReadOrder(answer);
}

Result<std::map<std::string, StoreOrder>> VendureSide::Orders() {
  SB_TRY(const json::value answer, shop_.Run({"orders"}));
  std::map<std::string, StoreOrder> all;
  for (const json::value& order : ItemsAt(answer, "orders")) {
    all[TextAt(order, "code")] = ReadOrder(order);
  }
  return all;
}

Result<std::map<std::string, std::string>> VendureSide::AllOrders() {
  SB_TRY(const auto orders, Orders());
  std::map<std::string, std::string> all;
  for (const auto& [number, order] : orders) {
    all[number] = order.everything;
  }
  return all;
}

Result<json::value> VendureSide::AskShop(const std::string& query, const std::string& variables) {
  SB_TRY(json::value given, ParseJson(variables));
  const json::object body{{"query", query}, {"variables", std::move(given)}};
  SB_TRY(const HttpAnswer answer,
         CallHttp({.method = "POST",
                   .url = url_ + "/shop-api",
                   .headers = {"Content-Type: application/json"},
                   .body = json::serialize(body),
                   .credentials = "",
                   .ca_file = ""}));
  SB_TRY(const json::value json, ParseJson(answer.body));
  return ValueAt(json, "data");
}

Result<std::map<std::string, StoreProduct>> VendureSide::AllProducts() {
  static constexpr const char* kPage =
      "query($skip: Int!) { products(options: { skip: $skip, take: 100 }) { totalItems items { "
      "description variants { sku name priceWithTax currencyCode customFields { ean } } } } }";
  std::map<std::string, StoreProduct> all;
  std::int64_t total = 1;
  for (std::int64_t skip = 0; skip < total; skip += 100) {
    SB_TRY(const json::value data, AskShop(kPage, fmt::format("{{\"skip\": {}}}", skip)));
    const json::value page = ValueAt(data, "products");
    total = IntAt(page, "totalItems");
    for (const json::value& item : ItemsAt(page, "items")) {
      for (const json::value& variant : ItemsAt(item, "variants")) {
        StoreProduct product = ReadVariant(variant);
        product.description = TextAt(item, "description");
        all[product.code] = product;
      }
    }
  }
  return all;
}

Result<StoreProduct> VendureSide::Product(const std::string& code) {
  SB_TRY(const auto all, AllProducts());
  const auto found = all.find(code);
  if (found == all.end()) {
    return Error{
        .code = Code::kNotFound, .reason = "VENDURE", .message = "Vendure sells no " + code};
  }
  return found->second;
}

Status VendureSide::CorrectPostalCode(const std::string& number, const std::string& postal_code) {
  const auto done = shop_.Run({"edit-address", "--code", number, "--postal-code", postal_code});
  return done ? Ok() : Status(done.error());
}

Status VendureSide::Cancel(const std::string& number) {
  const auto done = shop_.Run({"cancel", "--code", number});
  return done ? Ok() : Status(done.error());
}

Status VendureSide::Settle(const std::string& number) {
  const auto done = shop_.Run({"settle", "--code", number});
  return done ? Ok() : Status(done.error());
}

Status VendureSide::EditProduct(const std::string& code,
                                const std::map<std::string, std::string>& edit) {
  std::vector<std::string> arguments{"edit-product", "--sku", code};
  for (const auto& [name, value] : edit) {
    arguments.push_back(fmt::format("--{}={}", name, value));
  }
  const auto done = shop_.Run(arguments);
  return done ? Ok() : Status(done.error());
}

Status VendureSide::EditTitle(const std::string& code, const std::string& title) {
  return EditProduct(code, {{"title", title}});
}

Status VendureSide::SetStockByHand(const std::string& code, std::int64_t quantity) {
  const auto done = shop_.Run({"set-stock", "--sku", code, fmt::format("--quantity={}", quantity)});
  return done ? Ok() : Status(done.error());
}

Result<std::optional<std::int64_t>> VendureSide::WriteCount() {
  return std::optional<std::int64_t>();
}

}  // namespace storebridge::day
