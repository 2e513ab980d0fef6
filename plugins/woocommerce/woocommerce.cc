#include "operations.h"

STOREBRIDGE_CONNECTOR(woocommerce)
    .On("auth.check", woocommerce::CheckAuth)
    .On("products.pull", woocommerce::PullProducts)
    .On("orders.pull", woocommerce::PullOrders)
    .On("stock.push", woocommerce::PushStock)
    .On("shipments.push", woocommerce::PushShipments)
    .On("shipments.update", woocommerce::UpdateShipments);
