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

}  // namespace

std::vector<Row> CheckAllSessions(const Bench& bench) {
  Row cost{.claim = "cost",
           .how = fmt::format("longest step {:.1f} ms (at most {} s), largest effect {} KiB (at "
                              "most {} KiB)",
                              static_cast<double>(bench.longest_step_us()) / 1'000,
                              plugin_host::kRunnerStepMsMax / 1'000,
                              (bench.largest_effect() + 1'023) / 1'024,
                              plugin_host::kEffectBytesMax / 1'024)};
  std::vector<Row> rows;
  rows.push_back(MakeRow("keeps the contract",
                         Counted(bench.sessions(), "session") + ", every effect and request",
                         bench.breaches()));
  rows.push_back(MakeRow("keeps customers to itself",
                         "logs and messages of failures, " + Counted(bench.sessions(), "session"),
                         bench.leaks()));
  rows.push_back(std::move(cost));
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
                           CheckGarbage,
                           CheckClaims}) {
    card.AddAll(check(bench));
  }
  card.AddAll(CheckAllSessions(bench));
  return card;
}

}  // namespace storebridge::conformance
