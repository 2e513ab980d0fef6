#include "product_edit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "payloads.h"
#include "php_json.h"

namespace storebridge::demo_store {
namespace {

constexpr std::array kTextFields{"name",
                                 "sku",
                                 "regular_price",
                                 "sale_price",
                                 "description",
                                 "short_description",
                                 "weight",
                                 "stock_status",
                                 "global_unique_id",
                                 "backorders",
                                 "status",
                                 "slug"};
constexpr std::array kStatuses{"draft", "pending", "private", "publish", "future"};

/// The whole number a client meant: 5, 5.0 or "5"; nothing for 1.5 and for words.
std::optional<std::int64_t> WholeNumber(const json::value& value) {
  if (value.is_int64()) {
    return value.get_int64();
  }
  if (value.is_double() && std::floor(value.get_double()) == value.get_double()) {
    return static_cast<std::int64_t>(value.get_double());
  }
  return value.is_string() ? ParseInt(std::string(value.get_string())) : std::nullopt;
}

bool IsKnownStatus(const std::string& status) {
  return std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end();
}

void ApplyTexts(const json::object& given, Product& product) {
  const auto take = [&given](std::string_view name, std::string& field) {
    field = TextOr(given, name, field);
  };
  take("name", product.name);
  take("slug", product.slug);
  take("status", product.status);
  take("description", product.description);
  take("short_description", product.short_description);
  take("regular_price", product.regular_price);
  take("sale_price", product.sale_price);
  take("weight", product.weight);
  take("backorders", product.backorders);
}

/// A quantity for a product whose stock nobody manages is ignored, as the platform does.
void ApplyStock(const json::object& given, Product& product) {
  product.manage_stock = BoolOr(given, "manage_stock", product.manage_stock);
  if (!product.manage_stock) {
    product.stock_flag = TextOr(given, "stock_status", product.stock_flag);
    return;
  }
  if (const json::value* quantity = given.if_contains("stock_quantity")) {
    product.stock = WholeNumber(*quantity).value_or(product.stock);
  }
}

}  // namespace

std::optional<ApiError> CheckProductFields(const json::object& given) {
  for (const char* name : kTextFields) {
    const json::value* value = given.if_contains(name);
    if (value != nullptr && !value->is_string()) {
      return InvalidParam(name, std::string(name) + " is not of type string.");
    }
  }
  if (given.contains("status") && !IsKnownStatus(TextOr(given, "status", ""))) {
    return InvalidParam("status",
                        "status is not one of draft, pending, private, publish, and future.");
  }
  const json::value* quantity = given.if_contains("stock_quantity");
  if (quantity != nullptr && !quantity->is_null() && !WholeNumber(*quantity)) {
    return InvalidParam("stock_quantity", "stock_quantity is not of type integer.");
  }
  const json::value* manage = given.if_contains("manage_stock");
  if (manage != nullptr && !manage->is_bool() && *manage != "parent") {
    return InvalidParam("manage_stock", "manage_stock is not of type boolean.");
  }
  return std::nullopt;
}

std::optional<ApiError> ApplyProductFields(StoreState& state,
                                           const json::object& given,
                                           Product& product) {
  const std::string sku = TextOr(given, "sku", product.sku);
  if (!state.ChangeSku(product, sku)) {
    return ApiError{400,
                    "product_invalid_sku",
                    "Invalid or duplicated SKU.",
                    {{"resource_id", state.FindSku(sku)->id}, {"unique_sku", sku + "-1"}}};
  }
  ApplyTexts(given, product);
  ApplyStock(given, product);
  if (state.IsNew()) {
    product.ean = TextOr(given, "global_unique_id", product.ean);
  }
  const json::value* meta = given.if_contains("meta_data");
  if (meta != nullptr && meta->is_array()) {
    ApplyMeta(state, meta->get_array(), product.meta_data);
  }
  return std::nullopt;
}

}  // namespace storebridge::demo_store
