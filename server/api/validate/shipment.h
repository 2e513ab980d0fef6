#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "engine/commands.h"
#include "storebridge/v1/order_service.pb.h"

namespace storebridge::api {

inline constexpr int kShipmentLinesMax = 1000;

// Checks the parcels and lines of a shipment one by one. kInvalidArgument names the field, such as
// `parcels[1].tracking_url`.
Result<engine::Commands::ShipRequest> ReadShipment(const v1::ShipOrderRequest& request);

// What becomes of a shipment.
struct ShipmentUpdate {
  engine::OrderRef order;
  // Its id; empty for the only one.
  std::string shipment;
  std::vector<v1::Parcel> parcels;
};

// As ReadShipment; `shipment` has to be of the order's merchant.
Result<ShipmentUpdate> ReadShipmentUpdate(const v1::UpdateShipmentRequest& request);

}  // namespace storebridge::api
