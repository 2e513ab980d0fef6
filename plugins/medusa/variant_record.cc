#include "variant_record.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace medusa {
namespace {

// What a new variant is called by the admin where the product has no options.
constexpr std::string_view kDefaultVariant = "Default variant";

// Of the variant or, where it has none, of its product.
std::string OwnOr(const sdk::Json& variant, const sdk::Json& product, const char* field) {
  std::string text = TextIn(variant, field);
  return text.empty() ? TextIn(product, field) : text;
}

// A measure in units of which one of Medusa's has `factor`; nothing where there is none that can be
// read.
std::optional<std::int64_t> Measure(const sdk::Json& variant,
                                    const sdk::Json& product,
                                    const char* field,
                                    std::int64_t factor) {
  const std::optional<sdk::Money> number = sdk::ParseMoney(OwnOr(variant, product, field), "");
  if (!number || number->units() < 0 || number->nanos() < 0 || number->units() > sdk::kPiecesMax) {
    return std::nullopt;
  }
  return sdk::Multiply(*number, factor).units();
}

// A number of pieces; nothing for what is none.
std::optional<std::int64_t> WholePieces(const std::string& text) {
  const std::optional<sdk::Money> number = sdk::ParseMoney(text, "");
  const bool is_whole = number && number->nanos() == 0 && number->units() >= -sdk::kPiecesMax &&
                        number->units() <= sdk::kPiecesMax;
  return is_whole ? std::optional(number->units()) : std::nullopt;
}

void AddImage(const sdk::Json& owner, sdk::Product* product) {
  std::vector<std::string> urls = {TextIn(owner, "thumbnail")};
  for (const sdk::Json& image : ListIn(owner, "images")) {
    urls.push_back(TextIn(image, "url"));
  }
  for (std::string& url : urls) {
    const auto& known = product->image_urls();
    if (!url.empty() && std::find(known.begin(), known.end(), url) == known.end()) {
      product->add_image_urls(std::move(url));
    }
  }
}

// The plain price: for everybody and any number of pieces.
void ReadPrice(const sdk::Json& json, const StoreFacts& facts, sdk::Product* product) {
  for (const sdk::Json& price : json.OptionalItems("prices")) {
    const bool is_plain = MemberOf(price, "rules").size() == 0 &&
                          TextIn(price, "min_quantity").empty() &&
                          TextIn(price, "max_quantity").empty();
    if (is_plain && TextIn(price, "currency_code") == facts.currency) {
      *product->mutable_price() = price.At("amount").Amount(UpperOf(facts.currency));
      product->set_price_includes_tax(facts.prices_include_tax);
      return;
    }
  }
}

// The first category by name, as Medusa lists them in any order.
std::string GroupOf(const sdk::Json& parent) {
  std::string group;
  for (const sdk::Json& category : ListIn(parent, "categories")) {
    const std::string name = TextIn(category, "name");
    group = group.empty() || name < group ? name : group;
  }
  return group.empty() ? TextIn(MemberOf(parent, "collection"), "title") : group;
}

// By title, for the same reason.
void ReadOptions(const sdk::Json& json, sdk::Product* product) {
  std::map<std::string, std::string> options;
  for (const sdk::Json& option : json.OptionalItems("options")) {
    options[TextIn(MemberOf(option, "option"), "title")] = option.OptionalText("value");
  }
  for (const auto& [title, value] : options) {
    sdk::AddHeader(product->mutable_options(), title, value);
  }
}

}  // namespace

const std::string_view kInventoryFields =
    "id,manage_inventory,inventory_items.required_quantity,inventory_items.inventory_item_id,"
    "inventory_items.inventory.location_levels.location_id,"
    "inventory_items.inventory.location_levels.stocked_quantity";

const std::string kVariantFields =
    std::string(kInventoryFields) +
    ",title,sku,ean,barcode,upc,weight,length,width,height,hs_code,origin_country,thumbnail,"
    "created_at,updated_at,prices.amount,prices.currency_code,prices.min_quantity,"
    "prices.max_quantity,prices.price_rules.*,options.value,options.option.title,product.id,"
    "product.title,product.subtitle,product.description,product.status,product.thumbnail,"
    "product.images.url,product.weight,product.length,product.width,product.height,"
    "product.hs_code,product.origin_country,product.is_giftcard,product.updated_at,"
    "product.collection.title,product.categories.name";

std::string TitleOf(const std::string& product, const std::string& variant) {
  if (variant.empty() || sdk::EqualsIgnoringCase(variant, kDefaultVariant)) {
    return product;
  }
  return variant.starts_with(product) ? variant : product + " - " + variant;
}

Inventory ReadInventory(const sdk::Json& variant, const std::string& location) {
  Inventory inventory;
  const std::vector<sdk::Json> items = variant.OptionalItems("inventory_items");
  if (!variant.OptionalBool("manage_inventory").value_or(true) || items.empty()) {
    inventory.problem =
        "Medusa does not keep stock of it; switch 'Manage inventory' on for the variant";
    return inventory;
  }
  if (items.size() > 1 || sdk::OptionalPieces(items.front(), "required_quantity") != 1) {
    inventory.problem =
        "it is made of several inventory items, or of several pieces of one, in Medusa: its "
        "number follows from theirs; keep stock of the parts";
    return inventory;
  }
  inventory.item_id = items.front().At("inventory_item_id").Id();
  for (const sdk::Json& level : ListIn(MemberOf(items.front(), "inventory"), "location_levels")) {
    if (TextIn(level, "location_id") == location) {
      inventory.has_level = true;
      inventory.stocked = WholePieces(TextIn(level, "stocked_quantity"));
    }
  }
  return inventory;
}

sdk::Product ReadVariant(const sdk::Json& json, const StoreFacts& facts) {
  sdk::Product product;
  const sdk::Json parent = json.At("product");
  product.set_external_id(json.At("id").Id());
  product.set_external_parent_id(parent.At("id").Id());
  product.set_product_code(json.OptionalText("sku"));
  product.set_title(TitleOf(parent.At("title").Text(), json.OptionalText("title")));
  std::string ean = TextIn(json, "ean");
  for (const char* other : {"barcode", "upc"}) {
    ean = ean.empty() ? TextIn(json, other) : ean;
  }
  product.set_ean(std::move(ean));
  product.set_description(parent.OptionalText("description"));
  product.set_short_description(parent.OptionalText("subtitle"));
  ReadPrice(json, facts, &product);
  product.set_is_active(parent.OptionalText("status") == "published");
  product.set_is_virtual(parent.OptionalBool("is_giftcard").value_or(false));
  if (const Inventory inventory = ReadInventory(json, facts.location); inventory.stocked) {
    product.set_stock_quantity(*inventory.stocked);
  }
  if (const auto weight = Measure(json, parent, "weight", facts.grams)) {
    product.set_weight_grams(*weight);
  }
  if (const auto length = Measure(json, parent, "length", facts.millimetres)) {
    product.set_length_mm(*length);
  }
  if (const auto width = Measure(json, parent, "width", facts.millimetres)) {
    product.set_width_mm(*width);
  }
  if (const auto height = Measure(json, parent, "height", facts.millimetres)) {
    product.set_height_mm(*height);
  }
  AddImage(json, &product);
  AddImage(parent, &product);
  product.set_origin_region_code(UpperOf(OwnOr(json, parent, "origin_country")));
  product.set_hs_code(OwnOr(json, parent, "hs_code"));
  ReadOptions(json, &product);
  product.set_modified_ms(std::max(TimeIn(json, "updated_at"), TimeIn(parent, "updated_at")));
  product.set_group(GroupOf(parent));
  return product;
}

}  // namespace medusa
