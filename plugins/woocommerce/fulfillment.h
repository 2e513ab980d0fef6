#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api.h"

// A fulfillment of an order, WooCommerce's own word for a shipment (from 10.1, where the feature is
// switched on).
namespace woocommerce {

// Key of our marker in the `meta_data` of a fulfillment or an order.
inline constexpr std::string_view kMarkerKey = "_storebridge_shipment";

// The fulfillments in an answer: versions differ in whether the list is wrapped.
std::vector<sdk::Json> FulfillmentsIn(const sdk::Json& answer);
// As FulfillmentsIn, for the answer about one.
sdk::Json FulfillmentIn(const sdk::Json& answer);
// Whether its goods have left.
bool IsFulfilled(const sdk::Json& fulfillment);

// What to send to make the fulfillment of a shipment. Throws Failure kPermanent for a line whose
// id is not one of WooCommerce.
std::string FulfillmentBody(const sdk::Shipment& shipment, bool notify_customer);

// What to send when its parcels changed. WooCommerce deletes rows whose keys are not named, so
// those of others are repeated, each with its id: of several of one key it would keep one.
std::string UpdateBody(const sdk::Json& fulfillment,
                       const sdk::Shipment& shipment,
                       bool notify_customer);
// Whether it shows these parcels.
bool ShowsTracking(const sdk::Json& fulfillment, const sdk::Shipment& shipment);

// Tracking codes of all parcels, `A, B`.
std::string TrackingCodesOf(const sdk::Shipment& shipment);
// First address where a parcel can be followed.
std::string TrackingUrlOf(const sdk::Shipment& shipment);

}  // namespace woocommerce
