#pragma once

#include <string_view>

#include "engine/flow_run.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::engine {

// The shipment of an order by its id; null when there is none.
v1::Shipment* FindShipment(v1::Order& order, std::string_view id);

// Whether the store needs to be told nothing more of it.
bool IsTold(const v1::Shipment& shipment);

// What the store is told of a shipment: that its parcels changed, when the store has it. A store
// that cannot take parts is told of everything with the last one.
connector::v1::Shipment ShipmentMessage(const v1::Order& order,
                                        const v1::Shipment& shipment,
                                        const RunSubject& subject);

}  // namespace storebridge::engine
