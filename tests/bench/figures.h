#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/row.h"
#include "bench/stage.h"

namespace storebridge::bench {

// Measures some figures that belong together. After an error the others go on, and the whole run
// has failed: a figure that the machine cannot run is a row that says so.
using Measure = std::function<Result<std::vector<Row>>(const Tools&)>;

struct Figures {
  // What --only takes.
  std::string name;
  Measure measure;
};

// All there are, in the order of the table.
const std::vector<Figures>& AllFigures();

// A first import of orders, and orders per hour with default settings.
Result<std::vector<Row>> MeasureImport(const Tools& tools);
Result<std::vector<Row>> MeasureDefaults(const Tools& tools);
// Polls that find nothing, one store and many.
Result<std::vector<Row>> MeasurePolls(const Tools& tools);
Result<std::vector<Row>> MeasureManyStores(const Tools& tools);
// Products in, stock out.
Result<std::vector<Row>> MeasureCatalogue(const Tools& tools);
Result<std::vector<Row>> MeasureStockPush(const Tools& tools);
Result<std::vector<Row>> MeasureStockDelay(const Tools& tools);
// The API and imports over a database with a million orders.
Result<std::vector<Row>> MeasureLargeDatabase(const Tools& tools);
// The connector's interface by itself.
Result<std::vector<Row>> MeasureSteps(const Tools& tools);
// Starting, resting, and the whole day of the quickstart.
Result<std::vector<Row>> MeasureStart(const Tools& tools);

}  // namespace storebridge::bench
