#include "variant_record.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "stock_location.h"

namespace vendure {
namespace {

// Nothing where there is no level at the location: Vendure makes it when stock is written there,
// and hides it for ever when the location is not of the channel.
std::optional<std::int64_t> StockOf(const sdk::Json& json, const std::string& location) {
  if (json.OptionalText("trackInventory") == "FALSE") {
    return std::nullopt;
  }
  for (const sdk::Json& level : json.OptionalItems("stockLevels")) {
    if (level.At("stockLocationId").Id() == location) {
      return level.At("stockOnHand").Int();
    }
  }
  return std::nullopt;
}

void AddImage(const sdk::Json& owner, sdk::Product* product) {
  if (const std::optional<sdk::Json> asset = owner.Find("featuredAsset")) {
    if (std::string url = asset->OptionalText("preview"); !url.empty()) {
      product->add_image_urls(std::move(url));
    }
  }
}

sdk::Product ReadVariant(const sdk::Json& json,
                         const std::string& ean_field,
                         const std::string& location) {
  sdk::Product product;
  const sdk::Json parent = json.At("product");
  product.set_external_id(json.At("id").Id());
  product.set_external_parent_id(parent.At("id").Id());
  product.set_product_code(json.OptionalText("sku"));
  product.set_title(json.At("name").Text());
  product.set_description(parent.OptionalText("description"));
  *product.mutable_price() =
      sdk::MoneyFromMinor(json.At("priceWithTax").Int(), json.At("currencyCode").Text());
  product.set_price_includes_tax(true);
  product.set_is_active(json.At("enabled").Bool() && parent.OptionalBool("enabled").value_or(true));
  product.set_modified_ms(
      std::max(json.OptionalTimeMs("updatedAt"), parent.OptionalTimeMs("updatedAt")));
  if (const std::optional<sdk::Json> fields = json.Find("customFields");
      fields && !ean_field.empty()) {
    product.set_ean(fields->OptionalText(ean_field));
  }
  if (const std::optional<std::int64_t> stock = StockOf(json, location)) {
    product.set_stock_quantity(*stock);
  }
  AddImage(json, &product);
  AddImage(parent, &product);
  for (const sdk::Json& option : json.OptionalItems("options")) {
    sdk::AddHeader(product.mutable_options(),
                   option.At("group").OptionalText("name"),
                   option.OptionalText("name"));
  }
  return product;
}

}  // namespace

std::string VariantFields(sdk::Context& cx) {
  const std::string ean = cx.Config().OptionalText("ean_field");
  return "id sku name enabled updatedAt priceWithTax currencyCode trackInventory stockLevels { "
         "stockLocationId stockOnHand } "
         "featuredAsset { preview } options { name group { name } } product { id description "
         "enabled updatedAt "
         "featuredAsset { preview } }" +
         (ean.empty() ? std::string() : " customFields { " + ean + " }");
}

VariantReader::VariantReader(sdk::Context& cx, const sdk::Json& data)
    : ean_field_(cx.Config().OptionalText("ean_field")), location_(LocationIn(cx, data)) {}

sdk::Product VariantReader::operator()(const sdk::Json& json) const {
  return ReadVariant(json, ean_field_, location_);
}

}  // namespace vendure
