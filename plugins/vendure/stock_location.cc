#include "stock_location.h"

#include <optional>
#include <vector>

namespace vendure {
namespace {

std::string NamedLocation(sdk::Context& cx) {
  return cx.Config().OptionalText("stock_location_id");
}

}  // namespace

std::string LocationField(sdk::Context& cx) {
  return NamedLocation(cx).empty()
             ? "stockLocations(options: { take: 1, sort: { id: ASC } }) { items { id } } "
             : "";
}

std::string LocationIn(sdk::Context& cx, const sdk::Json& data) {
  std::string location = NamedLocation(cx);
  if (!location.empty()) {
    return location;
  }
  if (const std::optional<sdk::Json> list = data.Find("stockLocations")) {
    const std::vector<sdk::Json> items = list->OptionalItems("items");
    location = items.empty() ? "" : items.front().At("id").Id();
  }
  return location;
}

sdk::Task<std::string> RequireLocation(sdk::Context& cx) {
  const std::string field = LocationField(cx);
  sdk::Json data;
  if (!field.empty()) {
    sdk::JsonWriter none;
    none.Object().End();
    const std::string query = "{ " + field + "}";
    data = co_await Query(cx, query, none, Repeat::kSafe);
  }
  std::string location = LocationIn(cx, data);
  if (location.empty()) {
    throw sdk::Failure(sdk::Code::kConfig,
                       "Vendure has no stock location; make one under Settings > Stock locations");
  }
  co_return location;
}

}  // namespace vendure
