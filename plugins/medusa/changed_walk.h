#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "api.h"

namespace medusa {

// Walks the records of a list that were changed after a time, oldest change first. Its times have
// milliseconds. A record that changes meanwhile goes to the end of the list and would move the
// others by a place, so a full page is followed by what was changed since its last record; only
// within one millisecond it goes on by place.
//   ChangedWalk walk(after_ms, PageSizeOf(cx), "orders");
//   while (!walk.is_done()) {
//     Response r = co_await walk.Ask(Get(cx, "/orders")).Try();
//     ... walk.Take(rows) ...
//   }
class ChangedWalk {
 public:
  // Begins after `after_ms`, milliseconds since 1970. `list` names the list in messages.
  ChangedWalk(std::int64_t after_ms, std::int64_t page_size, std::string list);

  [[nodiscard]] bool is_done() const { return is_done_; }
  // Adds to a request what is wanted.
  [[nodiscard]] sdk::Request Ask(sdk::Request request) const;
  // Which records these are, for people.
  [[nodiscard]] std::string Shown() const;

  // Takes the records of an answer; gives those that were not given before. Throws Failure kLimit
  // for a list without end.
  std::vector<sdk::Json> Take(const std::vector<sdk::Json>& rows);
  // After an answer that was too large: asks for half as many. False when it is one record alone.
  [[nodiscard]] bool Shrink() { return size_.Shrink(size_.take()); }
  // Steps over that one. Throws Failure kLimit where that has no end.
  void StepOver();

  // Everything that was changed up to this time was given.
  [[nodiscard]] std::int64_t complete_ms() const { return is_done_ ? newest_ms_ : after_ms_; }

 private:
  std::int64_t after_ms_;
  std::int64_t skip_ = 0;
  std::int64_t newest_ms_;
  sdk::PageSize size_;
  sdk::PageGuard guard_;
  std::string list_;
  bool is_done_ = false;
  // Records that were stepped over since the last one that was read.
  int steps_ = 0;
  // What was given and may be met again: ids with their times.
  std::set<std::string> given_;
};

// Says up to when all changes were seen, for the cursor. Changes become visible a little after the
// time they carry, so it stays behind the store's clock.
std::int64_t SeenUntil(std::int64_t complete_ms, std::int64_t clock_ms);

}  // namespace medusa
