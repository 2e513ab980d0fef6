#include "day_kit/vendure_side.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "day_kit/http.h"
#include "day_kit/json_text.h"
#include "day_kit/process.h"

namespace storebridge::day {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kShopPatience{180'000};
// On a very busy machine an order takes three seconds.
constexpr int kOrdersPerCall = 10;

std::string Lines(const std::vector<CartLine>& lines) {
  std::string text;
  for (const CartLine& line : lines) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", line.code, line.quantity);
  }
  return text;
}

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

VendureSide::VendureSide(std::string shop, std::string ready_file, int page_size)
    : shop_(std::move(shop)), ready_file_(std::move(ready_file)), page_size_(page_size) {}

Result<std::unique_ptr<VendureSide>> VendureSide::Open(const std::string& shop,
                                                       const std::string& ready_file,
                                                       int page_size) {
  std::ifstream in(ready_file);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (text.empty()) {
    return Error{
        .code = Code::kNotFound,
        .reason = "READY_FILE",
        .message = fmt::format("{} is not there: tools/vendure_store/start --ready-file writes it",
                               ready_file)};
  }
  SB_TRY(const json::value ready, ParseJson(text));
  std::unique_ptr<VendureSide> side(new VendureSide(shop, ready_file, page_size));
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

Result<json::value> VendureSide::Shop(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{shop_};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.insert(command.end(), {"--ready-file", ready_file_});
  SB_TRY(const CommandResult result, RunCommand(command, "", kShopPatience));
  if (result.exit_code != 0) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "VENDURE",
                 .message = fmt::format("{} {}: {}", shop_, arguments[0], result.errors)};
  }
  return ParseJson(result.output);
}

Result<std::vector<std::string>> VendureSide::Place(const Purchase& purchase) {
  std::vector<std::string> numbers;
  for (int left = purchase.count; left > 0; left -= kOrdersPerCall) {
    Purchase part = purchase;
    part.count = std::min(left, kOrdersPerCall);
    SB_CHECK(PlaceSome(part, numbers));
  }
  return numbers;
}

Status VendureSide::PlaceSome(const Purchase& purchase, std::vector<std::string>& numbers) {
  std::vector<std::string> arguments{
      "place", "--lines", Lines(purchase.lines), "--pay", PayWord(purchase.payment)};
  if (const json::object address = Address(purchase.address); !address.empty()) {
    arguments.insert(arguments.end(), {"--address", json::serialize(address)});
  }
  arguments.insert(arguments.end(), {"--count", std::to_string(purchase.count)});
  SB_TRY(const json::value answer, Shop(arguments));
  if (const auto failures = ItemsAt(answer, "failures"); !failures.empty()) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "VENDURE",
                 .message = "not every order could be placed: " + json::serialize(failures[0])};
  }
  for (const json::value& order : ItemsAt(answer, "orders")) {
    numbers.push_back(TextAt(order, "code"));
  }
  return Ok();
}

Result<std::int64_t> VendureSide::Salable(const std::string& code) {
  SB_TRY(const json::value answer, Shop({"salable", "--sku", code}));
  return IntAt(answer, "salable");
}

Result<std::int64_t> VendureSide::ShownStock(const std::string& code) {
  SB_TRY(const json::value answer, Shop({"stock", "--sku", code}));
  return IntAt(answer, "stockOnHand");
}

Result<StoreOrder> VendureSide::Order(const std::string& number) {
  SB_TRY(const json::value answer, Shop({"order", "--code", number}));
  return ReadOrder(answer);
}

Result<std::map<std::string, StoreOrder>> VendureSide::Orders() {
  SB_TRY(const json::value answer, Shop({"orders"}));
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
  const auto done = Shop({"edit-address", "--code", number, "--postal-code", postal_code});
  return done ? Ok() : Status(done.error());
}

Status VendureSide::Cancel(const std::string& number) {
  const auto done = Shop({"cancel", "--code", number});
  return done ? Ok() : Status(done.error());
}

Status VendureSide::Settle(const std::string& number) {
  const auto done = Shop({"settle", "--code", number});
  return done ? Ok() : Status(done.error());
}

Status VendureSide::EditProduct(const std::string& code,
                                const std::map<std::string, std::string>& edit) {
  std::vector<std::string> arguments{"edit-product", "--sku", code};
  for (const auto& [name, value] : edit) {
    arguments.push_back(fmt::format("--{}={}", name, value));
  }
  const auto done = Shop(arguments);
  return done ? Ok() : Status(done.error());
}

Status VendureSide::EditTitle(const std::string& code, const std::string& title) {
  return EditProduct(code, {{"title", title}});
}

Status VendureSide::SetStockByHand(const std::string& code, std::int64_t quantity) {
  const auto done = Shop({"set-stock", "--sku", code, fmt::format("--quantity={}", quantity)});
  return done ? Ok() : Status(done.error());
}

Result<std::optional<std::int64_t>> VendureSide::WriteCount() {
  return std::optional<std::int64_t>();
}

}  // namespace storebridge::day
