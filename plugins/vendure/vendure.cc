#include "operations.h"

STOREBRIDGE_CONNECTOR(vendure)
    .On("auth.check", vendure::CheckAuth)
    .On("products.pull", vendure::PullProducts)
    .On("orders.pull", vendure::PullOrders)
    .On("stock.push", vendure::PushStock)
    .On("shipments.push", vendure::PushShipments);
