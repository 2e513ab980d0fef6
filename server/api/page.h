#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace storebridge::api {

inline constexpr int kPageSizeDefault = 50;
inline constexpr int kPageSizeMax = 500;

// A page ends early here: clients refuse answers of more than 4 MiB unless told otherwise.
inline constexpr std::size_t kPageBytesMax = 3UL * 1024UL * 1024UL;

// Which list a page is of. Tokens of one list are refused by every other one.
struct PageScope {
  // Such as `ListOrders`.
  std::string_view method;
  std::string_view parent;
  // All that selects, as the caller wrote it.
  std::string_view filter;
};

// Where a page begins, and how long it is.
struct Page {
  int size = kPageSizeDefault;
  // Parts of the key of the last item of the page before; as many as was asked for, empty ones at
  // the start.
  std::vector<std::string> after;
  // What MakePageToken needs.
  std::uint64_t scope = 0;

  // One more than the page, to see whether there is a next one.
  [[nodiscard]] int limit() const { return size + 1; }

  // The key, where that is one number; 0 at the start.
  [[nodiscard]] std::int64_t NumberAfter() const;
};

// Reads `page_size` and `page_token` of a request. 0 gives 50, more than 500 gives 500.
// kInvalidArgument for a negative size, and for a token that is not of this list or was changed.
// `parts` is how many parts the list's key has.
Result<Page> ReadPage(const PageScope& scope,
                      std::int32_t page_size,
                      std::string_view page_token,
                      std::size_t parts);

// Token of the page that begins after the item with this key.
std::string MakePageToken(const Page& page, std::vector<std::string> key);

// Cuts `items`, read with `page.limit()`, to the page, and to what fits into one answer. Gives the
// token of the next page; empty at the end.
template <typename Item, typename KeyOf>
std::string CutPage(const Page& page, std::vector<Item>& items, KeyOf key_of) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < items.size() && count < static_cast<std::size_t>(page.size)) {
    bytes += items[count].ByteSizeLong();
    if (bytes > kPageBytesMax && count > 0) {
      break;
    }
    ++count;
  }
  if (count == items.size()) {
    return {};
  }
  items.resize(count);
  return MakePageToken(page, key_of(items.back()));
}

}  // namespace storebridge::api
