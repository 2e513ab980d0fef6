#include "time_walk.h"

#include <algorithm>
#include <utility>

namespace medusa {
namespace {

constexpr std::int64_t kMarginMs = 30'000;
constexpr std::int64_t kPagesMax = 20'000;
// Pages that are read once more, in a millisecond or where the store does not sort.
constexpr int kStepsBackMax = 20;
// Pages in a row that are the one before them: that of a millisecond may come three times.
constexpr int kSamePagesMax = 3;
// Records in a row that are stepped over. More of them are no records: every answer is too large.
constexpr int kStepsOverMax = 20;

}  // namespace

TimeWalk::TimeWalk(std::string_view field,
                   std::int64_t from_ms,
                   std::int64_t page_size,
                   std::string_view list)
    : field_(field), from_ms_(from_ms), newest_ms_(from_ms - 1), size_(page_size), list_(list) {}

sdk::Request TimeWalk::Ask(sdk::Request request) const {
  request = std::move(request)
                .Query("order", is_tie_ ? "id" : field_)
                .Query(field_ + "[$gte]", sdk::FormatTime(from_ms_))
                .Query("limit", size_.take())
                .Query("offset", skip_);
  return is_tie_ ? std::move(request).Query(field_ + "[$lt]", sdk::FormatTime(from_ms_ + 1))
                 : std::move(request);
}

std::string TimeWalk::Shown() const {
  return "records " + std::to_string(skip_ + 1) + " to " + std::to_string(skip_ + size_.take()) +
         " of the " + list_ + " with " + field_ + (is_tie_ ? " at " : " from ") +
         sdk::FormatTime(from_ms_);
}

std::vector<std::string> TimeWalk::KeysOf(const std::vector<sdk::Json>& rows) {
  std::vector<std::string> keys;
  last_ms_ = from_ms_;
  bool has_time = rows.empty();
  bool is_sorted = true;
  for (const sdk::Json& row : rows) {
    // One without a time that can be read stands where the one before it does.
    if (const std::int64_t time_ms = TimeIn(row, field_); time_ms != 0) {
      has_time = true;
      is_sorted = is_sorted && time_ms >= last_ms_;
      last_ms_ = time_ms;
    }
    newest_ms_ = std::max(newest_ms_, last_ms_);
    keys.push_back(TextIn(row, "id") + ' ' + std::to_string(last_ms_));
  }
  is_sorted_ = has_time && is_sorted;
  return keys;
}

std::vector<sdk::Json> TimeWalk::Take(const std::vector<sdk::Json>& rows) {
  if (++pages_ > kPagesMax) {
    throw sdk::Failure(sdk::Code::kLimit,
                       "Medusa's list of " + list_ + " has more than " + std::to_string(kPagesMax) +
                           " pages; raise page_size");
  }
  if (!overlap_.empty() && (rows.empty() || TextIn(rows.front(), "id") != overlap_)) {
    StepBack();
    return {};
  }
  const std::vector<std::string> keys = KeysOf(rows);
  std::vector<sdk::Json> fresh;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_new = given_.insert(keys[i]).second;
    if (is_new || TextIn(rows[i], "id").empty()) {
      fresh.push_back(rows[i]);
    }
  }
  const bool is_full = static_cast<std::int64_t>(rows.size()) >= size_.take();
  size_.Grow();
  steps_over_ = 0;
  same_ = keys == last_keys_ ? same_ + 1 : 0;
  if (is_full && same_ > kSamePagesMax) {
    throw Endless();
  }
  last_keys_ = keys;
  if (is_full) {
    GoOn(rows);
  } else if (is_tie_) {
    is_tie_ = false;
    ++from_ms_;
    steps_back_ = 0;
    skip_ = 0;
    overlap_.clear();
    given_.clear();
  } else {
    is_done_ = true;
  }
  return fresh;
}

void TimeWalk::GoOn(const std::vector<sdk::Json>& rows) {
  if (is_tie_ || !is_sorted_) {
    const auto count = static_cast<std::int64_t>(rows.size());
    // A record alone cannot overlap with the next.
    overlap_ = count > 1 ? TextIn(rows.back(), "id") : "";
    skip_ += overlap_.empty() ? count : count - 1;
    return;
  }
  skip_ = 0;
  overlap_.clear();
  if (last_ms_ == from_ms_) {
    is_tie_ = true;
    return;
  }
  from_ms_ = last_ms_;
  steps_back_ = 0;
  std::set<std::string> met_again;
  const std::string time = ' ' + std::to_string(last_ms_);
  for (const std::string& key : last_keys_) {
    if (key.ends_with(time)) {
      met_again.insert(key);
    }
  }
  given_ = std::move(met_again);
}

sdk::Failure TimeWalk::Endless() const {
  return sdk::Failure(sdk::Code::kTransient,
                      "Medusa's list of " + list_ +
                          " keeps changing while it is read, or what answers in its place does "
                          "not look at where a page begins; see that nothing caches its API");
}

void TimeWalk::StepBack() {
  if (++steps_back_ > kStepsBackMax) {
    throw Endless();
  }
  skip_ = std::max<std::int64_t>(skip_ - size_.take(), 0);
  overlap_.clear();
}

void TimeWalk::StepOver() {
  if (++steps_over_ > kStepsOverMax) {
    throw sdk::Failure(sdk::Code::kLimit,
                       "more than " + std::to_string(kStepsOverMax) + " " + list_ +
                           " in a row are too large to be read, each by itself: see what answers "
                           "in Medusa's place");
  }
  ++skip_;
  overlap_.clear();
  size_.Grow();
}

std::int64_t SeenUntil(std::int64_t complete_ms, std::int64_t clock_ms) {
  return std::min(complete_ms, clock_ms - kMarginMs);
}

}  // namespace medusa
