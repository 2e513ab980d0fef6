#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graphql.h"
#include "operations.h"
#include "stock_location.h"

namespace vendure {
namespace {

constexpr std::string_view kLocations = "stock locations";

// Passes when the query is answered.
sdk::Task<sdk::Check> JudgeAnswer(sdk::Context& cx,
                                  const std::string& name,
                                  const std::string& query,
                                  const std::string& seen) {
  sdk::JsonWriter none;
  none.Object().End();
  const sdk::Json data = co_await Query(cx, query, none, Repeat::kSafe);
  (void)data;
  co_return sdk::CheckPassed(name, seen);
}

// Runs one query of the check; a failure is a finding.
sdk::Task<sdk::Check> Look(
    sdk::Context& cx, std::string name, std::string query, std::string seen, std::string action) {
  const auto judge = [&] { return JudgeAnswer(cx, name, query, seen); };
  sdk::Check check = co_await sdk::FindingOf(name, action, judge);
  co_return check;
}

// A channel with more locations is not looked at further.
constexpr std::int64_t kLocationsMax = 100;
constexpr std::string_view kLocationsQuery =
    "query($take: Int!) { stockLocations(options: { take: $take, sort: { id: ASC } }) { items { id "
    "name } } }";
constexpr std::string_view kGoodsQuery =
    "query($take: Int!, $skip: Int!) { productVariants(options: { take: $take, skip: $skip, sort: "
    "{ id: ASC } }) { totalItems items { sku trackInventory stockLevels { stockLocationId "
    "stockOnHand stockAllocated stockLocation { name } } } } }";
// Pages of variants that are looked at for goods at other locations.
constexpr int kGoodsPages = 5;

std::string Named(const std::string& name, const std::string& id) {
  return "'" + name + "' (id " + id + ")";
}

// What can be bought of a variant at another location than `ours`, such as `3 of VS-2 at 'Shop'
// (id 2)`; empty when nothing can.
std::string OtherGoodsOf(const sdk::Json& variant, const std::string& ours) {
  for (const sdk::Json& level : variant.OptionalItems("stockLevels")) {
    const std::string id = level.At("stockLocationId").Id();
    const std::int64_t left =
        sdk::Pieces(level.At("stockOnHand")) - sdk::Pieces(level.At("stockAllocated"));
    if (id != ours && left > 0 && variant.OptionalText("trackInventory") != "FALSE") {
      return std::to_string(left) + " of " + variant.OptionalText("sku") + " at " +
             Named(level.At("stockLocation").OptionalText("name"), id);
    }
  }
  return "";
}

// The first such goods that are found.
sdk::Task<std::string> FindOtherGoods(sdk::Context& cx, std::string ours) {
  sdk::Walk walk(sdk::PageSizeOf(cx));
  std::string goods;
  bool more = true;
  for (int page = 0; more && page < kGoodsPages; ++page) {
    sdk::JsonWriter variables;
    variables.Object().Field("take", walk.take()).Field("skip", walk.skip()).End();
    const sdk::Json data = co_await Query(cx, kGoodsQuery, variables, Repeat::kSafe);
    const sdk::Json list = data.At("productVariants");
    for (const sdk::Json& variant : list.At("items").Items()) {
      goods = goods.empty() ? OtherGoodsOf(variant, ours) : goods;
    }
    walk.Next();
    more = goods.empty() && walk.skip() < list.At("totalItems").Int();
  }
  co_return goods;
}

// Whether the location that is written is there, and is the only one that sells goods.
sdk::Task<sdk::Check> JudgeLocations(sdk::Context& cx) {
  sdk::JsonWriter variables;
  variables.Object().Field("take", kLocationsMax).End();
  const sdk::Json data = co_await Query(cx, kLocationsQuery, variables, Repeat::kSafe);
  const std::vector<sdk::Json> locations = data.At("stockLocations").At("items").Items();
  const std::string ours = LocationIn(cx, data);
  std::string written;
  std::string all;
  for (const sdk::Json& location : locations) {
    const std::string id = location.At("id").Id();
    const std::string shown = Named(location.OptionalText("name"), id);
    all += (all.empty() ? "" : ", ") + shown;
    written = id == ours ? shown : written;
  }
  if (written.empty()) {
    co_return sdk::CheckFailed(
        kLocations,
        locations.empty() ? "the channel has no stock location"
                          : "stock_location_id " + ours + " is none of the channel's: " + all,
        locations.empty() ? "Make one under Settings > Stock locations."
                          : "Name one of these, or leave stock_location_id away for the first.");
  }
  std::string goods;
  if (locations.size() > 1) {
    goods = co_await FindOtherGoods(cx, ours);
  }
  if (!goods.empty()) {
    co_return sdk::CheckFailed(
        kLocations,
        "stock is written to " + written + ", and the channel sells what lies elsewhere too, " +
            "beyond what is in the warehouse: " + goods,
        "Set the stock of the channel's other locations to 0, or take them out of the channel.");
  }
  co_return sdk::CheckPassed(kLocations, "stock is written to " + written);
}

}  // namespace

sdk::Operation CheckAuth(sdk::Context& cx) {
  const std::string rights = "Give the key's role the permissions that the integration page lists.";
  sdk::Check credentials =
      co_await Look(cx,
                    "credentials",
                    "{ activeChannel { code defaultCurrencyCode pricesIncludeTax } }",
                    "the server answers and takes the key",
                    "Check base_url, admin_path and the API key.");
  const bool reachable = credentials.ok();
  co_yield std::move(credentials);
  if (!reachable) {
    co_return;
  }
  sdk::Check orders = co_await Look(cx,
                                    "orders",
                                    "{ orders(options: { take: 1 }) { totalItems } }",
                                    "orders can be read",
                                    rights);
  co_yield std::move(orders);
  sdk::Check products = co_await Look(cx,
                                      "products",
                                      "{ productVariants(options: { take: 1 }) { totalItems } }",
                                      "products can be read",
                                      rights);
  co_yield std::move(products);
  const auto judge_locations = [&cx] { return JudgeLocations(cx); };
  sdk::Check stock = co_await sdk::FindingOf(std::string(kLocations), rights, judge_locations);
  co_yield std::move(stock);
  const std::string ean = cx.Config().OptionalText("ean_field");
  if (!ean.empty()) {
    sdk::Check field = co_await Look(
        cx,
        "ean_field",
        "{ productVariants(options: { take: 1 }) { items { customFields { " + ean + " } } } }",
        "custom field '" + ean + "' is there",
        "Name a custom field of ProductVariant in ean_field, or leave it away.");
    const bool has_ean = field.ok();
    co_yield std::move(field);
    if (has_ean) {
      co_yield sdk::Capability("ean");
    }
  }
  co_yield sdk::Capability("partial_shipments");
}

}  // namespace vendure
