#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace storebridge::domain {

// Nanoseconds since 1970 of a time such as `2026-11-28T09:00:00Z` or
// `2026-11-28T11:00:00.5+02:00`. None for anything else: a day alone, a time without an offset, a
// day that is not in the calendar, a leap second. Years before 1679 and after 2260, of
// which 64 bits cannot tell, are taken for the ends of those.
std::optional<std::int64_t> NsFromRfc3339(std::string_view text);

}  // namespace storebridge::domain
