#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/shipment.pb.h"

// Parcels of a shipment that change after it left, and which of them its store has. A shipment is
// behind when its store has an older revision of it.
namespace storebridge::domain {

// Parcels that the store may show and that are not those of the shipment any more, oldest first.
inline constexpr std::size_t kOutdatedParcelsMax = 200;

// The place of a shipment by its id; of the only one when that is empty. kNotFound, reason
// SHIPMENT_NOT_FOUND; kInvalidArgument, reason SHIPMENT, when it is empty and there is not one.
Result<int> PlaceOfShipment(const v1::Order& order, std::string_view shipment_id);

// Gives the order as it is afterwards, stamped; the etag is the old one when the parcels were these
// already. kInvalidArgument, reasons PARCEL and TOO_MANY_PARCELS; kFailedPrecondition, reason
// SHIPMENT_BEHIND, when the store may show kOutdatedParcelsMax others already.
Result<v1::Order> UpdateParcels(const v1::Order& order,
                                int shipment,
                                const std::vector<v1::Parcel>& parcels,
                                std::int64_t now_ms);

// Whether the store took the shipment, in whichever revision.
bool StoreHas(const v1::Shipment& shipment);

// Whether the store has an older revision.
bool IsBehind(const v1::Shipment& shipment);

// A write of these parcels, of this revision, begins. `may_have_older` when an earlier one may have
// arrived: then it is not known which the store has. It cannot be refused: where there are more
// than kOutdatedParcelsMax others now, those that were told first are forgotten.
void NoteTelling(v1::Shipment& shipment,
                 std::int32_t revision,
                 const std::vector<v1::Parcel>& parcels,
                 bool may_have_older);

// The store has this revision.
void NoteRevision(v1::Shipment& shipment, std::int32_t revision);

}  // namespace storebridge::domain
