#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api.h"

namespace medusa {

// Walks a list by a time of its records, oldest first, so that none is lost although records go and
// come while it is read. A full page is followed by what is at least as new as its last record:
// what went before that moves nothing. Times have milliseconds, and a batch may give hundreds of
// records the same one (measured), in which Medusa's order is any: those of one millisecond are
// read by id, the last record of each page once more; where that is not met again, the walk steps
// back a page.
//   TimeWalk walk("updated_at", from_ms, sdk::PageSizeOf(cx), "orders");
//   while (!walk.is_done()) {
//     Response r = co_await walk.Ask(Get(cx, "/orders")).Try();
//     ... walk.Take(rows) ...
//   }
class TimeWalk {
 public:
  // By `field`, from `from_ms` on, milliseconds since 1970. `list` names the list in messages.
  TimeWalk(std::string_view field,
           std::int64_t from_ms,
           std::int64_t page_size,
           std::string_view list);

  [[nodiscard]] bool is_done() const { return is_done_; }
  // Adds to a request what is wanted.
  [[nodiscard]] sdk::Request Ask(sdk::Request request) const;
  // Which records these are, for people.
  [[nodiscard]] std::string Shown() const;

  // Takes the records of an answer; gives those that were not given before. Throws Failure
  // kTransient for a list that keeps changing or has no end.
  std::vector<sdk::Json> Take(const std::vector<sdk::Json>& rows);
  // After an answer that was too large: asks for half as many. False when it is one record alone.
  [[nodiscard]] bool Shrink() { return size_.Shrink(size_.take()); }
  // Steps over that one. Throws Failure kLimit where that has no end.
  void StepOver();

  // Everything up to this time was given.
  [[nodiscard]] std::int64_t complete_ms() const { return is_done_ ? newest_ms_ : from_ms_ - 1; }

 private:
  // What tells a record from its earlier self, in the order of a page.
  std::vector<std::string> KeysOf(const std::vector<sdk::Json>& rows);
  void GoOn(const std::vector<sdk::Json>& rows);
  void StepBack();
  [[nodiscard]] sdk::Failure Endless() const;

  std::string field_;
  std::int64_t from_ms_;
  std::int64_t newest_ms_;
  sdk::PageSize size_;
  std::string list_;
  // Only what has `from_ms_` itself, by id.
  bool is_tie_ = false;
  std::int64_t skip_ = 0;
  // What the page has to begin with; empty where that is not known.
  std::string overlap_;
  // Of the page that was taken last.
  std::int64_t last_ms_ = 0;
  bool is_sorted_ = true;
  std::vector<std::string> last_keys_;
  bool is_done_ = false;
  std::int64_t pages_ = 0;
  int steps_back_ = 0;
  int same_ = 0;
  // Records that were stepped over since the last one that was read.
  int steps_over_ = 0;
  // What was given and may be met again.
  std::set<std::string> given_;
};

// Says up to when all changes were seen, for the cursor. Changes become visible a little after the
// time they carry, so it stays behind the store's clock.
std::int64_t SeenUntil(std::int64_t complete_ms, std::int64_t clock_ms);

}  // namespace medusa
