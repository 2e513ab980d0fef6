// A connector that does what authors do wrongly. It asks no store.
#include "storebridge/sdk.h"

namespace {

namespace sdk = storebridge::sdk;

// Tells what became of the levels, but for those of the product "silent".
sdk::Operation PushStock(sdk::Context& cx) {
  for (const sdk::StockLevel& level : cx.StockInput().levels()) {
    if (level.external_id() != "silent") {
      co_yield sdk::Accepted(level.ref());
    }
  }
}

}  // namespace

STOREBRIDGE_CONNECTOR(careless_store).On("stock.push", PushStock);
