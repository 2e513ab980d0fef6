#include <string>
#include <utility>

#include <fmt/format.h>

#include "checks.h"

namespace storebridge::conformance {
namespace {

using End = Outcome::End;

// Steps of a recording at which it is cancelled.
constexpr std::size_t kStepsTried = 50;

}  // namespace

std::vector<Row> CheckCancel(Bench& bench) {
  constexpr const char* kClaim = "stops when asked";
  std::vector<Finding> findings;
  std::size_t sessions = 0;
  std::size_t recorded_steps = 0;
  for (const Evidence* evidence : bench.Good()) {
    // The last step is the end.
    const std::size_t steps = evidence->good.steps - 1;
    recorded_steps += steps;
    for (const std::size_t place : Sample(steps, FewerOf(*evidence, kStepsTried))) {
      const std::size_t step = place + 1;
      const std::string what = fmt::format("Cancel comes after step {}", step);
      const Outcome outcome = bench.Run(*evidence, {.what = what, .cancel_after = step});
      if (outcome.end == End::kNotRun) {
        break;
      }
      ++sessions;
      const bool is_right = outcome.end == End::kFailure && outcome.steps == step + 1 &&
                            outcome.failure.code() == connector::v1::Failure::CODE_CANCELLED;
      if (!is_right) {
        findings.push_back({.where = fmt::format("{}, step {}", evidence->recording.name, step + 1),
                            .changed = what,
                            .did = outcome.Shown(),
                            .should = "answer Cancel with Done, Failure CODE_CANCELLED"});
      }
    }
  }
  if (sessions == 0 && !bench.IsSpent()) {
    return {MakeUnshownRow(kClaim, true, "no recording with a request ends well")};
  }
  return {MakeRow(kClaim,
                  fmt::format("at {}", CountedOf(sessions, recorded_steps, "step")),
                  std::move(findings))};
}

}  // namespace storebridge::conformance
