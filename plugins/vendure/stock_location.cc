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

}  // namespace vendure
