#include "demo_day/report.h"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

namespace storebridge::day {

using std::chrono::steady_clock;

Report::Report(int steps) : steps_(steps) {}

Status Report::Step(const std::string& title, const std::function<Result<std::string>()>& play) {
  ++number_;
  details_.clear();
  fmt::print("{:>3}/{} {:<44}", number_, steps_, title);
  std::fflush(stdout);
  const steady_clock::time_point start = steady_clock::now();
  const Result<std::string> happened = play();
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
  fmt::print("{:>6} ms  {}\n", took.count(), happened ? *happened : "DID NOT COME TRUE");
  for (const std::string& detail : details_) {
    fmt::print("         {}\n", detail);
  }
  std::fflush(stdout);
  if (happened) {
    return Ok();
  }
  Error error = happened.error();
  error.message = fmt::format("step {}, {}: {}", number_, title, error.message);
  return error;
}

void Report::Detail(const std::string& text) {
  details_.push_back(text);
}

}  // namespace storebridge::day
