#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operations.h"
#include "order_record.h"
#include "store_facts.h"
#include "variant_record.h"

namespace medusa {
namespace {

constexpr std::string_view kLocations = "stock locations";
constexpr std::string_view kPrices = "prices";
// Locations that are looked at.
constexpr int kLocationsMax = 100;
// Pages of inventory items that are looked at for goods at other locations.
constexpr int kGoodsPages = 5;

std::string Named(const sdk::Json& location) {
  return "'" + location.OptionalText("name") + "' (" + TextIn(location, "id") + ")";
}

// A list of Medusa's.
struct List {
  // Of the check.
  std::string name;
  std::string path;
  // What the connector asks for: a Medusa that is too old lacks some.
  std::string fields;
  std::string seen;
};

// Whether one record of a list can be read; what is wrong is a finding.
sdk::Task<sdk::Check> LookAt(sdk::Context& cx, const List& list, std::string action) {
  const sdk::Response response =
      co_await Get(cx, list.path).Query("limit", 1).Query("fields", list.fields).Try();
  if (response.ok() && response.ErrorJson()) {
    co_return sdk::CheckPassed(list.name, list.seen);
  }
  const std::string problem =
      response.ok() ? "the answer is not JSON: no Medusa is there" : ProblemOf(response).message();
  co_return sdk::CheckFailed(list.name, problem, action);
}

// What can be bought of an inventory item elsewhere than at `ours`, such as `3 of VS-2 at 'Shop'
// (sloc_2)`; empty when nothing can.
std::string OtherGoodsOf(const sdk::Json& item,
                         const std::string& ours,
                         const std::vector<sdk::Json>& locations) {
  for (const sdk::Json& level : ListIn(item, "location_levels")) {
    const std::int64_t left = sdk::OptionalPieces(level, "stocked_quantity") -
                              sdk::OptionalPieces(level, "reserved_quantity");
    const std::string id = TextIn(level, "location_id");
    if (id == ours || left <= 0) {
      continue;
    }
    for (const sdk::Json& location : locations) {
      if (TextIn(location, "id") == id) {
        return std::to_string(left) + " of " + TextIn(item, "sku") + " at " + Named(location);
      }
    }
  }
  return "";
}

// The first such goods that are found.
sdk::Task<std::string> FindOtherGoods(sdk::Context& cx,
                                      std::string ours,
                                      std::vector<sdk::Json> locations) {
  sdk::Walk walk(sdk::PageSizeOf(cx));
  std::string goods;
  bool more = true;
  for (int page = 0; more && page < kGoodsPages; ++page) {
    const sdk::Response response =
        co_await Get(cx, "/inventory-items")
            .Query("order", "id")
            .Query("limit", walk.take())
            .Query("offset", walk.skip())
            .Query("fields",
                   "id,sku,location_levels.location_id,location_levels.stocked_quantity,"
                   "location_levels.reserved_quantity")
            .Try();
    const sdk::Json answer = ReadAnswer(response);
    for (const sdk::Json& item : answer.At("inventory_items").Items()) {
      goods = goods.empty() ? OtherGoodsOf(item, ours, locations) : goods;
    }
    walk.Next();
    more = goods.empty() && walk.skip() < answer.At("count").Int();
  }
  co_return goods;
}

// Whether the location that is written is there, and is the only one that sells goods.
sdk::Task<sdk::Check> JudgeLocations(sdk::Context& cx) {
  const sdk::Response response = co_await Get(cx, "/stock-locations")
                                     .Query("limit", kLocationsMax)
                                     .Query("order", "created_at")
                                     .Query("fields", "id,name")
                                     .Try();
  const sdk::Json answer = ReadAnswer(response);
  const std::vector<sdk::Json> locations = answer.At("stock_locations").Items();
  if (locations.empty()) {
    co_return sdk::CheckFailed(kLocations,
                               "Medusa has no stock location",
                               "Make one under Settings > Locations and join it to the sales "
                               "channel.");
  }
  std::string ours = cx.Config().OptionalText("stock_location_id");
  ours = ours.empty() ? TextIn(locations.front(), "id") : ours;
  std::string written;
  std::string all;
  for (const sdk::Json& location : locations) {
    all += (all.empty() ? "" : ", ") + Named(location);
    written = TextIn(location, "id") == ours ? Named(location) : written;
  }
  if (written.empty()) {
    co_return sdk::CheckFailed(kLocations,
                               "stock_location_id " + ours + " is none of Medusa's: " + all,
                               "Name one of these, or leave stock_location_id away for the first.");
  }
  std::string goods;
  if (locations.size() > 1) {
    goods = co_await FindOtherGoods(cx, ours, locations);
  }
  if (!goods.empty()) {
    co_return sdk::CheckFailed(
        kLocations,
        "stock is written to " + written + ", and goods lie elsewhere too, which are sold beyond " +
            "what is in the warehouse where a sales channel has that location: " + goods,
        "Set the stock of the other locations to 0, or take them out of the sales channels.");
  }
  co_return sdk::CheckPassed(kLocations, "stock is written to " + written);
}

sdk::Task<sdk::Check> JudgePrices(sdk::Context& cx) {
  const StoreFacts facts = co_await AskStoreFacts(cx, "");
  if (facts.currency.empty()) {
    co_return sdk::CheckFailed(kPrices,
                               "the store has no default currency",
                               "Choose one under Settings > Store, or set currency.");
  }
  co_return sdk::CheckPassed(kPrices,
                             "prices are read in " + UpperOf(facts.currency) +
                                 (facts.prices_include_tax ? ", with tax" : ", without tax"));
}

}  // namespace

sdk::Operation CheckAuth(sdk::Context& cx) {
  const std::string again =
      "Try again; if it stays so, see the log of Medusa, and that its version is 2.8 or later.";
  const List stores{.name = "credentials",
                    .path = "/stores",
                    .fields = "id",
                    .seen = "the server answers and takes the key"};
  sdk::Check credentials = co_await LookAt(cx, stores, "Check base_url and the secret API key.");
  const bool is_reachable = credentials.ok();
  co_yield std::move(credentials);
  if (!is_reachable) {
    co_return;
  }
  const List lists[] = {{.name = "orders",
                         .path = "/orders",
                         .fields = std::string(kOrderFields),
                         .seen = "orders can be read"},
                        {.name = "payments",
                         .path = "/payments",
                         .fields = std::string(kPaymentFields),
                         .seen = "payments can be read"},
                        {.name = "products",
                         .path = "/product-variants",
                         .fields = kVariantFields,
                         .seen = "products can be read"}};
  for (const List& list : lists) {
    sdk::Check check = co_await LookAt(cx, list, again);
    co_yield std::move(check);
  }
  const auto judge_prices = [&cx] { return JudgePrices(cx); };
  sdk::Check prices = co_await sdk::FindingOf(std::string(kPrices), again, judge_prices);
  co_yield std::move(prices);
  const auto judge_locations = [&cx] { return JudgeLocations(cx); };
  sdk::Check stock = co_await sdk::FindingOf(std::string(kLocations), again, judge_locations);
  co_yield std::move(stock);
  co_yield sdk::Capability("ean");
  co_yield sdk::Capability("partial_shipments");
}

}  // namespace medusa
