#pragma once

#include "storebridge/sdk.h"

// The operations of this connector, one file each.
namespace medusa {

storebridge::sdk::Operation CheckAuth(storebridge::sdk::Context& cx);
storebridge::sdk::Operation PullProducts(storebridge::sdk::Context& cx);
storebridge::sdk::Operation PullOrders(storebridge::sdk::Context& cx);
storebridge::sdk::Operation PushStock(storebridge::sdk::Context& cx);
storebridge::sdk::Operation PushShipments(storebridge::sdk::Context& cx);

}  // namespace medusa
