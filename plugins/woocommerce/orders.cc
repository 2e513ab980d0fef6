#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "changed_feed.h"
#include "operations.h"
#include "order_fetch.h"
#include "order_record.h"

namespace woocommerce {
namespace {

// Fields of the light sweep: those of the mark, and of the test whether the order matters.
constexpr std::string_view kMarkFields =
    "id,status,date_modified_gmt,date_created_gmt,date_paid_gmt";
// Ends the cursor of a run that swept, and left the list of changed orders to the next one.
constexpr std::string_view kSweptOnly = "|swept";
// Of an order that is too large to be read: those by which it is found again.
constexpr std::string_view kNameFields = "id,number,status,date_modified_gmt";

// Whether the order was paid before the store was connected.
bool IsFromBefore(const sdk::Json& row, std::int64_t from_ms) {
  const std::int64_t placed_ms = TimeIn(row, "date_created_gmt");
  const std::int64_t paid_ms = TimeIn(row, "date_paid_gmt");
  return placed_ms != 0 && paid_ms != 0 && placed_ms < from_ms && paid_ms < from_ms;
}

// All open orders, by id and mark only. An order that leaves the set while it is read can hide
// another at the edge of a page: that one shows as missing and is fetched.
sdk::Task<sdk::OpenSet> ReadOpenSet(sdk::Context& cx, const Store& store) {
  const std::string statuses = Joined(store.statuses().Open());
  const std::int64_t from_ms = cx.PullInput().from_ms();
  sdk::OpenSet open;
  sdk::PageGuard guard("WooCommerce's list of open orders");
  bool has_more = true;
  for (std::int64_t page = 1; has_more; ++page) {
    const sdk::Response response = co_await store.Get("/orders")
                                       .Query("status", statuses)
                                       .Query("orderby", "id")
                                       .Query("order", "asc")
                                       .Query("per_page", store.page_size())
                                       .Query("page", page)
                                       .Query("_fields", kMarkFields);
    const sdk::Json list = ReadAnswer(response);
    for (const sdk::Json& row : list.Items()) {
      if (const std::string id = TextIn(row, "id"); !IdOf(id)) {
        open.AddNameless("page " + std::to_string(page) + " of the open orders: " + row.Path() +
                         " has no id that can be read");
      } else if (!IsFromBefore(row, from_ms)) {
        open.Add(id, MarkOf(row));
      }
    }
    has_more = static_cast<std::int64_t>(list.size()) >= store.page_size();
    if (has_more) {
      guard.Take(IdsIn(list), PagesSaid(response));
    }
  }
  co_return open;
}

sdk::Task<void> SweepOpenOrders(sdk::Context& cx, const Store& store) {
  const sdk::OpenSet open = co_await ReadOpenSet(cx, store);
  for (const sdk::BadRecord& bad : open.nameless()) {
    co_yield bad;
  }
  const sdk::CompareResult compared = co_await cx.CompareOpenSet(open.marks());
  const std::vector<std::string> ids = open.WantedIn(compared);
  co_await EmitByIds(cx, store, ids);
}

// Whether the run before left the list of changed orders out.
bool IsListOwed(const std::string& cursor) {
  return cursor.ends_with(kSweptOnly);
}

// The second up to which all changes were seen; none before the first look.
std::optional<std::int64_t> SecondOf(std::string_view cursor) {
  if (cursor.ends_with(kSweptOnly)) {
    cursor.remove_suffix(kSweptOnly.size());
  }
  const std::optional<std::int64_t> ms = sdk::ParseTime(cursor);
  return ms ? std::optional(*ms / 1000) : std::nullopt;
}

// The second after which to look, or -1 for everything.
std::int64_t StartOf(sdk::Context& cx) {
  if (const std::optional<std::int64_t> second = SecondOf(cx.Cursor())) {
    return *second;
  }
  const std::int64_t from_ms = cx.PullInput().from_ms();
  return from_ms > 0 ? from_ms / 1000 - 1 : -1;
}

sdk::Request ChangedRequest(const Store& store, const ChangedFeed& feed, std::string_view fields) {
  sdk::Request request = store.Get("/orders")
                             .Query("status", "any")
                             .Query("orderby", "modified")
                             .Query("order", "asc")
                             .Query("dates_are_gmt", "true")
                             .Query("per_page", feed.take())
                             .Query("_fields", fields)
                             .Try();
  if (feed.after_s() >= 0) {
    request =
        std::move(request).Query("modified_after", sdk::FormatTimeBare(feed.after_s() * 1000));
  }
  if (feed.offset() > 0) {
    request = std::move(request).Query("offset", feed.offset());
  }
  return request;
}

// The order at which the feed stands makes an answer too large all by itself.
sdk::Task<void> StepOver(const Store& store, ChangedFeed& feed, const sdk::Failure& problem) {
  const sdk::Response response = co_await ChangedRequest(store, feed, kNameFields);
  const sdk::Json list = ReadAnswer(response);
  for (const sdk::Json& row : feed.StepOver(list.Items())) {
    co_yield sdk::BadOrder(TextIn(row, "id"), TextIn(row, "number"), sdk::TooLargeAlone(problem));
  }
}

sdk::Task<void> PullChanged(sdk::Context& cx, const Store& store) {
  std::int64_t cursor_s = StartOf(cx);
  bool is_owed = IsListOwed(cx.Cursor());
  ChangedFeed feed(cursor_s, store.page_size());
  std::uint64_t done = 0;
  while (!feed.is_done()) {
    const sdk::Response response = co_await ChangedRequest(store, feed, kOrderFields);
    if (response.is_too_large()) {
      if (!feed.Shrink()) {
        const sdk::Failure problem = response.Problem();
        co_await StepOver(store, feed, problem);
      }
      continue;
    }
    const sdk::Json list = ReadAnswer(response);
    feed.SetClock(response.DateMs().value_or(cx.NowMs()));
    const std::string source = feed.Shown();
    std::vector<sdk::Json> rows = feed.Take(list.Items());
    done += rows.size();
    cx.SetProgress(done);
    co_await EmitOrders(cx, store, std::move(rows), source);
    if (feed.cursor_s() > cursor_s) {
      cursor_s = feed.cursor_s();
      co_yield sdk::Checkpoint(sdk::FormatTimeBare(cursor_s * 1000));
      is_owed = false;
    }
  }
  if (is_owed) {
    co_yield sdk::Checkpoint(sdk::FormatTimeBare(cursor_s * 1000));
  }
}

}  // namespace

sdk::Operation PullOrders(sdk::Context& cx) {
  const Store store(cx);
  store.statuses().RequireSense();
  const auto& only = cx.PullInput().only_external_ids();
  if (!only.empty()) {
    const std::vector<std::string> ids(only.begin(), only.end());
    co_await EmitByIds(cx, store, ids);
    co_return;
  }
  if (cx.PullInput().full()) {
    co_await SweepOpenOrders(cx, store);
    // The sweep sees all that matters but an edit within the second that a mark names, and an order
    // that a page's edge hid: the next poll does, which goes on from the same second. It is never
    // left out twice.
    const std::string cursor = cx.Cursor();
    if (SecondOf(cursor) && !IsListOwed(cursor)) {
      co_yield sdk::Checkpoint(cursor + std::string(kSweptOnly));
      co_return;
    }
  }
  co_await PullChanged(cx, store);
}

}  // namespace woocommerce
