#include "adapters/egress/retry.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

#include <curl/curl.h>

namespace storebridge::egress {

using std::chrono::milliseconds;

milliseconds Backoff(std::uint32_t attempt, ports::Random& random) {
  const std::uint32_t doublings = std::min(attempt - std::min(attempt, 1U), 10U);
  const milliseconds most = std::min(kBackoffBase * (1U << doublings), kBackoffMax);
  return milliseconds(
      static_cast<std::int64_t>(random.Next() % (static_cast<std::uint64_t>(most.count()) + 1)));
}

std::optional<milliseconds> ParseRetryAfter(std::string_view value, std::int64_t now_ms) {
  while (!value.empty() && value.front() == ' ') {
    value.remove_prefix(1);
  }
  while (!value.empty() && value.back() == ' ') {
    value.remove_suffix(1);
  }
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (value.empty() || value.front() == '-') {
    return std::nullopt;
  }
  const std::int64_t most = kRetryAfterMax.count() / 1000;
  if (end == value.data() + value.size()) {
    const bool huge = error == std::errc::result_out_of_range;
    return milliseconds(1000 * (huge ? most : std::min(seconds, most)));
  }
  // Some servers send fractions.
  if (error == std::errc() && *end == '.' && seconds < most) {
    return milliseconds(1000 * (seconds + 1));
  }
  const std::time_t date = curl_getdate(std::string(value).c_str(), nullptr);
  if (date < 0) {
    return std::nullopt;
  }
  const std::int64_t ms = static_cast<std::int64_t>(date) * 1000 - now_ms;
  return std::clamp(milliseconds(ms), milliseconds(0), kRetryAfterMax);
}

}  // namespace storebridge::egress
