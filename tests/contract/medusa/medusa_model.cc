#include "medusa_model.h"

#include <algorithm>
#include <cstdlib>

#include "storebridge/sdk/time.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

std::string Decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

bool IsListed(const std::vector<std::string>& values, const std::string& value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

std::int64_t TimeOf(std::string_view url, std::string_view name) {
  return sdk::ParseTime(ValueOf(url, name)).value_or(-1);
}

}  // namespace

std::vector<std::string> ValuesOf(std::string_view url, std::string_view name) {
  std::vector<std::string> values;
  const std::size_t question = url.find('?');
  std::string_view rest = question == std::string_view::npos ? "" : url.substr(question + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (Decoded(pair.substr(0, equals)) == name) {
      values.push_back(Decoded(pair.substr(std::min(equals + 1, pair.size()))));
    }
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  }
  return values;
}

std::string ValueOf(std::string_view url, std::string_view name) {
  const std::vector<std::string> values = ValuesOf(url, name);
  return values.empty() ? "" : values.front();
}

void MedusaModel::Add(const MedusaOrder& order) {
  orders.push_back({order.id, order.updated_ms, order.placed_ms, order.status, Json(order)});
}

void MedusaModel::Add(const MedusaPayment& payment) {
  payments.push_back({payment.id, payment.updated_ms, payment.updated_ms, "", Json(payment)});
}

void MedusaModel::Add(const MedusaVariant& variant) {
  variants.push_back({variant.id, variant.updated_ms, variant.updated_ms, "", Json(variant)});
}

void MedusaModel::AddProduct(const std::string& id,
                             std::int64_t updated_ms,
                             const std::string& variant_id) {
  products.push_back({id,
                      updated_ms,
                      updated_ms,
                      "",
                      R"({"id":")" + id + R"(","updated_at":")" + sdk::FormatTime(updated_ms) +
                          R"(","variants":[{"id":")" + variant_id + R"("}]})"});
}

void MedusaModel::AddLevel(const std::string& variant_id,
                           std::int64_t updated_ms,
                           const std::string& location) {
  inventory_items.push_back({"iitem_" + variant_id,
                             0,
                             0,
                             "",
                             R"({"id":"iitem_)" + variant_id + R"(","variants":[{"id":")" +
                                 variant_id + R"("}],"location_levels":[{"location_id":")" +
                                 location + R"(","updated_at":")" + sdk::FormatTime(updated_ms) +
                                 R"("}]})"});
}

v1::Completion MedusaModel::Answer(const v1::HttpRequest& request) {
  if (between) {
    between();
  }
  const std::string path = PathOf(request.url());
  if (request.method() != "GET") {
    return HttpAnswer(404, "");
  }
  if (path == "/admin/orders") {
    return List(request, "orders", orders);
  }
  if (path == "/admin/payments") {
    return List(request, "payments", payments);
  }
  if (path == "/admin/product-variants") {
    return List(request, "variants", variants);
  }
  if (path == "/admin/products") {
    return List(request, "products", products);
  }
  if (path == "/admin/inventory-items") {
    return List(request, "inventory_items", inventory_items);
  }
  if (path == "/admin/stock-locations") {
    const Rows only = {{"sloc_1", 1, 1, "", R"({"id":"sloc_1","name":"Varasto"})"}};
    return List(request, "stock_locations", locations.empty() ? only : locations);
  }
  if (path == "/admin/stores") {
    return HttpAnswer(200, R"({"stores":)" + stores_json + "}", clock_ms);
  }
  if (path == "/admin/price-preferences") {
    return HttpAnswer(200, R"({"price_preferences":)" + preferences_json + "}", clock_ms);
  }
  return HttpAnswer(404, "");
}

v1::Completion MedusaModel::List(const v1::HttpRequest& request,
                                 const std::string& name,
                                 const Rows& rows) const {
  const std::string& url = request.url();
  const std::vector<std::string> ids = ValuesOf(url, "id[]");
  const std::vector<std::string> statuses = ValuesOf(url, "status[]");
  const std::int64_t after_ms = TimeOf(url, "updated_at[$gt]");
  const std::int64_t since_ms = TimeOf(url, "created_at[$gte]");
  Rows found;
  for (const Row& row : rows) {
    if (IsListed(ids, row.id) && IsListed(statuses, row.status) && row.updated_ms > after_ms &&
        row.created_ms >= since_ms) {
      found.push_back(row);
    }
  }
  if (ValueOf(url, "order") == "updated_at") {
    std::stable_sort(found.begin(), found.end(), [](const Row& a, const Row& b) {
      return a.updated_ms < b.updated_ms;
    });
  }
  const std::size_t count = found.size();
  const std::size_t offset = std::strtoull(ValueOf(url, "offset").c_str(), nullptr, 10);
  const std::size_t limit = std::strtoull(ValueOf(url, "limit").c_str(), nullptr, 10);
  found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(std::min(offset, count)));
  found.resize(std::min(limit, found.size()));
  if (is_too_large && is_too_large(request, found)) {
    return TooLarge();
  }
  std::string list;
  for (const Row& row : found) {
    list += (list.empty() ? "" : ",") + row.json;
  }
  return HttpAnswer(200,
                    R"({")" + name + R"(":[)" + list + R"(],"count":)" + std::to_string(count) +
                        R"(,"offset":)" + std::to_string(offset) + R"(,"limit":)" +
                        std::to_string(limit) + "}",
                    clock_ms);
}

}  // namespace storebridge::testing
