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
// second, it goes on by offset within that window, one row before the end of the last page: when
// that row is another one, rows have left the window, and the window starts again.
class ChangedFeed {
 public:
  // Changes become visible a little after the time they carry: the cursor stays so far behind the
  // store's clock.
  static constexpr std::int64_t kMarginSeconds = 30;
  // A window that has to start again more often than this fails with kTransient.
  static constexpr int kRestartsMax = 20;
  static constexpr int kRequestsMax = 100'000;
  // Pages that do not begin where the one before ended and hold nothing new: the offset is ignored.
  static constexpr int kStalePagesMax = 3;

  // Begins after second `after_s` since 1970; everything when it is negative. `page_size` is what
  // the requests ask for; at least two are needed for the overlap.
  ChangedFeed(std::int64_t after_s, std::int64_t page_size);

  [[nodiscard]] bool is_done() const { return is_done_; }
  // What to ask for.
  [[nodiscard]] std::int64_t after_s() const { return after_s_; }
  [[nodiscard]] std::int64_t offset() const { return offset_; }
  [[nodiscard]] std::int64_t take() const { return take_; }

  // Takes the clock of the store. Only the first counts: what is older than it was there to see.
  void SetClock(std::int64_t now_ms);
  // Takes the rows of an answer; gives those that were not given before in this window. Throws
  // Failure kTransient and kLimit past the limits above.
  std::vector<storebridge::sdk::Json> Take(const std::vector<storebridge::sdk::Json>& rows);

  // Everything that was modified up to this second was given; negative when nothing is known.
  [[nodiscard]] std::int64_t cursor_s() const;

 private:
  struct Row {
    std::string id;
    std::string mark;
    std::int64_t second = 0;
  };

  [[nodiscard]] std::vector<Row> KeysOf(const std::vector<storebridge::sdk::Json>& rows) const;
  void Restart();
  void NoteStale(bool is_stale);
  void Advance(const std::vector<Row>& keys);

  std::int64_t after_s_;
  std::int64_t take_;
  std::int64_t offset_ = 0;
  bool is_done_ = false;
  int restarts_ = 0;
  int stale_ = 0;
  int requests_ = 0;
  std::optional<std::int64_t> clock_s_;
  std::int64_t complete_s_;
  std::int64_t newest_s_;
  // Id and mark of the last row, when the next page has to begin with it.
  std::optional<std::pair<std::string, std::string>> expected_;
  // Rows of this window that were given, as (second, id and mark).
  std::set<std::pair<std::int64_t, std::string>> given_;
};

}  // namespace woocommerce
