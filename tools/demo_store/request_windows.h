#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace storebridge::demo_store {

/// Counts the most requests that any window of time held, wherever it began.
class RequestWindows {
 public:
  /// The shortest first.
  static constexpr std::array<std::int64_t, 2> kLengthsMs{1'000, 60'000};
  /// A window that held more counts as so many.
  static constexpr std::size_t kKept = 10'000;

  void Count(std::int64_t now_ms) {
    // Times of a clock that was set back say nothing about the window of now.
    if (!times_ms_.empty() && now_ms < times_ms_.back()) {
      times_ms_.clear();
    }
    times_ms_.push_back(now_ms);
    while (times_ms_.size() > kKept || times_ms_.front() <= now_ms - kLengthsMs.back()) {
      times_ms_.pop_front();
    }
    for (std::size_t i = 0; i < kLengthsMs.size(); ++i) {
      const auto first =
          std::upper_bound(times_ms_.begin(), times_ms_.end(), now_ms - kLengthsMs.at(i));
      largest_.at(i) = std::max<std::int64_t>(largest_.at(i), times_ms_.end() - first);
    }
  }

  /// 0 for a length that is none of kLengthsMs.
  std::int64_t Largest(std::int64_t length_ms) const {
    for (std::size_t i = 0; i < kLengthsMs.size(); ++i) {
      if (kLengthsMs.at(i) == length_ms) {
        return largest_.at(i);
      }
    }
    return 0;
  }

 private:
  std::deque<std::int64_t> times_ms_;
  std::array<std::int64_t, kLengthsMs.size()> largest_{};
};

}  // namespace storebridge::demo_store
