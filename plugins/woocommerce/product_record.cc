#include "product_record.h"

#include <utility>

namespace woocommerce {
namespace {

constexpr std::int64_t kMeasureMax = 1'000'000;

// A unit as thousandths of what we keep: grams or millimetres.
struct Unit {
  std::string_view name;
  std::int64_t thousandths;
};

constexpr Unit kWeights[] = {{"kg", 1'000'000}, {"g", 1'000}, {"lbs", 453'592}, {"oz", 28'350}};
constexpr Unit kLengths[] = {
    {"cm", 10'000}, {"mm", 1'000}, {"m", 1'000'000}, {"in", 25'400}, {"yd", 914'400}};

// Converts a decimal text, rounding half up; nothing when it is empty, not a number or absurd.
template <std::size_t kCount>
std::optional<std::int64_t> Measure(const std::string& text,
                                    std::string_view unit,
                                    const Unit (&units)[kCount]) {
  const std::string_view number = sdk::Trim(text);
  if (number.empty()) {
    return std::nullopt;
  }
  const std::optional<sdk::Money> value = sdk::ParseMoney(number, "");
  if (!value || value->units() < 0 || value->nanos() < 0 || value->units() > kMeasureMax) {
    return std::nullopt;
  }
  const std::int64_t milli = value->units() * 1000 + (value->nanos() + 500'000) / 1'000'000;
  for (const Unit& known : units) {
    if (known.name == unit) {
      return (milli * known.thousandths + 500'000) / 1'000'000;
    }
  }
  return std::nullopt;
}

void ReadMeasures(const sdk::Json& json, const Units& units, sdk::Product* product) {
  if (const auto grams = Measure(json.OptionalText("weight"), units.weight, kWeights)) {
    product->set_weight_grams(*grams);
  }
  const std::optional<sdk::Json> size = json.Find("dimensions");
  if (!size || !size->IsObject()) {
    return;
  }
  if (const auto mm = Measure(size->OptionalText("length"), units.dimension, kLengths)) {
    product->set_length_mm(*mm);
  }
  if (const auto mm = Measure(size->OptionalText("width"), units.dimension, kLengths)) {
    product->set_width_mm(*mm);
  }
  if (const auto mm = Measure(size->OptionalText("height"), units.dimension, kLengths)) {
    product->set_height_mm(*mm);
  }
}

bool IsTrue(const sdk::Json& json, std::string_view key) {
  const std::optional<sdk::Json> value = json.Find(key);
  return value && TextOf(*value) == "true";
}

void AddImage(const sdk::Json& image, sdk::Product* product) {
  if (image.IsObject()) {
    if (std::string url = image.OptionalText("src"); !url.empty()) {
      product->add_image_urls(std::move(url));
    }
  }
}

// A description. Each variation has a copy of its product's, so that one page of them may hold a
// hundred.
std::string DescriptionIn(const sdk::Json& json, std::string_view key) {
  std::string text = json.OptionalText(key);
  if (text.size() > kDescriptionBytesMax) {
    throw sdk::Failure(sdk::Code::kPermanent,
                       "its " + std::string(key) + " is " + std::to_string(text.size()) +
                           " bytes large; at most " + std::to_string(kDescriptionBytesMax) +
                           " are taken: shorten its texts in the store");
  }
  return text;
}

// WordPress keeps the names of categories as HTML, and WooCommerce gives them so.
std::string PlainText(std::string_view html) {
  constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#039;", '\''}};
  std::string text;
  while (!html.empty()) {
    std::size_t taken = 1;
    char character = html.front();
    for (const auto& [entity, plain] : kEntities) {
      if (html.starts_with(entity)) {
        taken = entity.size();
        character = plain;
      }
    }
    text += character;
    html.remove_prefix(taken);
  }
  return text;
}

// Nobody's parcel depends on a category: one that cannot be read makes no issue.
void ReadGroup(const sdk::Json& json, sdk::Product* product) {
  const std::optional<sdk::Json> categories = json.Find("categories");
  if (!categories || !categories->IsArray()) {
    return;
  }
  product->set_group(categories->size() == 0 ? std::string()
                                             : PlainText(TextIn(categories->At(0), "name")));
}

// What a product and a variation say in the same words.
void ReadCommon(const sdk::Json& json, const Units& units, sdk::Product* product) {
  product->set_external_id(RecordId(json));
  product->set_product_code(std::string(sdk::Trim(json.OptionalText("sku"))));
  // Absent before WooCommerce 9.2: then the store has no such field.
  if (const std::optional<sdk::Json> ean = json.Find("global_unique_id")) {
    product->set_ean(TextOf(*ean));
  }
  // Empty for what cannot be bought; WooCommerce never leaves it out.
  const sdk::Json price = json.At("price");
  const bool has_price = !price.IsString() || !TextOf(price).empty();
  if (has_price && !units.currency.empty()) {
    *product->mutable_price() = price.Amount(units.currency);
  }
  if (!units.prices_include_tax.empty()) {
    product->set_price_includes_tax(units.prices_include_tax == "yes");
  }
  product->set_is_active(json.OptionalText("status") == "publish");
  // A downloadable product that is not virtual is shipped as well, such as a book with a file.
  product->set_is_virtual(IsTrue(json, "virtual"));
  // `manage_stock` is "parent" for a variation that shares its parent's number: that is not a
  // number of its own. One that is not whole is ours to overwrite all the same.
  if (IsTrue(json, "manage_stock")) {
    if (const auto quantity = QuantityIn(json, "stock_quantity")) {
      product->set_stock_quantity(quantity->whole);
    }
  }
  product->set_product_url(json.OptionalText("permalink"));
  product->set_modified_ms(json.OptionalTimeMs("date_modified_gmt"));
  ReadMeasures(json, units, product);
}

}  // namespace

const std::string_view kProductFields =
    "id,type,sku,global_unique_id,name,description,short_description,price,status,virtual,"
    "manage_stock,stock_quantity,weight,dimensions,images,permalink,"
    "date_modified_gmt,parent_id,categories";
const std::string_view kVariationFields =
    "id,sku,global_unique_id,name,description,price,status,virtual,manage_stock,"
    "stock_quantity,weight,dimensions,image,permalink,attributes,date_modified_gmt,parent_id";

bool IsVariable(const sdk::Json& product) {
  const std::optional<sdk::Json> type =
      product.IsObject() ? product.Find("type") : std::optional<sdk::Json>();
  const std::string name = type ? TextOf(*type) : std::string();
  return name == "variable" || name == "variable-subscription";
}

sdk::Product ReadProduct(const sdk::Json& json, const Units& units) {
  sdk::Product product;
  ReadCommon(json, units, &product);
  product.set_title(json.At("name").Text());
  product.set_description(DescriptionIn(json, "description"));
  product.set_short_description(DescriptionIn(json, "short_description"));
  for (const sdk::Json& image : json.OptionalItems("images")) {
    AddImage(image, &product);
  }
  ReadGroup(json, &product);
  return product;
}

sdk::Product ReadVariation(const sdk::Json& json, const sdk::Product& parent, const Units& units) {
  sdk::Product product;
  ReadCommon(json, units, &product);
  product.set_external_parent_id(parent.external_id());
  std::string values;
  for (const sdk::Json& option : json.OptionalItems("attributes")) {
    const std::string value = option.OptionalText("option");
    sdk::AddHeader(product.mutable_options(), option.OptionalText("name"), value);
    values += (values.empty() ? "" : ", ") + value;
  }
  product.set_title(values.empty() ? parent.title() : parent.title() + " - " + values);
  const std::string own = DescriptionIn(json, "description");
  product.set_description(own.empty() ? parent.description() : own);
  product.set_short_description(parent.short_description());
  product.set_is_active(product.is_active() && parent.is_active());
  if (parent.has_group()) {
    product.set_group(parent.group());  // Variations have no categories.
  }
  if (const std::optional<sdk::Json> image = json.Find("image")) {
    AddImage(*image, &product);
  }
  for (const std::string& url : parent.image_urls()) {
    if (product.image_urls().empty() || product.image_urls(0) != url) {
      product.add_image_urls(url);
    }
  }
  // An empty measure of a variation means that of its parent.
  if (!product.has_weight_grams() && parent.has_weight_grams()) {
    product.set_weight_grams(parent.weight_grams());
  }
  if (!product.has_length_mm() && parent.has_length_mm()) {
    product.set_length_mm(parent.length_mm());
  }
  if (!product.has_width_mm() && parent.has_width_mm()) {
    product.set_width_mm(parent.width_mm());
  }
  if (!product.has_height_mm() && parent.has_height_mm()) {
    product.set_height_mm(parent.height_mm());
  }
  return product;
}

}  // namespace woocommerce
