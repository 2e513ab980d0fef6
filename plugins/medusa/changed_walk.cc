#include "changed_walk.h"

#include <algorithm>
#include <utility>

namespace medusa {
namespace {

constexpr std::int64_t kMarginMs = 30'000;
// Records in a row that are stepped over. More of them are no records: every answer is too large.
constexpr int kStepsMax = 20;

}  // namespace

ChangedWalk::ChangedWalk(std::int64_t after_ms, std::int64_t page_size, std::string list)
    : after_ms_(after_ms),
      newest_ms_(after_ms),
      size_(page_size),
      guard_("Medusa's list of changed " + list),
      list_(std::move(list)) {}

sdk::Request ChangedWalk::Ask(sdk::Request request) const {
  return std::move(request)
      .Query("order", "updated_at")
      .Query("updated_at[$gt]", sdk::FormatTime(after_ms_))
      .Query("limit", size_.take())
      .Query("offset", skip_);
}

std::string ChangedWalk::Shown() const {
  return "records " + std::to_string(skip_ + 1) + " to " + std::to_string(skip_ + size_.take()) +
         " of the " + list_ + " changed after " + sdk::FormatTime(after_ms_);
}

std::vector<sdk::Json> ChangedWalk::Take(const std::vector<sdk::Json>& rows) {
  std::vector<sdk::Json> fresh;
  std::vector<std::string> keys;
  std::int64_t last_ms = after_ms_;
  bool is_sorted = true;
  for (const sdk::Json& row : rows) {
    const std::string id = TextIn(row, "id");
    // One without a time that can be read stands where the one before it does.
    if (const std::int64_t time_ms = TimeIn(row, "updated_at"); time_ms != 0) {
      is_sorted = is_sorted && time_ms >= last_ms;
      last_ms = time_ms;
    }
    newest_ms_ = std::max(newest_ms_, last_ms);
    std::string key = id + ' ' + std::to_string(last_ms);
    if (id.empty() || given_.insert(key).second) {
      fresh.push_back(row);
    }
    keys.push_back(std::move(key));
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  is_done_ = count < size_.take();
  size_.Grow();
  steps_ = 0;
  if (is_done_) {
    return fresh;
  }
  guard_.Take(keys);
  if (is_sorted && last_ms - 1 > after_ms_) {
    after_ms_ = last_ms - 1;
    skip_ = 0;
    const std::string time = ' ' + std::to_string(last_ms);
    std::erase_if(given_, [&](const std::string& key) { return !key.ends_with(time); });
  } else {
    skip_ += count;
  }
  return fresh;
}

void ChangedWalk::StepOver() {
  if (++steps_ > kStepsMax) {
    throw sdk::Failure(sdk::Code::kLimit,
                       "more than " + std::to_string(kStepsMax) + " " + list_ +
                           " in a row are too large to be read, each by itself: see what answers "
                           "in Medusa's place");
  }
  ++skip_;
  size_.Grow();
}

std::int64_t SeenUntil(std::int64_t complete_ms, std::int64_t clock_ms) {
  return std::min(complete_ms, clock_ms - kMarginMs);
}

}  // namespace medusa
