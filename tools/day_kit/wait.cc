#include "day_kit/wait.h"

#include <thread>

#include <fmt/format.h>

namespace storebridge::day {
namespace {

using std::chrono::steady_clock;

}  // namespace

Status NotYet(const std::string& seen) {
  return Error{.code = Code::kUnavailable, .reason = "NOT_YET", .message = seen};
}

Status WaitUntil(const std::string& what,
                 std::chrono::milliseconds most,
                 const std::function<Status()>& condition,
                 std::chrono::milliseconds step) {
  const steady_clock::time_point end = steady_clock::now() + most;
  while (true) {
    const Status status = condition();
    if (status) {
      return status;
    }
    if (steady_clock::now() >= end) {
      return Error{
          .code = Code::kDeadlineExceeded,
          .reason = "TIMED_OUT",
          .message = fmt::format(
              "waited {} ms for {}; last seen: {}", most.count(), what, status.error().message)};
    }
    std::this_thread::sleep_for(step);
  }
}

}  // namespace storebridge::day
