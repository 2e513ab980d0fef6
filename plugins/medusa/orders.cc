#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "operations.h"
#include "order_record.h"
#include "time_walk.h"

namespace medusa {
namespace {

constexpr std::string_view kList = "/orders";
// Fetched whole in one request: an order has 5 to 8 kB.
constexpr std::int64_t kIdsPerRequest = 50;
// A shop that never completes its orders has all of them in one list for ever, at 2 kB each. A look
// at everything lists those placed within this time; older ones that are open here are asked for by
// id, and their changes are found as all others are.
constexpr std::int64_t kSweepMs = std::int64_t{30} * 24 * 60 * 60 * 1000;
// Orders that are open here and not listed there, such as those that wait for their money for ever:
// one sweep asks for so many of them, each quarter of an hour for others.
constexpr std::size_t kMissingMax = 500;
constexpr std::int64_t kSweepEveryMs = std::int64_t{15} * 60 * 1000;

sdk::Task<void> EmitRows(sdk::Context& cx, std::vector<sdk::Json> rows, std::string source) {
  const std::int64_t from_ms = cx.PullInput().from_ms();
  const auto read = [&](const sdk::Json& json) -> sdk::Order {
    sdk::Order order = ReadOrder(json);
    if (!IsFromBefore(json, from_ms)) {
      RequireUnpacked(json, order);
    }
    return order;
  };
  const sdk::RecordKeys keys("id", "display_id", source);
  for (const sdk::Json& row : rows) {
    co_yield sdk::ReadOne(row, read, keys);
  }
}

sdk::Task<void> EmitAnswer(sdk::Context& cx,
                           const std::vector<std::string>& ids,
                           const sdk::Response& response) {
  const sdk::Json answer = ReadAnswer(response);
  std::vector<sdk::Json> rows = answer.At("orders").Items();
  const std::set<std::string> missing = sdk::MissingOf(ids, rows);
  for (const std::string& id : missing) {
    co_yield sdk::BadOrder(id,
                           id,
                           "the order is not in Medusa any more; cancel it here by hand, if "
                           "nothing of it was sent");
  }
  co_await EmitRows(cx, std::move(rows), "orders that were asked for by id");
}

sdk::Task<void> EmitByIds(sdk::Context& cx, std::vector<std::string> ids) {
  const auto ask = [&cx](const std::vector<std::string>& some) {
    return WithIds(Get(cx, kList).Query("fields", kOrderFields), some).Try();
  };
  const auto take = [&cx](const std::vector<std::string>& some, const sdk::Response& response) {
    return EmitAnswer(cx, some, response);
  };
  co_await sdk::ReadByIds(
      cx, sdk::IdWalk(std::move(ids), kIdsPerRequest), ask, take, sdk::BadOrder);
}

// Orders on which something may still have to be done.
sdk::Task<sdk::OpenSet> ReadOpenSet(sdk::Context& cx) {
  const std::int64_t from_ms = cx.PullInput().from_ms();
  const std::int64_t since_ms = std::max<std::int64_t>(cx.NowMs() - kSweepMs, 0);
  sdk::OpenSet open;
  sdk::Walk walk(sdk::PageSizeOf(cx));
  sdk::PageGuard guard("Medusa's list of pending orders");
  bool more = true;
  while (more) {
    const sdk::Response response = co_await Get(cx, kList)
                                       .Query("status[]", "pending")
                                       .Query("created_at[$gte]", sdk::FormatTime(since_ms))
                                       .Query("order", "id")
                                       .Query("limit", walk.take())
                                       .Query("offset", walk.skip())
                                       .Query("fields", kMarkFields)
                                       .Try();
    if (response.is_too_large() && walk.Shrink()) {
      continue;
    }
    const sdk::Json answer = ReadAnswer(response);
    std::vector<std::string> ids;
    for (const sdk::Json& row : answer.At("orders").Items()) {
      std::string id = TextIn(row, "id");
      if (id.empty()) {
        open.AddNameless(walk.Shown() + " of the pending orders: " + row.Path() +
                         " has no id that can be read");
      } else if (IsOpen(row) && !IsFromBefore(row, from_ms)) {
        open.Add(id, MarkOf(row));
      }
      ids.push_back(std::move(id));
    }
    walk.Next();
    more = walk.skip() < answer.At("count").Int();
    if (more) {
      guard.Take(ids);
    }
  }
  co_return open;
}

// Leaves so many of the ids from `first` on as one sweep may ask for: others each time.
void LimitMissing(std::vector<std::string>& ids, std::size_t first, std::int64_t now_ms) {
  const std::size_t missing = ids.size() - first;
  if (missing <= kMissingMax) {
    return;
  }
  const auto turn = static_cast<std::size_t>(now_ms / kSweepEveryMs);
  const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(first);
  std::rotate(begin, begin + static_cast<std::ptrdiff_t>(turn * kMissingMax % missing), ids.end());
  ids.resize(first + kMissingMax);
}

sdk::Task<void> SweepOpenOrders(sdk::Context& cx) {
  const sdk::OpenSet open = co_await ReadOpenSet(cx);
  for (const sdk::BadRecord& bad : open.nameless()) {
    co_yield bad;
  }
  const sdk::CompareResult compared = co_await cx.CompareOpenSet(open.marks());
  std::vector<std::string> ids = open.WantedIn(compared);
  LimitMissing(ids, static_cast<std::size_t>(compared.wanted_size()), cx.NowMs());
  co_await EmitByIds(cx, std::move(ids));
}

// What the payments say of the orders.
struct Captures {
  Captures() = default;

  // Orders whose payments changed after a time, and that themselves did not.
  std::vector<std::string> orders;
  std::int64_t clock_ms = 0;
  std::int64_t complete_ms = 0;
};

// A capture moves the time of the payment, and not that of the order.
sdk::Task<Captures> ReadCaptures(sdk::Context& cx, std::int64_t since_ms) {
  Captures captures;
  std::set<std::string> orders;
  TimeWalk walk("updated_at", since_ms + 1, sdk::PageSizeOf(cx), "payments");
  while (!walk.is_done()) {
    const sdk::Response response =
        co_await walk.Ask(Get(cx, "/payments").Query("fields", kPaymentFields)).Try();
    if (response.is_too_large() && walk.Shrink()) {
      continue;
    }
    const sdk::Json answer = ReadAnswer(response);
    if (captures.clock_ms == 0) {
      captures.clock_ms = response.DateMs().value_or(cx.NowMs());
    }
    for (const sdk::Json& row : walk.Take(answer.At("payments").Items())) {
      // A payment of a cart has no order.
      const sdk::Json order = MemberOf(MemberOf(row, "payment_collection"), "order");
      const std::string id = TextIn(order, "id");
      if (!id.empty() && TimeIn(order, "updated_at") <= since_ms) {
        orders.insert(id);
      }
    }
  }
  captures.orders.assign(orders.begin(), orders.end());
  captures.complete_ms = walk.complete_ms();
  co_return captures;
}

sdk::Task<void> PullChanged(sdk::Context& cx, std::int64_t since_ms) {
  Captures captures = co_await ReadCaptures(cx, since_ms);
  co_await EmitByIds(cx, std::move(captures.orders));
  std::int64_t cursor_ms = since_ms;
  TimeWalk walk("updated_at", since_ms + 1, sdk::PageSizeOf(cx), "orders");
  std::string problem;
  std::uint64_t done = 0;
  while (!walk.is_done()) {
    const std::string_view fields = problem.empty() ? kOrderFields : kMarkFields;
    const sdk::Response response = co_await walk.Ask(Get(cx, kList).Query("fields", fields)).Try();
    if (response.is_too_large()) {
      if (!problem.empty()) {
        co_yield sdk::BadOrder("", "", walk.Shown() + ": " + problem);
        problem.clear();
        walk.StepOver();
      } else if (!walk.Shrink()) {
        problem = sdk::TooLargeAlone(response.Problem());
      }
      continue;
    }
    const sdk::Json answer = ReadAnswer(response);
    const std::string source = walk.Shown();
    std::vector<sdk::Json> rows = walk.Take(answer.At("orders").Items());
    done += rows.size();
    cx.SetProgress(done);
    if (problem.empty()) {
      co_await EmitRows(cx, std::move(rows), source);
    } else {
      for (const sdk::Json& row : rows) {
        co_yield sdk::BadOrder(TextIn(row, "id"), TextIn(row, "id"), problem);
      }
      problem.clear();
    }
    const std::int64_t complete_ms =
        walk.is_done() ? std::max(walk.complete_ms(), captures.complete_ms) : walk.complete_ms();
    const std::int64_t seen_ms = SeenUntil(complete_ms, captures.clock_ms);
    if (seen_ms > cursor_ms) {
      cursor_ms = seen_ms;
      co_yield sdk::Checkpoint(sdk::FormatTime(cursor_ms));
    }
  }
}

}  // namespace

sdk::Operation PullOrders(sdk::Context& cx) {
  const auto& only = cx.PullInput().only_external_ids();
  if (!only.empty()) {
    std::vector<std::string> ids(only.begin(), only.end());
    co_await EmitByIds(cx, std::move(ids));
    co_return;
  }
  if (cx.PullInput().full()) {
    co_await SweepOpenOrders(cx);
  }
  const std::int64_t from_ms = cx.PullInput().from_ms();
  const std::int64_t begin_ms = std::max<std::int64_t>(from_ms - 1, 0);
  co_await PullChanged(cx, sdk::ParseTime(cx.Cursor()).value_or(begin_ms));
}

}  // namespace medusa
