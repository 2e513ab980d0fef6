#include "sim/planted/hunt.h"

#include <algorithm>

#include "sim/planted/planted_refit.h"

namespace storebridge::sim {
namespace {

bool HasExpected(const Report& report, const PlantedBugInfo& info) {
  return std::any_of(
      report.violations.begin(), report.violations.end(), [&](const Violation& violation) {
        return std::find(info.breaks.begin(), info.breaks.end(), violation.invariant) !=
               info.breaks.end();
      });
}

}  // namespace

Find Hunt(const PlantedBugInfo& info, const Options& options) {
  Find find;
  for (int i = 0; i < info.seeds_max; ++i) {
    PlantedRefit refit(info.bug);
    Options run = options;
    run.seed = options.seed + static_cast<std::uint64_t>(i);
    run.stops_at_violation = true;
    run.refit = &refit;
    run.mutant = info.name;
    const Report report = World(run).Run();
    ++find.seeds;
    if (!report.violations.empty()) {
      find.seed = run.seed;
      find.hash = report.hash;
      find.violation = report.violations.front().Text();
      find.description = Describe(run, report);
      find.is_expected = HasExpected(report, info);
      return find;
    }
  }
  return find;
}

}  // namespace storebridge::sim
