#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "operations.h"
#include "stock_location.h"
#include "store_facts.h"
#include "time_walk.h"
#include "variant_record.h"

namespace medusa {
namespace {

constexpr std::string_view kList = "/product-variants";
// Of what is too large to be read: those by which it is found again.
constexpr std::string_view kNameFields = "id,sku,created_at,updated_at";
// Ids in one request: 100 make a URL of 5 kB, and Node takes 16.
constexpr std::int64_t kIdsPerRequest = 100;
// Of inventory items with nothing but times: 1000 have 200 kB.
constexpr std::int64_t kLevelsPerPage = 1000;

// Emits variants. What is asked of the store is asked once, and not for a list that is empty.
class Emitter {
 public:
  explicit Emitter(sdk::Context& cx) : cx_(&cx) {}

  sdk::Task<std::string> Location() {
    if (!location_) {
      location_ = co_await AskLocation(*cx_);
    }
    co_return *location_;
  }

  // Where there is a problem, only names were asked for, and each becomes an issue.
  sdk::Task<void> Emit(std::vector<sdk::Json> rows, std::string source, std::string problem) {
    if (!facts_ && !rows.empty()) {
      std::string location = co_await Location();
      facts_ = co_await AskStoreFacts(*cx_, std::move(location));
    }
    const auto read = [&](const sdk::Json& json) -> sdk::Product {
      if (!problem.empty()) {
        throw sdk::Failure(sdk::Code::kLimit, problem);
      }
      return ReadVariant(json, *facts_);
    };
    const sdk::RecordKeys keys("id", "sku", source);
    for (const sdk::Json& row : rows) {
      co_yield sdk::ReadOne(row, read, keys);
    }
  }

 private:
  sdk::Context* cx_;
  std::optional<std::string> location_;
  std::optional<StoreFacts> facts_;
};

// Emits what a walk through the variants gives, and takes it out of `by_id`, which is read
// otherwise. Gives the store's clock at the begin.
sdk::Task<std::int64_t> EmitWalk(sdk::Context& cx,
                                 Emitter& emitter,
                                 TimeWalk& walk,
                                 std::set<std::string>& by_id) {
  std::optional<std::int64_t> clock_ms;
  std::string problem;
  std::int64_t done = 0;
  std::int64_t total = 0;
  while (!walk.is_done()) {
    const std::string_view fields = problem.empty() ? kVariantFields : kNameFields;
    const sdk::Response response = co_await walk.Ask(Get(cx, kList).Query("fields", fields)).Try();
    if (response.is_too_large() && problem.empty()) {
      problem = walk.Shrink() ? "" : sdk::TooLargeAlone(response.Problem());
      continue;
    }
    const sdk::Json answer = ReadAnswer(response);
    clock_ms = clock_ms.value_or(response.DateMs().value_or(cx.NowMs()));
    const std::string source = walk.Shown();
    std::vector<sdk::Json> rows = walk.Take(answer.At("variants").Items());
    for (const sdk::Json& row : rows) {
      by_id.erase(TextIn(row, "id"));
    }
    // The first page counts all of them.
    total = total == 0 ? answer.At("count").Int() : total;
    done += static_cast<std::int64_t>(rows.size());
    cx.SetProgress(static_cast<std::uint64_t>(done),
                   static_cast<std::uint64_t>(std::max(total, done)));
    co_await emitter.Emit(std::move(rows), source, problem);
    problem.clear();
  }
  co_return *clock_ms;
}

sdk::Task<void> EmitAnswer(Emitter& emitter,
                           const std::vector<std::string>& ids,
                           const sdk::Response& response) {
  const sdk::Json answer = ReadAnswer(response);
  std::vector<sdk::Json> rows = answer.At("variants").Items();
  const std::set<std::string> gone = sdk::MissingOf(ids, rows);
  for (const std::string& id : gone) {
    co_yield sdk::DeletedProduct(id);
  }
  co_await emitter.Emit(std::move(rows), "variants that were asked for by id", "");
}

sdk::Task<void> PullSome(sdk::Context& cx, Emitter& emitter, std::vector<std::string> ids) {
  std::erase(ids, "");  // What has no id cannot be gone.
  const auto ask = [&cx](const std::vector<std::string>& some) {
    return WithIds(Get(cx, kList).Query("fields", kVariantFields), some).Try();
  };
  const auto take = [&emitter](const std::vector<std::string>& some,
                               const sdk::Response& response) {
    return EmitAnswer(emitter, some, response);
  };
  co_await sdk::ReadByIds(
      cx, sdk::IdWalk(std::move(ids), kIdsPerRequest), ask, take, sdk::BadProduct);
}

// What a look at the numbers of one stock location found.
struct ChangedLevels {
  ChangedLevels() = default;

  std::set<std::string> variants;
  std::int64_t newest_ms = 0;
};

// A number that changes moves the time of its level only, and levels cannot be asked for by it: so
// all are listed, at 0.3 ms each (measured), and the variants of those that changed are read.
sdk::Task<ChangedLevels> ReadChangedLevels(sdk::Context& cx,
                                           std::string location,
                                           std::int64_t since_ms) {
  ChangedLevels changed;
  sdk::Walk walk(kLevelsPerPage);
  sdk::PageGuard guard("Medusa's list of inventory items");
  bool more = !location.empty();
  while (more) {
    const sdk::Response response =
        co_await Get(cx, "/inventory-items")
            .Query("location_levels[location_id]", location)
            .Query("order", "id")
            .Query("limit", walk.take())
            .Query("offset", walk.skip())
            .Query("fields",
                   "id,variants.id,location_levels.location_id,location_levels.updated_at")
            .Try();
    if (response.is_too_large() && walk.Shrink()) {
      continue;
    }
    const sdk::Json answer = ReadAnswer(response);
    std::vector<std::string> ids;
    for (const sdk::Json& item : answer.At("inventory_items").Items()) {
      ids.push_back(TextIn(item, "id"));
      for (const sdk::Json& level : ListIn(item, "location_levels")) {
        const std::int64_t time_ms = TimeIn(level, "updated_at");
        if (time_ms <= since_ms || TextIn(level, "location_id") != location) {
          continue;
        }
        changed.newest_ms = std::max(changed.newest_ms, time_ms);
        for (const sdk::Json& variant : ListIn(item, "variants")) {
          changed.variants.insert(TextIn(variant, "id"));
        }
      }
    }
    walk.Next();
    more = walk.skip() < answer.At("count").Int();
    if (more) {
      guard.Take(ids);
    }
  }
  co_return changed;
}

// What changed after `since_ms`. An edit of a title or description moves the product's time only,
// one of a price, code or measure the variant's only, one of stock the level's only. Gives up to
// when everything was seen.
sdk::Task<std::int64_t> PullChanged(sdk::Context& cx, Emitter& emitter, std::int64_t since_ms) {
  std::optional<std::int64_t> clock_ms;
  // Variants of changed products and with changed numbers, which are read by their ids.
  std::set<std::string> by_id;
  TimeWalk products("updated_at", since_ms + 1, sdk::PageSizeOf(cx), "products");
  while (!products.is_done()) {
    const sdk::Response response =
        co_await products.Ask(Get(cx, "/products").Query("fields", "id,updated_at,variants.id"))
            .Try();
    if (response.is_too_large() && products.Shrink()) {
      continue;
    }
    const sdk::Json answer = ReadAnswer(response);
    clock_ms = clock_ms.value_or(response.DateMs().value_or(cx.NowMs()));
    for (const sdk::Json& row : products.Take(answer.At("products").Items())) {
      for (const sdk::Json& variant : ListIn(row, "variants")) {
        by_id.insert(TextIn(variant, "id"));
      }
    }
  }
  std::string location = co_await emitter.Location();
  ChangedLevels levels = co_await ReadChangedLevels(cx, std::move(location), since_ms);
  by_id.merge(levels.variants);
  TimeWalk variants("updated_at", since_ms + 1, sdk::PageSizeOf(cx), "variants");
  co_await EmitWalk(cx, emitter, variants, by_id);
  std::vector<std::string> ids(by_id.begin(), by_id.end());
  co_await PullSome(cx, emitter, std::move(ids));
  const std::int64_t complete_ms =
      std::max({products.complete_ms(), variants.complete_ms(), levels.newest_ms});
  co_return SeenUntil(complete_ms, *clock_ms);
}

}  // namespace

sdk::Operation PullProducts(sdk::Context& cx) {
  Emitter emitter(cx);
  const auto& only = cx.PullInput().only_external_ids();
  if (!only.empty()) {
    std::vector<std::string> ids(only.begin(), only.end());
    co_await PullSome(cx, emitter, std::move(ids));
    co_return;
  }
  const std::int64_t since_ms = sdk::ParseTime(cx.Cursor()).value_or(0);
  std::int64_t seen_ms = 0;
  if (cx.PullInput().full() || since_ms == 0) {
    TimeWalk all("created_at", 0, sdk::PageSizeOf(cx), "variants");
    std::set<std::string> none;
    const std::int64_t clock_ms = co_await EmitWalk(cx, emitter, all, none);
    seen_ms = SeenUntil(clock_ms, clock_ms);
  } else {
    seen_ms = co_await PullChanged(cx, emitter, since_ms);
  }
  if (seen_ms > since_ms) {
    co_yield sdk::Checkpoint(sdk::FormatTime(seen_ms));
  }
}

}  // namespace medusa
