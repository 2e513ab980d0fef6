#include "day_kit/medusa_side.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "day_kit/address_json.h"
#include "day_kit/json_text.h"

namespace storebridge::day {
namespace {

namespace json = boost::json;

constexpr ShopWords kWords{
    .number = "display_id", .stock = "stocked", .paid = "captured", .settle = "capture"};

// What Medusa's admin calls the only variant of a product.
constexpr std::string_view kOnlyVariant = "Default variant";
// The member of a fulfilment's metadata that is ours.
constexpr std::string_view kMarker = "storebridge_shipment";
constexpr double kMinorPerMajor = 100.0;

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

StoreProduct ReadProduct(const json::value& json) {
  StoreProduct product{.code = TextAt(json, "sku"), .title = TextAt(json, "title")};
  if (const std::string variant = TextAt(json, "variant_title"); variant != kOnlyVariant) {
    // As the connector writes the two in one field.
    product.title += " - " + variant;
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

MedusaSide::MedusaSide(NpmStoreScripts scripts, int page_size)
    : NpmSide(std::move(scripts), kWords, page_size) {}

Result<std::unique_ptr<MedusaSide>> MedusaSide::Open(const std::string& shop,
                                                     const std::string& ready_file,
                                                     int page_size) {
  std::unique_ptr<MedusaSide> side(
      new MedusaSide({.shop = shop, .ready_file = ready_file}, page_size));
  SB_CHECK(side->ReadReadyFile());
  return side;
}

std::string MedusaSide::config_json() const {
  return json::serialize(json::object({{"base_url", url()}, {"page_size", page_size()}}));
}

json::object MedusaSide::Address(const AddressChange& change) const {
  return AddressJson(
      change, {.postal_code = "postal_code", .region = "province", .region_code = "country_code"});
}

StoreOrder MedusaSide::ReadOrder(const json::value& json) const {
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

Result<std::map<std::string, StoreProduct>> MedusaSide::AllProducts() {
  SB_TRY(const json::value answer, Shop({"products"}));
  std::map<std::string, StoreProduct> all;
  for (const json::value& item : ItemsAt(answer, "products")) {
    StoreProduct product = ReadProduct(item);
    all[product.code] = std::move(product);
  }
  return all;
}

}  // namespace storebridge::day
