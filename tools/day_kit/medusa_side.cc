#include "day_kit/medusa_side.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "day_kit/json_text.h"

namespace storebridge::day {
namespace {

namespace json = boost::json;

// What Medusa's admin calls the only variant of a product.
constexpr std::string_view kOnlyVariant = "Default variant";
// The member of a fulfilment's metadata that is ours.
constexpr std::string_view kMarker = "storebridge";
constexpr double kMinorPerMajor = 100.0;

json::object Address(const AddressChange& change) {
  json::object out;
  const auto put = [&out](const char* name, const std::optional<std::string>& value) {
    if (value) {
      out[name] = *value;
    }
  };
  if (change.recipient) {
    const std::size_t space = change.recipient->find(' ');
    out["first_name"] = change.recipient->substr(0, space);
    out["last_name"] =
        space == std::string::npos ? std::string() : change.recipient->substr(space + 1);
  }
  put("company", change.company);
  put("address_1", change.street);
  put("address_2", change.second_line);
  put("postal_code", change.postal_code);
  put("city", change.city);
  put("province", change.region);
  put("country_code", change.region_code);
  put("phone", change.phone);
  return out;
}

const char* PayWord(PaymentKind payment) {
  switch (payment) {
    case PaymentKind::kPaid:
      return "captured";
    case PaymentKind::kAuthorized:
      return "authorized";
    case PaymentKind::kUnpaid:
      return "none";
  }
  return "";
}

void ReadFulfillment(const json::value& fulfillment, StoreOrder& order) {
  const bool is_cancelled = !TextAt(fulfillment, "canceled_at").empty();
  for (const json::value& label : ItemsAt(fulfillment, "labels")) {
    if (const std::string code = TextAt(label, "tracking_number"); !code.empty()) {
      order.tracking_codes.push_back(code);
    }
  }
  const std::string marker = TextAt(ValueAt(fulfillment, "metadata"), kMarker);
  if (!marker.empty() && !is_cancelled) {
    order.markers.push_back(marker);
  }
  // Medusa tells of each shipment once, and refuses to make it again.
  *order.shipping_mails += TextAt(fulfillment, "shipped_at").empty() ? 0 : 1;
}

StoreOrder ReadOrder(const json::value& json) {
  StoreOrder order{.number = TextAt(json, "display_id"),
                   .state = TextAt(json, "fulfillment_status")};
  order.is_cancelled = TextAt(json, "status") == "canceled";
  if (order.is_cancelled) {
    order.state = "canceled";
  }
  std::int64_t shipped = 0;
  bool is_all_shipped = true;
  for (const json::value& item : ItemsAt(json, "items")) {
    const std::int64_t of_item = IntAt(ValueAt(item, "detail"), "shipped_quantity");
    shipped += of_item;
    is_all_shipped = is_all_shipped && of_item >= IntAt(item, "quantity");
  }
  order.is_shipped = shipped > 0 && is_all_shipped;
  order.is_partially_shipped = shipped > 0 && !is_all_shipped;
  order.postal_code = TextAt(ValueAt(json, "shipping_address"), "postal_code");
  order.shipping_mails = 0;
  for (const json::value& fulfillment : ItemsAt(json, "fulfillments")) {
    ReadFulfillment(fulfillment, order);
  }
  order.everything = json::serialize(json);
  return order;
}

StoreProduct ReadProduct(const json::value& json) {
  StoreProduct product{.code = TextAt(json, "sku"), .title = TextAt(json, "title")};
  if (const std::string variant = TextAt(json, "variant_title"); variant != kOnlyVariant) {
    product.title += " " + variant;
  }
  product.ean = TextAt(json, "ean");
  product.description = TextAt(json, "description");
  const json::value amount = ValueAt(json, "amount");
  if (amount.is_number()) {
    product.price_minor = std::llround(amount.to_number<double>() * kMinorPerMajor);
  }
  // Medusa writes `eur`.
  product.currency = TextAt(json, "currency_code");
  std::transform(product.currency.begin(),
                 product.currency.end(),
                 product.currency.begin(),
                 [](unsigned char letter) { return std::toupper(letter); });
  return product;
}

}  // namespace

MedusaSide::MedusaSide(StoreShop shop, int page_size)
    : shop_(std::move(shop)), page_size_(page_size) {}

Result<std::unique_ptr<MedusaSide>> MedusaSide::Open(const std::string& shop,
                                                     const std::string& ready_file,
                                                     int page_size) {
  std::unique_ptr<MedusaSide> side(
      new MedusaSide(StoreShop("Medusa", shop, ready_file), page_size));
  SB_TRY(const json::value ready, side->shop_.Ready());
  side->url_ = TextAt(ready, "url");
  side->api_key_ = TextAt(ready, "api_key");
  return side;
}

std::string MedusaSide::config_json() const {
  return json::serialize(json::object({{"base_url", url_}, {"page_size", page_size_}}));
}

std::map<std::string, std::string> MedusaSide::secrets() const {
  return {{"api_key", api_key_}};
}

std::vector<std::string> MedusaSide::product_codes() const {
  return {"KAHVI-500", "SAUNAVIHTA", "MUKI-1", "LJUSSTAKE"};
}

Result<std::vector<std::string>> MedusaSide::Place(const Purchase& purchase) {
  std::vector<std::string> arguments{
      "--lines", LinesText(purchase.lines), "--pay", PayWord(purchase.payment)};
  if (const json::object address = Address(purchase.address); !address.empty()) {
    arguments.insert(arguments.end(), {"--address", json::serialize(address)});
  }
  return shop_.Place(arguments, purchase.count, "display_id");
}

Result<std::int64_t> MedusaSide::Salable(const std::string& code) {
  SB_TRY(const json::value answer, shop_.Run({"salable", "--sku", code}));
  return IntAt(answer, "salable");
}

Result<std::int64_t> MedusaSide::ShownStock(const std::string& code) {
  SB_TRY(const json::value answer, shop_.Run({"stock", "--sku", code}));
  return IntAt(answer, "stocked");
}

Result<StoreOrder> MedusaSide::Order(const std::string& number) {
  SB_TRY(const json::value answer, shop_.Run({"order", "--code", number}));
  return ReadOrder(answer);
}

Result<std::map<std::string, StoreOrder>> MedusaSide::Orders() {
  SB_TRY(const json::value answer, shop_.Run({"orders"}));
  std::map<std::string, StoreOrder> all;
  for (const json::value& order : ItemsAt(answer, "orders")) {
    all[TextAt(order, "display_id")] = ReadOrder(order);
  }
  return all;
}

Result<std::map<std::string, std::string>> MedusaSide::AllOrders() {
  SB_TRY(const auto orders, Orders());
  std::map<std::string, std::string> all;
  for (const auto& [number, order] : orders) {
    all[number] = order.everything;
  }
  return all;
}

Result<std::map<std::string, StoreProduct>> MedusaSide::AllProducts() {
  SB_TRY(const json::value answer, shop_.Run({"products"}));
  std::map<std::string, StoreProduct> all;
  for (const json::value& item : ItemsAt(answer, "products")) {
    StoreProduct product = ReadProduct(item);
    all[product.code] = std::move(product);
  }
  return all;
}

Result<StoreProduct> MedusaSide::Product(const std::string& code) {
  SB_TRY(const auto all, AllProducts());
  const auto found = all.find(code);
  if (found == all.end()) {
    return Error{.code = Code::kNotFound, .reason = "MEDUSA", .message = "Medusa sells no " + code};
  }
  return found->second;
}

Status MedusaSide::Do(const std::vector<std::string>& arguments) const {
  const auto done = shop_.Run(arguments);
  return done ? Ok() : Status(done.error());
}

Status MedusaSide::CorrectPostalCode(const std::string& number, const std::string& postal_code) {
  return Do({"edit-address", "--code", number, "--postal-code", postal_code});
}

Status MedusaSide::Cancel(const std::string& number) {
  return Do({"cancel", "--code", number});
}

Status MedusaSide::Capture(const std::string& number) {
  return Do({"capture", "--code", number});
}

Status MedusaSide::EditProduct(const std::string& code,
                               const std::map<std::string, std::string>& edit) {
  std::vector<std::string> arguments{"edit-product", "--sku", code};
  for (const auto& [name, value] : edit) {
    arguments.push_back(fmt::format("--{}={}", name, value));
  }
  return Do(arguments);
}

Status MedusaSide::EditTitle(const std::string& code, const std::string& title) {
  return EditProduct(code, {{"title", title}});
}

Status MedusaSide::SetStockByHand(const std::string& code, std::int64_t quantity) {
  return Do({"set-stock", "--sku", code, fmt::format("--quantity={}", quantity)});
}

Result<std::optional<std::int64_t>> MedusaSide::WriteCount() {
  return std::optional<std::int64_t>();
}

}  // namespace storebridge::day
