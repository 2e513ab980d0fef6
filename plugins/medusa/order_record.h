#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api.h"

namespace medusa {

// What is asked for of an order. Medusa adds payment_status, fulfillment_status and whole items to
// whatever is asked for.
extern const std::string_view kOrderFields;
// What is asked for where many are compared: the least that Medusa gives.
extern const std::string_view kMarkFields;

// Of a fulfilment's metadata: the id of the shipment that it tells of.
inline constexpr std::string_view kShipmentMarker = "storebridge_shipment";

// What is asked for of a payment.
extern const std::string_view kPaymentFields;

// Reads an order, as asked for by kOrderFields.
sdk::Order ReadOrder(const sdk::Json& json);

// Throws for a paid order that somebody has packed by a fulfilment of his own and not shipped: its
// pieces count as sent, and the warehouse cannot know whether to send them.
void RequireUnpacked(const sdk::Json& json, const sdk::Order& order);

// Differs when something that matters differs; of an order asked for by either fields.
std::string MarkOf(const sdk::Json& order);

// Whether something may still have to be done for it: it is not cancelled, and was not sent whole.
bool IsOpen(const sdk::Json& order);

// Whether it was placed and paid before `from_ms`.
bool IsFromBefore(const sdk::Json& order, std::int64_t from_ms);

}  // namespace medusa
