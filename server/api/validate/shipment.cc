#include "api/validate/shipment.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/validate/refs.h"
#include "api/validate/text.h"
#include "api/validate/times.h"
#include "domain/names.h"
#include "domain/parcel_rules.h"

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

using Parcels = google::protobuf::RepeatedPtrField<v1::Parcel>;

Result<std::vector<v1::Parcel>> ReadParcels(const Parcels& parcels) {
  std::vector<v1::Parcel> read(parcels.begin(), parcels.end());
  SB_CHECK(domain::CheckParcels(read));
  return read;
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
  SB_TRY(shipment.parcels, ReadParcels(request.parcels()));
  SB_CHECK(CheckCount("lines", request.lines_size(), kShipmentLinesMax));
  for (int i = 0; i < request.lines_size(); ++i) {
    SB_CHECK(CheckLine(i, request.lines(i)));
  }
  shipment.lines.assign(request.lines().begin(), request.lines().end());
  shipment.etag = request.etag();
  if (request.has_ship_time()) {
    SB_TRY(const std::int64_t ship_ms, ReadTime("ship_time", request.ship_time()));
    shipment.shipped_ms = ship_ms;
  }
  return shipment;
}

Result<ShipmentUpdate> ReadShipmentUpdate(const v1::UpdateShipmentRequest& request) {
  ShipmentUpdate update;
  SB_TRY(update.order, ReadOrderRef(request.name(), request.order_number()));
  SB_CHECK(
      CheckText({.field = "etag", .value = request.etag(), .characters_max = kEtagCharactersMax}));
  if (!request.shipment().empty()) {
    SB_TRY(domain::MerchantChild name, domain::ParseShipmentName(request.shipment()));
    if (name.merchant != update.order.merchant) {
      return BadField("FIELD_CONFLICT",
                      "shipment",
                      fmt::format("shipment '{}' is not of the merchant '{}', whose order is named",
                                  request.shipment(),
                                  update.order.merchant));
    }
    update.shipment = std::move(name.id);
  }
  SB_TRY(update.parcels, ReadParcels(request.parcels()));
  return update;
}

}  // namespace storebridge::api
