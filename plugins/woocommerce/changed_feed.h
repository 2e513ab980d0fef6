#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storebridge/sdk.h"

namespace woocommerce {

// Walks a list that is sorted by modification time, oldest first, so that no row is lost although
// times have whole seconds, `modified_after` is strict, and rows move while they are read.
//
// A full page ends somewhere within a second L: the next request asks for what is newer than L - 1
// and sees the rows of L again. When that does not get further, because the whole page lies in one
// second, it goes on by offset within that window, one row before the end of the last page. When
// none of the window's known rows stands there, rows have left the window, and it steps back by a
// page. When a step back brings nothing new to light, none had left: a row that stands twice in the
// list, or on a page, has moved the places. Then it goes on.
class ChangedFeed {
 public:
  // Changes become visible a little after the time they carry: the cursor stays so far behind the
  // store's clock.
  static constexpr std::int64_t kMarginSeconds = 30;
  // A window that has to step back more often than this without getting further fails with
  // kTransient.
  static constexpr int kStepsBackMax = 20;
  static constexpr int kRequestsMax = 100'000;
  // Full pages in a row without anything new, those that are read again after a step back not
  // counted: the offset is ignored.
  static constexpr int kStalePagesMax = 3;

  // Begins after second `after_s` since 1970; everything when it is negative. `page_size` is what
  // the requests ask for; at least two are needed for the overlap.
  ChangedFeed(std::int64_t after_s, std::int64_t page_size);

  [[nodiscard]] bool is_done() const { return is_done_; }
  // What to ask for.
  [[nodiscard]] std::int64_t after_s() const { return after_s_; }
  [[nodiscard]] std::int64_t offset() const { return offset_; }
  [[nodiscard]] std::int64_t take() const { return size_.take(); }
  // Which rows these are, for people.
  [[nodiscard]] std::string Shown() const;

  // Takes the clock of the store. Only the first counts: what is older than it was there to see.
  void SetClock(std::int64_t now_ms);
  // Takes the rows of an answer; gives those that were not given before in this window. A row that
  // stands on the page twice with different contents is given twice. Throws Failure kTransient and
  // kLimit past the limits above.
  std::vector<storebridge::sdk::Json> Take(const std::vector<storebridge::sdk::Json>& rows);
  // After an answer that was too large: asks for half as many. False when it is one row alone.
  [[nodiscard]] bool Shrink() { return size_.Shrink(take()); }
  // As Take, for that one row, asked for with fewer fields; the walk does not come back to it.
  std::vector<storebridge::sdk::Json> StepOver(const std::vector<storebridge::sdk::Json>& rows);

  // Everything that was modified up to this second was given; negative when nothing is known.
  [[nodiscard]] std::int64_t cursor_s() const;

 private:
  struct Row {
    std::string id;
    std::string mark;
    std::int64_t second = 0;
  };
  // Second, id and mark: what tells a row from its earlier self.
  using Key = std::pair<std::int64_t, std::string>;

  static Key KeyOf(const Row& row) { return {row.second, row.id + '|' + row.mark}; }
  [[nodiscard]] std::vector<Row> RowsOf(const std::vector<storebridge::sdk::Json>& rows) const;
  std::vector<storebridge::sdk::Json> Fresh(const std::vector<storebridge::sdk::Json>& rows,
                                            const std::vector<Row>& keys);
  // Whether rows may have left the window: then it has stepped back.
  bool StepsBack();
  void NoteStale(bool is_stale);
  void Advance(const std::vector<Row>& keys);

  std::int64_t after_s_;
  storebridge::sdk::PageSize size_;
  std::int64_t offset_ = 0;
  bool is_done_ = false;
  // The next page has to begin with a row that was given.
  bool overlaps_ = false;
  // Where the walk last stepped back from, and whether that brought anything to light.
  std::int64_t stepped_from_ = -1;
  bool has_fresh_ = false;
  std::int64_t farthest_ = 0;
  int steps_back_ = 0;
  int stale_ = 0;
  int requests_ = 0;
  std::optional<std::int64_t> clock_s_;
  std::int64_t complete_s_;
  std::int64_t newest_s_;
  // Second of the newest row that was stepped over: a window that begins before it meets it again.
  std::int64_t stepped_over_s_ = -1;
  // Rows of this window that were given.
  std::set<Key> given_;
};

}  // namespace woocommerce
