#include "medusa_model.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

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

// From the first to the second, without that.
using Span = std::pair<std::int64_t, std::int64_t>;

Span SpanOf(std::string_view url, const std::string& field) {
  constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();
  return {sdk::ParseTime(ValueOf(url, field + "[$gte]")).value_or(-kEver),
          sdk::ParseTime(ValueOf(url, field + "[$lt]")).value_or(kEver)};
}

bool IsWithin(const Span& span, std::int64_t time_ms) {
  return time_ms >= span.first && time_ms < span.second;
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
  const Span updated = SpanOf(url, "updated_at");
  const Span created = SpanOf(url, "created_at");
  Rows found;
  for (const Row& row : rows) {
    if (IsListed(ids, row.id) && IsListed(statuses, row.status) &&
        IsWithin(updated, row.updated_ms) && IsWithin(created, row.created_ms)) {
      found.push_back(row);
    }
  }
  const std::string order = ValueOf(url, "order");
  const auto place_of = [&](const Row& row) {
    return order == "updated_at" ? row.updated_ms : order == "created_at" ? row.created_ms : 0;
  };
  std::stable_sort(found.begin(), found.end(), [&](const Row& a, const Row& b) {
    return order == "id" ? a.id < b.id : place_of(a) < place_of(b);
  });
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
