#include "engine/flows/make_run.h"

#include <utility>

#include "engine/flows/orders_in.h"
#include "engine/flows/products_in.h"
#include "engine/flows/shipments_out.h"
#include "engine/flows/stock_out.h"

namespace storebridge::engine {

std::shared_ptr<FlowRun> MakeRun(domain::Flow flow,
                                 FlowPorts ports,
                                 RunSubject subject,
                                 PullOptions options) {
  switch (flow) {
    case domain::Flow::kProducts:
      return std::make_shared<ProductsIn>(ports, std::move(subject), std::move(options));
    case domain::Flow::kOrders:
      return std::make_shared<OrdersIn>(ports, std::move(subject), std::move(options));
    case domain::Flow::kStock:
      return std::make_shared<StockOut>(ports, std::move(subject), options.is_full);
    case domain::Flow::kShipments:
      return std::make_shared<ShipmentsOut>(ports, std::move(subject));
  }
  return nullptr;
}

}  // namespace storebridge::engine
