#include "changed_feed.h"

#include <algorithm>
#include <limits>
#include <map>

#include "api.h"
#include "order_record.h"

namespace woocommerce {

ChangedFeed::ChangedFeed(std::int64_t after_s, std::int64_t page_size)
    : after_s_(std::max<std::int64_t>(after_s, -1)),
      size_(std::max<std::int64_t>(page_size, 2)),
      complete_s_(after_s_),
      newest_s_(after_s_) {}

std::string ChangedFeed::Shown() const {
  const std::string rows = "rows " + std::to_string(offset_ + 1) + " to " +
                           std::to_string(offset_ + take()) + " of the orders";
  return after_s_ < 0 ? rows : rows + " changed after " + sdk::FormatTimeBare(after_s_ * 1000);
}

void ChangedFeed::SetClock(std::int64_t now_ms) {
  if (!clock_s_) {
    clock_s_ = now_ms / 1000;
  }
}

std::vector<ChangedFeed::Row> ChangedFeed::RowsOf(const std::vector<sdk::Json>& rows) const {
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

std::vector<sdk::Json> ChangedFeed::Fresh(const std::vector<sdk::Json>& rows,
                                          const std::vector<Row>& keys) {
  std::vector<sdk::Json> fresh;
  std::map<Key, std::size_t> here;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    newest_s_ = std::max(newest_s_, keys[i].second);
    const Key key = KeyOf(keys[i]);
    const bool is_new = given_.insert(key).second;
    const auto [twin, is_first_here] = here.emplace(key, i);
    constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();
    const bool differs = !is_first_here && rows[i].Dump(kWhole) != rows[twin->second].Dump(kWhole);
    // Rows without an id cannot be told apart; each of them is an issue.
    if (is_new || differs || keys[i].id.empty()) {
      fresh.push_back(rows[i]);
      has_fresh_ = true;
    }
  }
  return fresh;
}

bool ChangedFeed::StepsBack() {
  if (stepped_from_ == offset_ && !has_fresh_) {
    return false;
  }
  if (++steps_back_ > kStepsBackMax) {
    throw sdk::Failure(sdk::Code::kTransient,
                       "orders of the second " + sdk::FormatTimeBare((after_s_ + 1) * 1000) +
                           " keep changing while they are read; the next run goes on from here");
  }
  stepped_from_ = offset_;
  has_fresh_ = false;
  offset_ = std::max<std::int64_t>(offset_ - std::max<std::int64_t>(take() - 1, 1), 0);
  overlaps_ = offset_ > 0;
  return true;
}

void ChangedFeed::NoteStale(bool is_stale) {
  stale_ = is_stale ? stale_ + 1 : 0;
  if (stale_ > kStalePagesMax + steps_back_) {
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
  if (is_sorted && last - 1 > after_s_ && last > stepped_over_s_) {
    after_s_ = last - 1;
    complete_s_ = std::max(complete_s_, after_s_);
    offset_ = 0;
    overlaps_ = false;
    stepped_from_ = -1;
    farthest_ = 0;
    steps_back_ = 0;
    given_.erase(given_.begin(), given_.lower_bound({last, std::string()}));
    return;
  }
  // A row that stands on the page twice may take one place in the list, or two.
  std::set<std::string> ids;
  for (const Row& row : keys) {
    ids.insert(row.id);
  }
  const auto count = static_cast<std::int64_t>(ids.size());
  // A row alone cannot overlap with the next.
  overlaps_ = count > 1;
  offset_ += std::max<std::int64_t>(count - 1, 1);
  if (offset_ > farthest_) {
    farthest_ = offset_;
    steps_back_ = 0;
  }
}

std::vector<sdk::Json> ChangedFeed::Take(const std::vector<sdk::Json>& rows) {
  if (++requests_ > kRequestsMax) {
    throw sdk::Failure(sdk::Code::kLimit,
                       "the list of changed orders needs more than " +
                           std::to_string(kRequestsMax) + " requests; raise page_size");
  }
  const std::vector<Row> keys = RowsOf(rows);
  const bool is_known = !keys.empty() && given_.contains(KeyOf(keys.front()));
  if (overlaps_ && !is_known && StepsBack()) {
    return {};  // It is read again.
  }
  std::vector<sdk::Json> fresh = Fresh(rows, keys);
  if (static_cast<std::int64_t>(rows.size()) < take()) {
    is_done_ = true;
    complete_s_ = newest_s_;
  } else {
    NoteStale(fresh.empty());
    Advance(keys);
  }
  size_.Grow();
  return fresh;
}

std::vector<sdk::Json> ChangedFeed::StepOver(const std::vector<sdk::Json>& rows) {
  for (const Row& row : RowsOf(rows)) {
    stepped_over_s_ = std::max(stepped_over_s_, row.second);
  }
  // What its page would have begun with is not known.
  overlaps_ = false;
  return Take(rows);
}

std::int64_t ChangedFeed::cursor_s() const {
  const std::int64_t behind = clock_s_ ? *clock_s_ - kMarginSeconds : complete_s_;
  return std::min(complete_s_, behind);
}

}  // namespace woocommerce
