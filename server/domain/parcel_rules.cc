#include "domain/parcel_rules.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

constexpr std::size_t kCarrierMax = 100;

Error Wrong(std::string_view reason, std::string message) {
  return Error{
      .code = Code::kInvalidArgument, .reason = std::string(reason), .message = std::move(message)};
}

Status CheckParcel(const v1::Parcel& parcel, std::size_t index) {
  const auto wrong = [&](std::string_view field, std::string_view fault) {
    return Wrong("PARCEL", fmt::format("parcels[{}].{} {}", index, field, fault));
  };
  if (const std::string fault = TextFault(parcel.tracking_code(), kTrackingCodeMax);
      !fault.empty()) {
    return wrong("tracking_code", fault);
  }
  if (const std::string fault = TextFault(parcel.tracking_url(), kTrackingUrlMax); !fault.empty()) {
    return wrong("tracking_url", fault);
  }
  if (!parcel.tracking_url().empty() && !IsWebAddress(parcel.tracking_url())) {
    return wrong("tracking_url", "is not an address that begins with https:// or http://");
  }
  if (const std::string fault = TextFault(parcel.carrier(), kCarrierMax); !fault.empty()) {
    return wrong("carrier", fault);
  }
  if (parcel.has_weight_grams() && parcel.weight_grams() < 0) {
    return wrong("weight_grams", "is below 0");
  }
  return Ok();
}

}  // namespace

Status CheckParcels(const std::vector<v1::Parcel>& parcels) {
  if (parcels.size() > kParcelsMax) {
    return Wrong("TOO_MANY_PARCELS",
                 fmt::format("{} parcels are given, {} are allowed; record several shipments",
                             parcels.size(),
                             kParcelsMax));
  }
  for (std::size_t i = 0; i < parcels.size(); ++i) {
    SB_CHECK(CheckParcel(parcels[i], i));
  }
  return Ok();
}

bool IsSameParcel(const v1::Parcel& a, const v1::Parcel& b) {
  return IsShownAlike(a, b) && a.has_weight_grams() == b.has_weight_grams() &&
         a.weight_grams() == b.weight_grams();
}

bool IsShownAlike(const v1::Parcel& a, const v1::Parcel& b) {
  return a.tracking_code() == b.tracking_code() && a.tracking_url() == b.tracking_url() &&
         a.carrier() == b.carrier();
}

}  // namespace storebridge::domain
