#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "storebridge/sdk/context.h"

namespace storebridge::sdk {

// Counts pages. Stops at a page whose body is, byte for byte, that of an earlier one, and after
// `max_pages`. Pages with the same records that differ elsewhere, such as in a next_cursor, pass up
// to that bound: PageGuard is for lists whose records may come again.
//   Pager pages(100);
//   do {
//     Response r = co_await cx.Get("/orders").Query("page", pages.number()).Query("per_page",
//     pages.take());
//     ...
//   } while (pages.Next(r, count));
class Pager {
 public:
  explicit Pager(int take, int max_pages = 10000) : take_(take), max_pages_(max_pages) {}

  // Number of the page, from 1.
  [[nodiscard]] int number() const { return number_; }
  // Records per page.
  [[nodiscard]] int take() const { return take_; }
  // Records before the page.
  [[nodiscard]] std::int64_t skip() const { return std::int64_t{take_} * (number_ - 1); }
  // Goes on after a page of `count` records; false when it was the last, because it is not full.
  // Throws Failure kLimit when the same page came before or there are more than `max_pages`.
  [[nodiscard]] bool Next(const Response& page, std::size_t count);
  // As Next, for stores that say whether there is more.
  [[nodiscard]] bool NextIf(const Response& page, bool has_more);

 private:
  int take_;
  int max_pages_;
  int number_ = 1;
  std::set<std::uint64_t> seen_;
};

// How many records to ask for at once. An answer that is too large for the host halves it, each
// page that was read doubles it again, up to what it began with.
class PageSize {
 public:
  // `most` is at least 1.
  explicit PageSize(std::int64_t most) : most_(most), take_(most) {}

  [[nodiscard]] std::int64_t take() const { return take_; }
  // After an answer that was too large, to a request for `asked` records. False when it was one
  // record: then that is an issue of its own, to be stepped over.
  [[nodiscard]] bool Shrink(std::int64_t asked);
  // After a page that was read, or a record that was stepped over.
  void Grow();

 private:
  std::int64_t most_;
  std::int64_t take_;
};

// Records per request: the setting `page_size`, at least 1; 100 where it is absent. Throws Failure
// kConfig where it is no integer.
std::int64_t PageSizeOf(Context& cx);

// Walks a list by place:
//   Walk walk(100);
//   while (has_more) {
//     Response r = co_await cx.Get("/products").Query("offset", walk.skip())
//         .Query("per_page", walk.take()).Try();
//     if (r.is_too_large() && walk.Shrink()) {
//       continue;
//     }
//     ...
//     walk.Next();
//   }
class Walk {
 public:
  // Places that a list may have.
  static constexpr std::int64_t kPlacesMax = 1'000'000;

  explicit Walk(std::int64_t most) : size_(most) {}

  [[nodiscard]] std::int64_t skip() const { return skip_; }
  [[nodiscard]] std::int64_t take() const { return size_.take(); }
  // Number of the page, from 1; 0 where `skip` is not a whole number of pages.
  [[nodiscard]] std::int64_t page() const { return skip_ % take() == 0 ? skip_ / take() + 1 : 0; }
  // `records 101 to 200`, for RecordKeys.
  [[nodiscard]] std::string Shown() const;
  // As PageSize::Shrink.
  [[nodiscard]] bool Shrink() {
    has_shrunk_ = true;
    return size_.Shrink(take());
  }
  // Whether any answer was too large: then pages are not all of one size, and what a store says of
  // their number does not hold.
  [[nodiscard]] bool has_shrunk() const { return has_shrunk_; }
  // Goes on behind what was asked for. Throws Failure kLimit past kPlacesMax.
  void Next();

 private:
  PageSize size_;
  std::int64_t skip_ = 0;
  bool has_shrunk_ = false;
};

// What to say of a record that makes an answer too large all by itself.
std::string TooLargeAlone(const Failure& failure);

// Ends a walk through a list that has no end. A store, or a cache in front of it, that ignores the
// page number gives full pages for ever, with the same records:
//   PageGuard guard("WooCommerce's list of products");
//   ... guard.Take(ids) after each full page.
class PageGuard {
 public:
  static constexpr std::int64_t kPagesMax = 10'000;
  // Pages in a row without a new record: records may move while they are read.
  static constexpr int kStalePagesMax = 1;
  // Full pages beyond those that the store says there are: records may come while they are counted.
  static constexpr std::int64_t kUnsaidPagesMax = 1;

  // `list` names the list in messages.
  explicit PageGuard(std::string list, std::int64_t pages_max = kPagesMax)
      : list_(std::move(list)), pages_max_(pages_max) {}

  // Takes the ids of the records of a full page, and how many pages the store says there are; 0
  // when it does not say. Throws Failure kLimit past the limits above.
  void Take(const std::vector<std::string>& ids, std::int64_t said_pages = 0);

 private:
  std::string list_;
  std::int64_t pages_max_;
  std::int64_t pages_ = 0;
  int stale_ = 0;
  std::unordered_set<std::uint64_t> seen_;
};

// Finds what changed since the last run by modification time. The cursor never goes back, and never
// past the store's clock: one record of the year 2099 must not hide those that follow.
class Watermark {
 public:
  // Begins at the cursor of `cx` less `overlap_ms`. Without a cursor, or with one that is not ours,
  // or for a full pull, begins at 0.
  Watermark(const Context& cx, std::int64_t overlap_ms);

  // Where to begin; 0 for everything.
  [[nodiscard]] std::int64_t since_ms() const { return since_ms_; }
  // Takes the store's clock from an answer, if it says it.
  void SetClock(const Response& response);
  // Takes a record's modification time; 0 is ignored.
  void See(std::int64_t modified_ms);
  // The cursor for a Checkpoint, or empty when nothing was seen.
  [[nodiscard]] std::string Cursor() const;

 private:
  std::int64_t since_ms_ = 0;
  std::int64_t newest_ms_ = 0;
  std::int64_t clock_ms_ = 0;
};

}  // namespace storebridge::sdk
