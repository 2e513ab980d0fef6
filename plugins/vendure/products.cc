#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graphql.h"
#include "operations.h"

namespace vendure {
namespace {

// Changes become visible a little after the time they carry: the watermark stays this far behind
// the store's clock.
constexpr std::int64_t kMarginMs = 10'000;

std::string VariantFields(sdk::Context& cx) {
  const std::string ean = cx.Config().OptionalText("ean_field");
  return "id sku name enabled updatedAt priceWithTax currencyCode trackInventory stockLevels { "
         "stockLocationId stockOnHand } "
         "featuredAsset { preview } options { name group { name } } product { id description "
         "enabled updatedAt "
         "featuredAsset { preview } }" +
         (ean.empty() ? std::string() : " customFields { " + ean + " }");
}

std::optional<std::int64_t> StockOf(const sdk::Json& json, const std::string& location) {
  if (json.OptionalText("trackInventory") == "FALSE") {
    return std::nullopt;
  }
  for (const sdk::Json& level : json.OptionalItems("stockLevels")) {
    if (location.empty() || level.At("stockLocationId").Id() == location) {
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

std::vector<std::string> IdsIn(const sdk::Json& list) {
  std::vector<std::string> ids;
  for (const sdk::Json& item : list.At("items").Items()) {
    if (std::string id = item.OptionalId("id"); !id.empty()) {
      ids.push_back(std::move(id));
    }
  }
  return ids;
}

// Reads variants for a setting of fields, so that ReadEach needs no more than the JSON.
class VariantReader {
 public:
  explicit VariantReader(sdk::Context& cx)
      : ean_field_(cx.Config().OptionalText("ean_field")),
        location_(cx.Config().OptionalText("stock_location_id")) {}

  sdk::Product operator()(const sdk::Json& json) const {
    return ReadVariant(json, ean_field_, location_);
  }

 private:
  std::string ean_field_;
  std::string location_;
};

// All variants, by id. Gives the newest time that the store has put on one.
sdk::Task<std::int64_t> PullAll(sdk::Context& cx) {
  const std::string query =
      "query($take: Int!, $skip: Int!) { productVariants(options: { take: $take, skip: $skip, "
      "sort: { id: ASC } }) { totalItems items { " +
      VariantFields(cx) + " } } }";
  const VariantReader reader(cx);
  std::int64_t newest = 0;
  Skipping pages(cx, "Vendure's list of variants");
  bool more = true;
  while (more) {
    sdk::JsonWriter variables;
    variables.Object().Field("take", pages.take()).Field("skip", pages.skip()).End();
    const sdk::Json data = co_await Query(cx, query, variables, Repeat::kSafe);
    const sdk::Json list = data.At("productVariants");
    const std::int64_t total = list.At("totalItems").Int();
    const std::size_t count = list.At("items").size();
    for (const sdk::Json& item : list.At("items").Items()) {
      newest = std::max({newest,
                         item.OptionalTimeMs("updatedAt"),
                         item.At("product").OptionalTimeMs("updatedAt")});
    }
    co_yield sdk::ReadEach(list.At("items"), reader, sdk::RecordKeys("id", "sku"));
    const std::int64_t done = pages.skip() + static_cast<std::int64_t>(count);
    cx.SetProgress(static_cast<std::uint64_t>(done),
                   static_cast<std::uint64_t>(std::max(total, done)));
    more = pages.Next(total, IdsIn(list));
  }
  co_return newest;
}

sdk::Task<void> PullSome(sdk::Context& cx) {
  const std::string query =
      "query($ids: [String!]) { productVariants(options: { take: 100, filter: { id: { in: $ids } } "
      "}) { items { " +
      VariantFields(cx) + " } } }";
  sdk::JsonWriter variables;
  variables.Object().Key("ids").Array();
  for (const std::string& id : cx.PullInput().only_external_ids()) {
    variables.Value(id);
  }
  variables.End().End();
  const sdk::Json data = co_await Query(cx, query, variables, Repeat::kSafe);
  const VariantReader reader(cx);
  co_yield sdk::ReadEach(
      data.At("productVariants").At("items"), reader, sdk::RecordKeys("id", "sku"));
}

// What changed after `since_ms`. An edit of title or description moves the product's time only, a
// stock or price edit the variant's only, so both lists are asked, in one request.
sdk::Task<std::int64_t> PullChanged(sdk::Context& cx, std::int64_t since_ms) {
  const std::string fields = VariantFields(cx);
  const std::string query =
      "query($since: DateTime!, $take: Int!, $skip: Int!) { "
      "productVariants(options: { take: $take, skip: $skip, sort: { id: ASC }, filter: { "
      "updatedAt: { after: $since } } }) { totalItems items { " +
      fields +
      " } } products(options: { take: $take, skip: $skip, sort: { id: ASC }, filter: { updatedAt: "
      "{ after: $since } } }) { totalItems items { "
      "id updatedAt variants { " +
      fields + " } } } }";
  const VariantReader reader(cx);
  std::int64_t newest = since_ms;
  Skipping pages(cx, "Vendure's list of changed products");
  bool more = true;
  while (more) {
    sdk::JsonWriter variables;
    variables.Object()
        .Field("since", sdk::FormatTime(since_ms))
        .Field("take", pages.take())
        .Field("skip", pages.skip())
        .End();
    const sdk::Json data = co_await Query(cx, query, variables, Repeat::kSafe);
    const sdk::Json variants = data.At("productVariants");
    const sdk::Json products = data.At("products");
    for (const sdk::Json& item : variants.At("items").Items()) {
      newest = std::max(newest, item.OptionalTimeMs("updatedAt"));
    }
    co_yield sdk::ReadEach(variants.At("items"), reader, sdk::RecordKeys("id", "sku"));
    for (const sdk::Json& item : products.At("items").Items()) {
      newest = std::max(newest, item.OptionalTimeMs("updatedAt"));
      co_yield sdk::ReadEach(item.At("variants"), reader, sdk::RecordKeys("id", "sku"));
    }
    const std::int64_t total =
        std::max(variants.At("totalItems").Int(), products.At("totalItems").Int());
    std::vector<std::string> ids = IdsIn(variants);
    for (const std::string& id : IdsIn(products)) {
      ids.push_back("product " + id);
    }
    more = pages.Next(total, ids);
  }
  co_return newest;
}

}  // namespace

sdk::Operation PullProducts(sdk::Context& cx) {
  if (!cx.PullInput().only_external_ids().empty()) {
    co_await PullSome(cx);
    co_return;
  }
  const std::int64_t begun_ms = cx.NowMs();
  const std::int64_t since_ms = sdk::ParseTime(cx.Cursor()).value_or(0);
  std::int64_t newest_ms = 0;
  if (cx.PullInput().full() || since_ms == 0) {
    newest_ms = co_await PullAll(cx);
  } else {
    newest_ms = co_await PullChanged(cx, since_ms);
  }
  const std::int64_t next_ms = std::max(since_ms, std::min(newest_ms, begun_ms - kMarginMs));
  if (next_ms != since_ms) {
    co_yield sdk::Checkpoint(sdk::FormatTime(next_ms));
  }
}

}  // namespace vendure
