#include "api/validate/shipment.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/validate/refs.h"
#include "api/validate/text.h"
#include "api/validate/times.h"

namespace storebridge::api {
namespace {

Status CheckCount(std::string_view field, int count, int max) {
  if (count <= max) {
    return Ok();
  }
  return BadField("FIELD_LENGTH",
                  field,
                  fmt::format("{} {} are given; at most {} are allowed", count, field, max));
}

// The store sends this address to its customer.
Status CheckWebAddress(std::string_view field, std::string_view url) {
  SB_CHECK(CheckText({.field = field, .value = url, .characters_max = kTrackingUrlCharactersMax}));
  if (url.empty() || url.starts_with("https://") || url.starts_with("http://")) {
    return Ok();
  }
  return BadField("FIELD_FORMAT",
                  field,
                  fmt::format("{} is '{}'; it has to begin with https:// or http://", field, url));
}

Status CheckParcel(int index, const v1::Parcel& parcel) {
  const std::string at = fmt::format("parcels[{}]", index);
  SB_CHECK(CheckText({.field = at + ".tracking_code",
                      .value = parcel.tracking_code(),
                      .characters_max = kTrackingCodeCharactersMax}));
  SB_CHECK(CheckWebAddress(at + ".tracking_url", parcel.tracking_url()));
  SB_CHECK(CheckText({.field = at + ".carrier",
                      .value = parcel.carrier(),
                      .characters_max = kCarrierCharactersMax}));
  if (parcel.weight_grams() < 0) {
    return BadField(
        "FIELD_RANGE",
        at + ".weight_grams",
        fmt::format("{}.weight_grams is {}; 0 or more is allowed", at, parcel.weight_grams()));
  }
  return Ok();
}

Status CheckLine(int index, const v1::ShipmentLine& line) {
  const std::string at = fmt::format("lines[{}]", index);
  if (line.external_line_id().empty() && line.product_code().empty()) {
    return MissingField(at + ".external_line_id",
                        "name the order line by it, as GetOrder shows it, or by product_code");
  }
  if (line.quantity() <= 0) {
    return BadField("FIELD_RANGE",
                    at + ".quantity",
                    fmt::format("{}.quantity is {}; at least 1 is needed", at, line.quantity()));
  }
  return Ok();
}

}  // namespace

Result<engine::Commands::ShipRequest> ReadShipment(const v1::ShipOrderRequest& request) {
  engine::Commands::ShipRequest shipment;
  SB_TRY(shipment.order, ReadOrderRef(request.name(), request.order_number()));
  SB_CHECK(
      CheckText({.field = "etag", .value = request.etag(), .characters_max = kEtagCharactersMax}));
  SB_CHECK(CheckCount("parcels", request.parcels_size(), kParcelsMax));
  SB_CHECK(CheckCount("lines", request.lines_size(), kShipmentLinesMax));
  for (int i = 0; i < request.parcels_size(); ++i) {
    SB_CHECK(CheckParcel(i, request.parcels(i)));
  }
  for (int i = 0; i < request.lines_size(); ++i) {
    SB_CHECK(CheckLine(i, request.lines(i)));
  }
  shipment.parcels.assign(request.parcels().begin(), request.parcels().end());
  shipment.lines.assign(request.lines().begin(), request.lines().end());
  shipment.etag = request.etag();
  if (request.has_ship_time()) {
    SB_TRY(shipment.shipped_ms, ReadTime("ship_time", request.ship_time()));
  }
  return shipment;
}

}  // namespace storebridge::api
