#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "operations.h"
#include "order_record.h"

namespace vendure {
namespace {

// Fetched whole in one request: 100 take 55 ms and 32 kB (measured).
constexpr std::size_t kDetailsPerRequest = 100;

// Placed orders on which something may still have to be done. Carts (AddingItems, ArrangingPayment)
// are not placed.
constexpr std::string_view kOpenStates =
    "[\"PaymentAuthorized\",\"PaymentSettled\",\"PartiallyShipped\",\"PartiallyDelivered\","
    "\"Modifying\","
    "\"ArrangingAdditionalPayment\"]";

// What one look at the open orders found.
class OpenSet {
 public:
  OpenSet() = default;

  std::vector<sdk::OrderMark> marks;
  // The store's ids of those that are being modified now.
  std::set<std::string> busy;
};

sdk::Task<OpenSet> ReadOpenSet(sdk::Context& cx) {
  const std::string query =
      "query($after: DateTime!, $take: Int!, $skip: Int!) { orders(options: { take: $take, skip: "
      "$skip, sort: { id: ASC }, "
      "filter: { state: { in: " +
      std::string(kOpenStates) + " }, orderPlacedAt: { after: $after } } }) { totalItems items { " +
      std::string(kMarkFields) + " } } }";
  OpenSet open;
  Skipping pages(cx, "Vendure's list of open orders");
  bool more = true;
  while (more) {
    sdk::JsonWriter variables;
    // orderPlacedAt is compared with >, in milliseconds.
    variables.Object().Field(
        "after", sdk::FormatTime(std::max<std::int64_t>(cx.PullInput().from_ms() - 1, 0)));
    variables.Field("take", pages.take()).Field("skip", pages.skip()).End();
    const sdk::Json data = co_await Query(cx, query, variables, Repeat::kSafe);
    const sdk::Json list = data.At("orders");
    const std::vector<sdk::Json> items = list.At("items").Items();
    std::vector<std::string> ids;
    for (const sdk::Json& item : items) {
      sdk::OrderMark mark;
      mark.set_external_id(item.At("id").Id());
      mark.set_mark(MarkOf(item));
      ids.push_back(mark.external_id());
      if (IsBeingModified(item)) {
        open.busy.insert(mark.external_id());
      }
      open.marks.push_back(std::move(mark));
    }
    more = pages.Next(list.At("totalItems").Int(), ids);
  }
  co_return open;
}

sdk::Task<void> EmitOrders(sdk::Context& cx, const std::vector<std::string>& ids) {
  const std::string query =
      "query($ids: [String!]) { orders(options: { take: 100, filter: { id: { in: $ids } } }) { "
      "items { " +
      kOrderFields + " } } }";
  for (std::size_t first = 0; first < ids.size(); first += kDetailsPerRequest) {
    sdk::JsonWriter variables;
    variables.Object().Key("ids").Array();
    for (std::size_t i = first; i < std::min(ids.size(), first + kDetailsPerRequest); ++i) {
      variables.Value(ids[i]);
    }
    variables.End().End();
    const sdk::Json data = co_await Query(cx, query, variables, Repeat::kSafe);
    co_yield sdk::ReadEach(data.At("orders").At("items"), ReadOrder, sdk::RecordKeys("id", "code"));
    cx.SetProgress(std::min(ids.size(), first + kDetailsPerRequest), ids.size());
  }
}

}  // namespace

sdk::Operation PullOrders(sdk::Context& cx) {
  std::vector<std::string> ids(cx.PullInput().only_external_ids().begin(),
                               cx.PullInput().only_external_ids().end());
  if (ids.empty()) {
    OpenSet open = co_await ReadOpenSet(cx);
    const sdk::CompareResult compared = co_await cx.CompareOpenSet(open.marks);
    for (const std::uint32_t index : compared.wanted()) {
      const std::string& id = open.marks.at(index).external_id();
      if (!open.busy.contains(id)) {
        ids.push_back(id);
      }
    }
    ids.insert(ids.end(), compared.missing().begin(), compared.missing().end());
  }
  co_await EmitOrders(cx, ids);
}

}  // namespace vendure
