#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace storebridge::sdk {

// Reads ISO 8601 such as `2024-05-01T12:00:00`, `... 12:00:00.25Z`, `...+02:00` or `2024-05-01`
// into milliseconds since 1970. Without an offset it is UTC. Nothing when it is not such a time.
// Years 1 to 9999.
std::optional<std::int64_t> ParseTime(std::string_view text);

// Writes `2024-05-01T12:00:00Z`, with `.250` before the Z when there are milliseconds.
std::string FormatTime(std::int64_t ms);

// Writes `2024-05-01T12:00:00`: UTC, rounded down to seconds, for stores that refuse an offset.
std::string FormatTimeBare(std::int64_t ms);

// Reads the `Date` header of HTTP, such as `Wed, 01 May 2024 12:00:00 GMT`.
std::optional<std::int64_t> ParseHttpDate(std::string_view text);

}  // namespace storebridge::sdk
