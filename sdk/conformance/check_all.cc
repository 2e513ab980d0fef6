#include <utility>

#include <fmt/format.h>

#include "adapters/plugin_host/in_process_session.h"
#include "adapters/plugin_host/runner.h"
#include "checks.h"

namespace storebridge::conformance {
namespace {

Row Loaded(const Bench& bench) {
  return {.claim = "loads",
          .how = fmt::format("{} {}: the server accepts it and its manifest",
                             bench.manifest().id(),
                             bench.manifest().version())};
}

// What was not tried, or not all of it, is not shown to be right.
void LeaveOut(std::vector<Row>* rows) {
  for (Row& row : *rows) {
    if (row.verdict == Verdict::kOk || row.verdict == Verdict::kNotShown) {
      row.verdict = Verdict::kNotShown;
      row.how =
          fmt::format("left out, or a part of it: it hung {} times, mend that first", kHangsMax);
    }
  }
}

}  // namespace

Row CostRow(const LongestStep& longest, std::size_t largest_effect) {
  std::vector<Finding> findings;
  if (longest.microseconds >= kHangUs) {
    findings.push_back({.where = longest.where,
                        .changed = longest.changed,
                        .did = "did not answer an event in time, and was killed",
                        .should = "answer at once; who waits asks for Sleep"});
  }
  return MakeRow("cost",
                 fmt::format("longest step {:.1f} ms (at most {} s), largest effect {} KiB (at "
                             "most {} KiB)",
                             static_cast<double>(longest.microseconds) / 1'000,
                             plugin_host::kRunnerStepMsMax / 1'000,
                             (largest_effect + 1'023) / 1'024,
                             plugin_host::kEffectBytesMax / 1'024),
                 std::move(findings));
}

std::vector<Row> CheckAllSessions(const Bench& bench) {
  std::vector<Row> rows;
  rows.push_back(MakeRow("keeps the contract",
                         Counted(bench.sessions(), "session") + ", every effect and request",
                         bench.breaches()));
  rows.push_back(MakeRow("keeps customers to itself",
                         "logs and messages of failures, " + Counted(bench.sessions(), "session"),
                         bench.leaks()));
  rows.push_back(CostRow(bench.longest_step(), bench.largest_effect()));
  return rows;
}

ScoreCard CheckAll(Bench& bench) {
  ScoreCard card;
  card.Add(Loaded(bench));
  for (const auto check : {CheckOperations,
                           CheckSameness,
                           CheckFaults,
                           CheckRefusedWrites,
                           CheckBadRecords,
                           CheckEndlessLists,
                           CheckCancel,
                           CheckGarbage}) {
    std::vector<Row> rows = check(bench);
    if (bench.IsSpent()) {
      LeaveOut(&rows);
    }
    card.AddAll(std::move(rows));
  }
  card.AddAll(CheckClaims(bench));
  card.AddAll(CheckAllSessions(bench));
  return card;
}

}  // namespace storebridge::conformance
