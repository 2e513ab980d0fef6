#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace storebridge::demo_store {

/// Unix time in whole seconds; the store knows nothing finer.
using Seconds = std::int64_t;

/// A date as a client wrote it: `clock_time` is what the text shows, read as if it were UTC.
struct WrittenDate {
  Seconds clock_time = 0;
  std::optional<Seconds> offset;  ///< Present when the text ended in Z or +hh:mm.
};

/// Writes `2026-11-03T08:15:00`, without a zone, as the REST API does.
std::string FormatDate(Seconds time);

/// Writes the HTTP form: `Tue, 03 Nov 2026 08:15:00 GMT`.
std::string FormatHttpDate(Seconds time);

/// Reads `YYYY-MM-DD[(T| )HH:MM[:SS[.fraction]]][Z|+hh:mm]`; nothing for other texts.
std::optional<WrittenDate> ParseDate(std::string_view text);

}  // namespace storebridge::demo_store
