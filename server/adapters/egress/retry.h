#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ports/random.h"

namespace storebridge::egress {

// Attempts of one request, the first included.
inline constexpr std::uint32_t kAttemptsMax = 4;
// No attempt begins later than this after Send.
inline constexpr std::chrono::milliseconds kAttemptsTimeMax{180'000};
// What a store asks for beyond this is taken for this.
inline constexpr std::chrono::milliseconds kRetryAfterMax{3'600'000};
// A longer wait is given back to the caller instead of being waited for here.
inline constexpr std::chrono::milliseconds kWaitMax{60'000};

inline constexpr std::chrono::milliseconds kBackoffBase{500};
inline constexpr std::chrono::milliseconds kBackoffMax{20'000};

// How long to wait before attempt `attempt` + 1: exponential, with full jitter so that stores and
// flows do not march in step.
std::chrono::milliseconds Backoff(std::uint32_t attempt, ports::Random& random);

// Reads a Retry-After header: seconds or an HTTP date (RFC 9110 10.2.3), at most kRetryAfterMax.
// Nothing when it is neither.
std::optional<std::chrono::milliseconds> ParseRetryAfter(std::string_view value,
                                                         std::int64_t now_ms);

}  // namespace storebridge::egress
