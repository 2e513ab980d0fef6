// A connector that does what authors do wrongly. It asks no store.
#include <string>

#include "storebridge/sdk.h"

namespace {

namespace sdk = storebridge::sdk;

#ifdef IS_EDITED
#line 1366
#endif

sdk::Product ReadProduct(const sdk::Json& json) {
  sdk::Product product;
  product.set_external_id(json.At("id").Id());
  product.set_title(json.At("title").Text());
  return product;
}

// One that can be read, and one that cannot.
sdk::Operation PullProducts(sdk::Context& /*cx*/) {
  const sdk::Json list = sdk::Json::Parse(R"([{"id":"7","title":"Mug"},{"id":"8"}])");
  co_yield sdk::ReadEach(list, ReadProduct, sdk::RecordKeys("id", "title"));
  throw sdk::Failure(sdk::Code::kPermanent,
                     "gave up (careless_store.cc:" + std::to_string(__LINE__) + ")");
}

// Tells what became of the levels, but for those of the product "silent".
sdk::Operation PushStock(sdk::Context& cx) {
  for (const sdk::StockLevel& level : cx.StockInput().levels()) {
    if (level.external_id() != "silent") {
      co_yield sdk::Accepted(level.ref());
    }
  }
}

}  // namespace

STOREBRIDGE_CONNECTOR(careless_store).On("products.pull", PullProducts).On("stock.push", PushStock);
