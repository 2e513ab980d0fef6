#include "bench/figures.h"

namespace storebridge::bench {

const std::vector<Figures>& AllFigures() {
  static const std::vector<Figures> kAll = {
      {"import", MeasureImport},
      {"polls", MeasurePolls},
      {"stores", MeasureManyStores},
      {"catalogue", MeasureCatalogue},
      {"stock", MeasureStockPush},
      {"delay", MeasureStockDelay},
      {"database", MeasureLargeDatabase},
      {"defaults", MeasureDefaults},
      {"steps", MeasureSteps},
      {"start", MeasureStart},
  };
  return kAll;
}

}  // namespace storebridge::bench
