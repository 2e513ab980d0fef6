#include <algorithm>

#include "payloads.h"
#include "text.h"

namespace storebridge::demo_store {
namespace {

json::object Links(const StoreState& state, const std::string& collection, Id id) {
  const std::string url = state.base_url + "/wp-json/wc/v3/" + collection;
  return {{"self", json::array({json::object({{"href", url + "/" + std::to_string(id)}})})},
          {"collection", json::array({json::object({{"href", url}})})}};
}

/// The variable product's price is the lowest of its variations.
std::string ShownPrice(const StoreState& state, const Product& product) {
  std::string lowest = product.price();
  for (const Id id : product.variations) {
    const Product* child = state.FindProduct(id);
    if (child == nullptr || child->price().empty()) {
      continue;
    }
    const Cents price = ParseMoney(child->price()).value_or(0);
    if (lowest.empty() || price < ParseMoney(lowest).value_or(0)) {
      lowest = child->price();
    }
  }
  return lowest;
}

void AddDates(const StoreState& state, const Product& product, json::object& out) {
  out["date_created"] = FormatDate(product.created + state.utc_offset());
  out["date_created_gmt"] = FormatDate(product.created);
  out["date_modified"] = FormatDate(product.modified + state.utc_offset());
  out["date_modified_gmt"] = FormatDate(product.modified);
}

void AddPrices(const StoreState& state, const Product& product, json::object& out) {
  const std::string price = ShownPrice(state, product);
  out["sku"] = product.sku;
  if (state.IsNew()) {
    out["global_unique_id"] = product.ean;
  }
  out["price"] = price;
  out["regular_price"] = product.regular_price;
  out["sale_price"] = product.sale_price;
  out["date_on_sale_from"] = nullptr;
  out["date_on_sale_to"] = nullptr;
  out["on_sale"] = !product.sale_price.empty();
  out["purchasable"] = product.status == "publish" && !price.empty();
}

void AddStock(const StoreState& state, const Product& product, json::object& out) {
  const Product* holder = state.StockHolder(product);
  if (holder == &product) {
    out["manage_stock"] = true;
  } else {
    out["manage_stock"] = holder != nullptr ? json::value("parent") : json::value(false);
  }
  out["stock_quantity"] = holder != nullptr ? json::value(holder->stock) : json::value();
  out["stock_status"] = state.StockStatus(product);
  out["backorders"] = product.backorders;
  out["backorders_allowed"] = product.backorders != "no";
  out["backordered"] = state.StockStatus(product) == "onbackorder";
  out["low_stock_amount"] = nullptr;
}

void AddShipping(const Product& product, json::object& out) {
  out["weight"] = product.weight;
  out["dimensions"] = {
      {"length", product.length}, {"width", product.width}, {"height", product.height}};
  out["shipping_class"] = "";
  out["shipping_class_id"] = 0;
  out["virtual"] = false;
  out["downloadable"] = false;
  out["tax_status"] = "taxable";
  out["tax_class"] = "";
}

json::object Image(const StoreState& state, const Product& product) {
  return {{"id", product.id + 500'000},
          {"date_created_gmt", FormatDate(product.created)},
          {"date_modified_gmt", FormatDate(product.created)},
          {"src", state.base_url + "/wp-content/uploads/2026/10/" + product.image},
          {"name", product.image},
          {"alt", product.name}};
}

/// The parent's attributes: every name once, with all options its variations have.
json::array ParentAttributes(const StoreState& state, const Product& product) {
  json::array out;
  for (const auto& [name, unused] : product.attributes) {
    json::array options;
    for (const Id id : product.variations) {
      const Product* child = state.FindProduct(id);
      for (const auto& [child_name, option] : child->attributes) {
        const json::value shown(option);
        if (child_name == name &&
            std::find(options.begin(), options.end(), shown) == options.end()) {
          options.push_back(shown);
        }
      }
    }
    out.push_back({{"id", 0},
                   {"name", name},
                   {"position", out.size()},
                   {"visible", true},
                   {"variation", true},
                   {"options", options}});
  }
  return out;
}

}  // namespace

json::object ProductPayload(const StoreState& state, const Product& product) {
  const bool variable = product.kind == ProductKind::kVariable;
  json::object out;
  out["id"] = product.id;
  out["name"] = product.name;
  out["slug"] = product.slug;
  out["permalink"] = state.base_url + "/product/" + product.slug + "/";
  AddDates(state, product, out);
  out["type"] = variable ? "variable" : "simple";
  out["status"] = product.status;
  out["featured"] = false;
  out["catalog_visibility"] = "visible";
  out["description"] = product.description;
  out["short_description"] = product.short_description;
  AddPrices(state, product, out);
  AddStock(state, product, out);
  AddShipping(product, out);
  out["sold_individually"] = false;
  out["shipping_required"] = true;
  out["shipping_taxable"] = true;
  out["reviews_allowed"] = true;
  out["average_rating"] = "0.00";
  out["rating_count"] = 0;
  out["total_sales"] = 0;
  out["parent_id"] = 0;
  out["purchase_note"] = "";
  out["categories"] = json::array(
      {json::object({{"id", 15}, {"name", product.category}, {"slug", Slug(product.category)}})});
  out["tags"] = json::array();
  out["images"] = product.image.empty() ? json::array() : json::array({Image(state, product)});
  out["attributes"] = ParentAttributes(state, product);
  out["default_attributes"] = json::array();
  out["variations"] = json::array(product.variations.begin(), product.variations.end());
  out["grouped_products"] = json::array();
  out["menu_order"] = 0;
  out["meta_data"] = product.meta_data;
  out["_links"] = Links(state, "products", product.id);
  return out;
}

json::object VariationPayload(const StoreState& state, const Product& variation) {
  const Product* parent = state.FindProduct(variation.parent_id);
  const std::string slug = parent == nullptr ? "" : parent->slug;
  json::object out;
  out["id"] = variation.id;
  if (state.IsNew()) {
    out["type"] = "variation";
    out["name"] = variation.name;
    out["parent_id"] = variation.parent_id;
  }
  AddDates(state, variation, out);
  out["description"] = variation.description;
  out["permalink"] =
      state.base_url + "/product/" + slug + "/?variation=" + std::to_string(variation.id);
  out["status"] = variation.status;
  AddPrices(state, variation, out);
  AddStock(state, variation, out);
  AddShipping(variation, out);
  out["image"] = variation.image.empty() ? json::value() : json::value(Image(state, variation));
  json::array attributes;
  for (const auto& [name, option] : variation.attributes) {
    attributes.push_back({{"id", 0}, {"name", name}, {"option", option}});
  }
  out["attributes"] = std::move(attributes);
  out["menu_order"] = 0;
  out["meta_data"] = variation.meta_data;
  out["_links"] =
      Links(state, "products/" + std::to_string(variation.parent_id) + "/variations", variation.id);
  return out;
}

}  // namespace storebridge::demo_store
