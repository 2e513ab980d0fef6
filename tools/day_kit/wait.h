#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/result.h"

namespace storebridge::day {

// The longest that anything of a day may take to come true, unless said otherwise.
inline constexpr std::chrono::milliseconds kPatience{20'000};

// How often that is asked, unless said otherwise.
inline constexpr std::chrono::milliseconds kWaitStep{50};

// "It is not so yet", with what was seen instead.
Status NotYet(const std::string& seen);

// Asks `condition` every `step` until it is Ok. kDeadlineExceeded after `most`, with `what` was
// waited for and what the last answer was. For tools and end-to-end tests only.
Status WaitUntil(const std::string& what,
                 std::chrono::milliseconds most,
                 const std::function<Status()>& condition,
                 std::chrono::milliseconds step = kWaitStep);

}  // namespace storebridge::day
