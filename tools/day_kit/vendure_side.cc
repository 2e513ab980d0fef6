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

constexpr ShopWords kWords{
    .number = "code", .stock = "stockOnHand", .paid = "settled", .settle = "settle"};

StoreProduct ReadVariant(const json::value& json) {
  StoreProduct product{.code = TextAt(json, "sku"), .title = TextAt(json, "name")};
  product.ean = TextAt(ValueAt(json, "customFields"), "ean");
  product.price_minor = IntAt(json, "priceWithTax");
  product.currency = TextAt(json, "currencyCode");
  return product;
}

}  // namespace

VendureSide::VendureSide(NpmStoreScripts scripts, int page_size)
    : NpmSide(std::move(scripts), kWords, page_size) {}

Result<std::unique_ptr<VendureSide>> VendureSide::Open(const std::string& shop,
                                                       const std::string& ready_file,
                                                       int page_size) {
  std::unique_ptr<VendureSide> side(
      new VendureSide({.shop = shop, .ready_file = ready_file}, page_size));
  SB_CHECK(side->ReadReadyFile());
  return side;
}

std::string VendureSide::config_json() const {
  return json::serialize(
      json::object({{"base_url", url()}, {"ean_field", "ean"}, {"page_size", page_size()}}));
}

json::object VendureSide::Address(const AddressChange& change) const {
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

StoreOrder VendureSide::ReadOrder(const json::value& json) const {
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

Result<json::value> VendureSide::AskShop(const std::string& query, const std::string& variables) {
  SB_TRY(json::value given, ParseJson(variables));
  const json::object body{{"query", query}, {"variables", std::move(given)}};
  SB_TRY(const HttpAnswer answer,
         CallHttp({.method = "POST",
                   .url = url() + "/shop-api",
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

}  // namespace storebridge::day
