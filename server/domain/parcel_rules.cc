#include "domain/parcel_rules.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "domain/text_rules.h"

namespace storebridge::domain {
namespace {

Error Wrong(std::string_view reason, std::string field, std::string_view fault) {
  std::string message = fmt::format("{} {}", field, fault);
  return Error{.code = Code::kInvalidArgument,
               .reason = std::string(reason),
               .message = std::move(message),
               .facts = {{"field", std::move(field)}}};
}

Status CheckParcel(const v1::Parcel& parcel, std::size_t index) {
  const auto wrong = [&](std::string_view field, std::string_view fault) {
    return Wrong("PARCEL", fmt::format("parcels[{}].{}", index, field), fault);
  };
  if (const std::string fault = TextFault(parcel.tracking_code(), kTrackingCodeMax);
      !fault.empty()) {
    return wrong("tracking_code", fault);
  }
  if (const std::string fault = TextFault(parcel.tracking_url(), kTrackingUrlMax); !fault.empty()) {
    return wrong("tracking_url", fault);
  }
  if (!parcel.tracking_url().empty() && !IsWebAddress(parcel.tracking_url())) {
    return wrong(
        "tracking_url",
        fmt::format("is '{}': give an address that begins with https:// or http://, without "
                    "blanks, quotes and angle brackets",
                    Shown(parcel.tracking_url())));
  }
  if (const std::string fault = TextFault(parcel.carrier(), kCarrierMax); !fault.empty()) {
    return wrong("carrier", fault);
  }
  if (parcel.weight_grams() < 0) {
    return wrong("weight_grams", fmt::format("is {}; 0 or more is allowed", parcel.weight_grams()));
  }
  return Ok();
}

}  // namespace

Status CheckParcels(const std::vector<v1::Parcel>& parcels) {
  if (parcels.size() > kParcelsMax) {
    return Wrong("TOO_MANY_PARCELS",
                 "parcels",
                 fmt::format("has {} parcels, {} are allowed: record several shipments",
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
