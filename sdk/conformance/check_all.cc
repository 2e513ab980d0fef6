#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/plugin_host/connector_files.h"
#include "adapters/plugin_host/in_process_session.h"
#include "adapters/plugin_host/runner.h"
#include "checks.h"

namespace storebridge::conformance {
namespace {

struct Check {
  // What is tried, for who waits.
  const char* name;
  std::vector<Row> (*check)(Bench& bench);
};

constexpr std::array<Check, 8> kChecks{{{"operations", CheckOperations},
                                        {"the same events again", CheckSameness},
                                        {"wrong answers", CheckFaults},
                                        {"refused writes", CheckRefusedWrites},
                                        {"bad records", CheckBadRecords},
                                        {"lists without end", CheckEndlessLists},
                                        {"Cancel", CheckCancel},
                                        {"garbage", CheckGarbage}}};

Row Loaded(const Bench& bench) {
  const Status trusted = plugin_host::CheckWrittenByTrusted(
      std::filesystem::absolute(bench.subject().file()).string());
  return {.claim = "loads",
          .how = fmt::format("{} {}: the server accepts it and its manifest{}",
                             bench.manifest().id(),
                             bench.manifest().version(),
                             trusted ? "" : "\nnot from this place: " + trusted.error().message)};
}

// What was not tried, or not all of it, is not shown to be right.
void LeaveOut(const std::string& why, std::vector<Row>* rows) {
  for (Row& row : *rows) {
    if (row.verdict == Verdict::kOk || row.verdict == Verdict::kNotShown) {
      row.verdict = Verdict::kNotShown;
      row.how = "left out, or a part of it: " + why;
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
  for (const auto& [name, check] : kChecks) {
    bench.Begin(name);
    std::vector<Row> rows = check(bench);
    if (bench.IsSpent()) {
      LeaveOut(bench.WhySpent(), &rows);
    }
    card.AddAll(std::move(rows));
  }
  card.AddAll(CheckClaims(bench));
  card.AddAll(CheckAllSessions(bench));
  return card;
}

}  // namespace storebridge::conformance
