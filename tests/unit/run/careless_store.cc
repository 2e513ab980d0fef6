// A connector that does what authors do wrongly. It asks no store.
#include <string>
#include <vector>

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

sdk::Order ReadOrder(const std::string& id) {
  sdk::Order order;
  order.set_external_id(id);
  order.set_number("T-" + id);
  order.set_payment_state(sdk::PAYMENT_STATE_UNPAID);
  order.set_progress(sdk::Order::PROGRESS_OPEN);
  order.set_currency_code("EUR");
  order.mutable_shipping_address()->set_region_code("FI");
  sdk::OrderLine* line = order.add_lines();
  line->set_external_id("1");
  line->set_quantity(2);
  return order;
}

// One that is right, and one for each mistake.
sdk::Operation PullOrders(sdk::Context& /*cx*/) {
  std::vector<sdk::Order> orders;
  for (const char* id : {"1", "", "3", "4", "5", "6", "7"}) {
    orders.push_back(ReadOrder(id));
  }
  orders[1].set_number("T-2");
  orders[2].clear_payment_state();
  orders[3].clear_progress();
  orders[4].set_currency_code("eur");
  orders[5].mutable_shipping_address()->set_region_code("Finland");
  orders[6].mutable_lines(0)->set_quantity(-1);
  for (const sdk::Order& order : orders) {
    co_yield order;
  }
}

// Finds a fault, and an order where none is asked for.
sdk::Operation CheckAuth(sdk::Context& /*cx*/) {
  co_yield sdk::CheckFailed("credentials", "they are old", "Make new ones.");
  const sdk::Order order = ReadOrder("9");
  co_yield order;
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

STOREBRIDGE_CONNECTOR(careless_store)
    .On("auth.check", CheckAuth)
    .On("orders.pull", PullOrders)
    .On("products.pull", PullProducts)
    .On("stock.push", PushStock);
