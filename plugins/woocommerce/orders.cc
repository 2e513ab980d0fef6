#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "changed_feed.h"
#include "operations.h"
#include "order_record.h"

namespace woocommerce {
namespace {

// Fields of the light sweep: those of the mark, and of the test whether the order matters.
constexpr std::string_view kMarkFields =
    "id,status,date_modified_gmt,date_created_gmt,date_paid_gmt";

// An order and the requests about it.
struct Pending {
  sdk::Json json;
  OrderExtras extras;
  // Why its refunds or fulfillments could not be read.
  std::optional<sdk::Failure> problem;
};

// A question about an order, and where its answer goes.
struct Question {
  std::size_t order;
  bool is_refund;
};

// Puts an answer where it belongs. A failure of the store as a whole is thrown; one about this
// order makes it an issue and lets the others go on.
void TakeExtra(const sdk::Response& response, bool is_refund, Pending* pending) {
  const bool is_gone = response.has_answer() && response.status() == 404;
  if (is_gone) {
    return;
  }
  if (!response.ok()) {
    sdk::Failure problem = ProblemOf(response);
    if (!response.has_answer() || problem.code() == sdk::Code::kAuth) {
      throw problem;
    }
    pending->problem = std::move(problem);
    return;
  }
  try {
    if (is_refund) {
      AddRefunds(response.Json(), &pending->extras);
    } else {
      AddFulfillments(response.Json(), &pending->extras);
    }
  } catch (const sdk::Failure& failure) {
    pending->problem = failure;
  }
}

// Asks for what the orders do not say themselves; several orders at once.
sdk::Task<void> FetchExtras(sdk::Context& cx, const Store& store, std::vector<Pending>& orders) {
  std::vector<sdk::Request> requests;
  std::vector<Question> questions;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const sdk::Json& json = orders[i].json;
    const std::optional<sdk::Json> id = json.IsObject() ? json.Find("id") : std::nullopt;
    if (!id || !IdOf(TextOf(*id))) {
      continue;
    }
    const std::string path = "/orders/" + TextOf(*id);
    if (HasRefunds(json)) {
      requests.push_back(store.Get(path + "/refunds").Query("per_page", 100));
      questions.push_back(Question{.order = i, .is_refund = true});
    }
    if (cx.HasCapability(kFulfillments) && HasFulfillments(json)) {
      requests.push_back(store.Get(path + "/fulfillments"));
      questions.push_back(Question{.order = i, .is_refund = false});
    }
  }
  if (requests.empty()) {
    co_return;
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    TakeExtra(answers[i], questions[i].is_refund, &orders[questions[i].order]);
  }
}

sdk::Page<sdk::Order> ReadPending(const Pending& pending, const Store& store) {
  const auto read = [&](const sdk::Json& json) -> sdk::Order {
    if (pending.problem) {
      throw *pending.problem;
    }
    return ReadOrder(json, store, pending.extras);
  };
  return sdk::ReadOne(pending.json, read, sdk::RecordKeys("id", "number"));
}

sdk::Task<void> EmitOrders(sdk::Context& cx, const Store& store, std::vector<sdk::Json> rows) {
  std::vector<Pending> orders;
  for (sdk::Json& row : rows) {
    if (!row.IsObject() || !IsDraft(row)) {
      orders.push_back(Pending{.json = std::move(row), .extras = {}, .problem = std::nullopt});
    }
  }
  co_await FetchExtras(cx, store, orders);
  for (const Pending& pending : orders) {
    co_yield ReadPending(pending, store);
  }
}

// Orders that a list by id does not show: in the bin, or deleted for good.
sdk::Task<void> EmitUnlisted(sdk::Context& cx,
                             const Store& store,
                             const std::vector<std::string>& ids) {
  std::vector<sdk::Request> requests;
  for (const std::string& id : ids) {
    requests.push_back(store.Get("/orders/" + id).Query("_fields", kOrderFields));
  }
  const std::vector<sdk::Response> answers = co_await cx.All(std::move(requests));
  std::vector<sdk::Json> rows;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].has_answer() && answers[i].status() == 404) {
      co_yield sdk::BadOrder(ids[i],
                             ids[i],
                             "the order was deleted in WooCommerce; cancel it here by hand, if "
                             "nothing of it was sent");
      continue;
    }
    rows.push_back(ReadAnswer(answers[i]));
  }
  co_await EmitOrders(cx, store, std::move(rows));
}

// Fetches orders by id, in chunks.
sdk::Task<void> EmitByIds(sdk::Context& cx,
                          const Store& store,
                          const std::vector<std::string>& ids) {
  const std::size_t chunk_max = static_cast<std::size_t>(store.page_size());
  for (std::size_t first = 0; first < ids.size(); first += chunk_max) {
    const std::size_t last = std::min(ids.size(), first + chunk_max);
    std::vector<std::string> chunk;
    for (std::size_t i = first; i < last; ++i) {
      if (IdOf(ids[i])) {
        chunk.push_back(ids[i]);
      }
    }
    if (chunk.empty()) {
      continue;
    }
    const sdk::Response response = co_await store.Get("/orders")
                                       .Query("include", Joined(chunk))
                                       .Query("status", "any")
                                       .Query("per_page", chunk.size())
                                       .Query("_fields", kOrderFields);
    const sdk::Json list = ReadAnswer(response);
    std::vector<sdk::Json> rows = list.Items();
    std::set<std::string> missing(chunk.begin(), chunk.end());
    for (const sdk::Json& row : rows) {
      const std::optional<sdk::Json> id = row.IsObject() ? row.Find("id") : std::nullopt;
      missing.erase(id ? TextOf(*id) : std::string());
    }
    co_await EmitOrders(cx, store, std::move(rows));
    if (!missing.empty()) {
      const std::vector<std::string> unlisted(missing.begin(), missing.end());
      co_await EmitUnlisted(cx, store, unlisted);
    }
    cx.SetProgress(last, ids.size());
  }
}

std::string OpenStatusesOf(const Store& store) {
  std::set<std::string> statuses = store.paid_statuses();
  statuses.insert({"pending", "on-hold", "processing"});
  // All that was ever completed would come.
  statuses.erase("completed");
  return Joined(std::vector<std::string>(statuses.begin(), statuses.end()));
}

// Whether the order was paid before the store was connected.
bool IsFromBefore(const sdk::Json& row, std::int64_t from_ms) {
  const std::int64_t placed_ms = row.OptionalTimeMs("date_created_gmt");
  const std::int64_t paid_ms = row.OptionalTimeMs("date_paid_gmt");
  return placed_ms != 0 && paid_ms != 0 && placed_ms < from_ms && paid_ms < from_ms;
}

// All open orders, by id and mark only. An order that leaves the set while it is read can hide
// another at the edge of a page: that one shows as missing and is fetched.
sdk::Task<std::vector<sdk::OrderMark>> ReadOpenSet(sdk::Context& cx, const Store& store) {
  const std::string statuses = OpenStatusesOf(store);
  const std::int64_t from_ms = cx.PullInput().from_ms();
  std::vector<sdk::OrderMark> marks;
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
      if (!IsFromBefore(row, from_ms)) {
        sdk::OrderMark mark;
        mark.set_external_id(row.At("id").Id());
        mark.set_mark(MarkOf(row));
        marks.push_back(std::move(mark));
      }
    }
    has_more = static_cast<std::int64_t>(list.size()) >= store.page_size();
    if (has_more) {
      guard.Take(IdsIn(list), PagesSaid(response));
    }
  }
  co_return marks;
}

sdk::Task<void> SweepOpenOrders(sdk::Context& cx, const Store& store) {
  const std::vector<sdk::OrderMark> marks = co_await ReadOpenSet(cx, store);
  const sdk::CompareResult compared = co_await cx.CompareOpenSet(marks);
  std::vector<std::string> ids;
  for (const std::uint32_t index : compared.wanted()) {
    ids.push_back(marks.at(index).external_id());
  }
  ids.insert(ids.end(), compared.missing().begin(), compared.missing().end());
  co_await EmitByIds(cx, store, ids);
}

// The second after which to look, or -1 for everything.
std::int64_t StartOf(sdk::Context& cx) {
  if (const auto cursor_ms = sdk::ParseTime(cx.Cursor())) {
    return *cursor_ms / 1000;
  }
  const std::int64_t from_ms = cx.PullInput().from_ms();
  return from_ms > 0 ? from_ms / 1000 - 1 : -1;
}

sdk::Request ChangedRequest(const Store& store, const ChangedFeed& feed) {
  sdk::Request request = store.Get("/orders")
                             .Query("status", "any")
                             .Query("orderby", "modified")
                             .Query("order", "asc")
                             .Query("dates_are_gmt", "true")
                             .Query("per_page", feed.take())
                             .Query("_fields", kOrderFields);
  if (feed.after_s() >= 0) {
    request =
        std::move(request).Query("modified_after", sdk::FormatTimeBare(feed.after_s() * 1000));
  }
  if (feed.offset() > 0) {
    request = std::move(request).Query("offset", feed.offset());
  }
  return request;
}

sdk::Task<void> PullChanged(sdk::Context& cx, const Store& store) {
  std::int64_t cursor_s = StartOf(cx);
  ChangedFeed feed(cursor_s, store.page_size());
  std::uint64_t done = 0;
  while (!feed.is_done()) {
    const sdk::Response response = co_await ChangedRequest(store, feed);
    const sdk::Json list = ReadAnswer(response);
    feed.SetClock(response.DateMs().value_or(cx.NowMs()));
    std::vector<sdk::Json> rows = feed.Take(list.Items());
    done += rows.size();
    cx.SetProgress(done);
    co_await EmitOrders(cx, store, std::move(rows));
    if (feed.cursor_s() > cursor_s) {
      cursor_s = feed.cursor_s();
      co_yield sdk::Checkpoint(sdk::FormatTimeBare(cursor_s * 1000));
    }
  }
}

}  // namespace

sdk::Operation PullOrders(sdk::Context& cx) {
  const Store store(cx);
  const auto& only = cx.PullInput().only_external_ids();
  if (!only.empty()) {
    const std::vector<std::string> ids(only.begin(), only.end());
    co_await EmitByIds(cx, store, ids);
    co_return;
  }
  if (cx.PullInput().full()) {
    co_await SweepOpenOrders(cx, store);
  }
  co_await PullChanged(cx, store);
}

}  // namespace woocommerce
