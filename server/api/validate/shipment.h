#pragma once

#include <cstddef>

#include "core/result.h"
#include "engine/commands.h"
#include "storebridge/v1/order_service.pb.h"

namespace storebridge::api {

inline constexpr int kParcelsMax = 50;
inline constexpr int kShipmentLinesMax = 1000;
inline constexpr std::size_t kTrackingCodeCharactersMax = 200;
inline constexpr std::size_t kTrackingUrlCharactersMax = 2000;
inline constexpr std::size_t kCarrierCharactersMax = 100;

// Checks the parcels and lines of a shipment one by one. kInvalidArgument names the field, such as
// `parcels[1].tracking_url`.
Result<engine::Commands::ShipRequest> ReadShipment(const v1::ShipOrderRequest& request);

}  // namespace storebridge::api
