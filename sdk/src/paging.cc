#include "storebridge/sdk/paging.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "storebridge/sdk/text.h"

namespace storebridge::sdk {
namespace {

constexpr std::string_view kCursorPrefix = "modified_ms:";
constexpr std::int64_t kPageSize = 100;

std::int64_t ReadCursor(std::string_view cursor) {
  if (!cursor.starts_with(kCursorPrefix)) {
    return 0;
  }
  cursor.remove_prefix(kCursorPrefix.size());
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), ms);
  return error == std::errc() && end == cursor.data() + cursor.size() && ms > 0 ? ms : 0;
}

}  // namespace

bool Pager::NextIf(const Response& page, bool has_more) {
  if (!has_more) {
    return false;
  }
  if (!seen_.insert(Hash(page.Body())).second) {
    throw Failure(Code::kLimit,
                  "page " + std::to_string(number_) +
                      " is the same as an earlier page: the store ignores the page number");
  }
  if (number_ >= max_pages_) {
    throw Failure(
        Code::kLimit,
        "there are more than " + std::to_string(max_pages_) + " pages of " + std::to_string(take_));
  }
  ++number_;
  return true;
}

bool Pager::Next(const Response& page, std::size_t count) {
  return NextIf(page, count >= static_cast<std::size_t>(take_));
}

void PageGuard::Take(const std::vector<std::string>& ids, std::int64_t said_pages) {
  ++pages_;
  bool has_news = ids.empty();
  for (const std::string& id : ids) {
    has_news = seen_.insert(Hash(id)).second || has_news;
  }
  stale_ = has_news ? 0 : stale_ + 1;
  if (stale_ > kStalePagesMax) {
    throw Failure(Code::kLimit,
                  "page " + std::to_string(pages_) + " of " + list_ +
                      " holds only records of the pages before: the store, or a cache in front of "
                      "it, ignores the page number; see that nothing caches its API");
  }
  if (said_pages > 0 && pages_ > said_pages + kUnsaidPagesMax) {
    throw Failure(Code::kLimit,
                  "the store says that " + list_ + " has " + std::to_string(said_pages) +
                      " pages, but page " + std::to_string(pages_) +
                      " is full, too: the store, or a cache in front of it, ignores the page "
                      "number; see that nothing caches its API");
  }
  if (pages_ >= pages_max_) {
    throw Failure(Code::kLimit,
                  list_ + " has more than " + std::to_string(pages_max_) +
                      " pages; if so many records are right, let a page be larger");
  }
}

bool PageSize::Shrink(std::int64_t asked) {
  take_ = std::max<std::int64_t>(asked / 2, 1);
  return asked > 1;
}

void PageSize::Grow() {
  take_ = std::min(take_ * 2, most_);
}

std::int64_t PageSizeOf(Context& cx) {
  return std::max<std::int64_t>(cx.Config().OptionalInt("page_size").value_or(kPageSize), 1);
}

std::string Walk::Shown() const {
  return "records " + std::to_string(skip_ + 1) + " to " + std::to_string(skip_ + take());
}

void Walk::Next() {
  skip_ += take();
  if (skip_ >= kPlacesMax) {
    throw Failure(Code::kLimit,
                  "the list has more than " + std::to_string(kPlacesMax) + " records");
  }
  size_.Grow();
}

std::string TooLargeAlone(const Failure& failure) {
  return "this record alone makes an answer too large: shorten its texts in the store (" +
         failure.message() + ")";
}

Watermark::Watermark(const Context& cx, std::int64_t overlap_ms) : clock_ms_(cx.NowMs()) {
  newest_ms_ = ReadCursor(cx.Cursor());
  const bool is_full = cx.PullInput().full();
  since_ms_ = is_full ? 0 : std::max<std::int64_t>(0, newest_ms_ - overlap_ms);
}

void Watermark::SetClock(const Response& response) {
  if (const auto ms = response.DateMs()) {
    clock_ms_ = *ms;
  }
}

void Watermark::See(std::int64_t modified_ms) {
  newest_ms_ = std::max(newest_ms_, std::min(modified_ms, clock_ms_));
}

std::string Watermark::Cursor() const {
  return newest_ms_ > 0 ? std::string(kCursorPrefix) + std::to_string(newest_ms_) : std::string();
}

}  // namespace storebridge::sdk
