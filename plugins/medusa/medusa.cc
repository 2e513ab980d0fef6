#include "operations.h"

STOREBRIDGE_CONNECTOR(medusa)
    .On("auth.check", medusa::CheckAuth)
    .On("products.pull", medusa::PullProducts)
    .On("orders.pull", medusa::PullOrders)
    .On("stock.push", medusa::PushStock)
    .On("shipments.push", medusa::PushShipments);
