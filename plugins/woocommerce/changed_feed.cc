#include "changed_feed.h"

#include <algorithm>

#include "api.h"
#include "order_record.h"

namespace woocommerce {

ChangedFeed::ChangedFeed(std::int64_t after_s, std::int64_t page_size)
    : after_s_(std::max<std::int64_t>(after_s, -1)),
      take_(std::max<std::int64_t>(page_size, 2)),
      complete_s_(after_s_),
      newest_s_(after_s_) {}

void ChangedFeed::SetClock(std::int64_t now_ms) {
  if (!clock_s_) {
    clock_s_ = now_ms / 1000;
  }
}

std::vector<ChangedFeed::Row> ChangedFeed::KeysOf(const std::vector<sdk::Json>& rows) const {
  std::vector<Row> keys;
  std::int64_t second = std::max<std::int64_t>(after_s_, 0);
  for (const sdk::Json& json : rows) {
    Row row;
    if (json.IsObject()) {
      const std::optional<sdk::Json> id = json.Find("id");
      const std::optional<sdk::Json> modified = json.Find("date_modified_gmt");
      row.id = id ? TextOf(*id) : std::string();
      // A row without a readable time must not stop the walk: it is taken to be as old as the one
      // before it.
      const auto ms = modified ? sdk::ParseTime(TextOf(*modified)) : std::optional<std::int64_t>();
      second = ms ? *ms / 1000 : second;
      row.mark = MarkOf(json);
    }
    row.second = second;
    keys.push_back(std::move(row));
  }
  return keys;
}

void ChangedFeed::Restart() {
  if (++restarts_ > kRestartsMax) {
    throw sdk::Failure(sdk::Code::kTransient,
                       "orders of the second " + sdk::FormatTimeBare((after_s_ + 1) * 1000) +
                           " keep changing while they are read; the next run goes on from here");
  }
  offset_ = 0;
  expected_.reset();
}

void ChangedFeed::NoteStale(bool is_stale) {
  stale_ = is_stale ? stale_ + 1 : stale_;
  if (stale_ > kStalePagesMax) {
    throw sdk::Failure(sdk::Code::kLimit,
                       "WooCommerce's list of changed orders gives the same orders again and "
                       "again: the store, or a cache in front of it, ignores 'offset'; see that "
                       "nothing caches its API");
  }
}

void ChangedFeed::Advance(const std::vector<Row>& keys) {
  const auto is_older = [](const Row& a, const Row& b) { return a.second < b.second; };
  const std::int64_t last = keys.back().second;
  // Before HPOS the list is sorted by local time, which goes back once a year: then the window is
  // walked to its end by offset. The sweep of open orders finds what an hour like that may hide.
  const bool is_sorted = std::is_sorted(keys.begin(), keys.end(), is_older);
  if (is_sorted && last - 1 > after_s_) {
    after_s_ = last - 1;
    complete_s_ = std::max(complete_s_, after_s_);
    offset_ = 0;
    restarts_ = 0;
    expected_.reset();
    given_.erase(given_.begin(), given_.lower_bound({last, std::string()}));
    return;
  }
  offset_ += static_cast<std::int64_t>(keys.size()) - 1;
  expected_.emplace(keys.back().id, keys.back().mark);
}

std::vector<sdk::Json> ChangedFeed::Take(const std::vector<sdk::Json>& rows) {
  if (++requests_ > kRequestsMax) {
    throw sdk::Failure(sdk::Code::kLimit,
                       "the list of changed orders needs more than " +
                           std::to_string(kRequestsMax) + " requests; raise page_size");
  }
  const std::vector<Row> keys = KeysOf(rows);
  std::vector<sdk::Json> fresh;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    newest_s_ = std::max(newest_s_, keys[i].second);
    const bool is_new = given_.emplace(keys[i].second, keys[i].id + '|' + keys[i].mark).second;
    // Rows without an id cannot be told apart; each of them is an issue.
    if (is_new || keys[i].id.empty()) {
      fresh.push_back(rows[i]);
    }
  }
  const bool has_moved = expected_ && (keys.empty() || keys.front().id != expected_->first ||
                                       keys.front().mark != expected_->second);
  if (!fresh.empty()) {
    stale_ = 0;
  }
  if (has_moved) {
    NoteStale(fresh.empty() && !rows.empty());
    Restart();
  } else if (static_cast<std::int64_t>(rows.size()) < take_) {
    is_done_ = true;
    complete_s_ = newest_s_;
  } else {
    Advance(keys);
  }
  return fresh;
}

std::int64_t ChangedFeed::cursor_s() const {
  const std::int64_t behind = clock_s_ ? *clock_s_ - kMarginSeconds : complete_s_;
  return std::min(complete_s_, behind);
}

}  // namespace woocommerce
