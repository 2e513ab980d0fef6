#include "sim/planted/hunt.h"

#include "sim/planted/planted_refit.h"

namespace storebridge::sim {

Find Hunt(const PlantedBugInfo& info, const Options& options) {
  Find find;
  for (int i = 0; i < info.seeds_max; ++i) {
    PlantedRefit refit(info.bug);
    Options run = options;
    run.seed = options.seed + static_cast<std::uint64_t>(i);
    run.stops_at_violation = true;
    run.refit = &refit;
    const Report report = World(run).Run();
    ++find.seeds;
    if (!report.violations.empty()) {
      find.seed = run.seed;
      find.violation = report.violations.front().Text();
      find.description = Describe(run, report);
      return find;
    }
  }
  return find;
}

}  // namespace storebridge::sim
