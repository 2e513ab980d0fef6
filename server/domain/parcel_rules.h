#pragma once

#include <cstddef>
#include <vector>

#include "core/result.h"
#include "storebridge/v1/shipment.pb.h"

namespace storebridge::domain {

inline constexpr std::size_t kParcelsMax = 50;
// Of a parcel, in characters.
inline constexpr std::size_t kTrackingCodeMax = 100;
inline constexpr std::size_t kTrackingUrlMax = 2000;
inline constexpr std::size_t kCarrierMax = 100;

// What is wrong with the parcels of one shipment. kInvalidArgument, reasons PARCEL and
// TOO_MANY_PARCELS; the fact `field` names it, such as `parcels[1].tracking_url`.
Status CheckParcels(const std::vector<v1::Parcel>& parcels);

// Whether the two are the same in all that a parcel says.
bool IsSameParcel(const v1::Parcel& a, const v1::Parcel& b);
// Whether they are the same in what stores are told: not the weight.
bool IsShownAlike(const v1::Parcel& a, const v1::Parcel& b);

}  // namespace storebridge::domain
