#include "day_kit/warehouse.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace storebridge::day {
namespace {

SentOrder Report(const v1::Order& order, const std::vector<v1::Parcel>& parcels) {
  SentOrder sent{.number = order.order_number(),
                 .recipient = order.shipping_address().recipient(),
                 .state = v1::OrderState_Name(order.state())};
  if (order.shipments_size() > 0) {
    for (const v1::ShipmentLine& line : order.shipments(order.shipments_size() - 1).lines()) {
      sent.pieces += line.quantity();
    }
  }
  for (const v1::Parcel& parcel : parcels) {
    sent.tracking_codes.push_back(parcel.tracking_code());
  }
  return sent;
}

}  // namespace

Warehouse::Warehouse(Platform& platform, std::string carrier, std::uint64_t first_code)
    : platform_(platform), carrier_(std::move(carrier)), last_code_(first_code) {}

std::vector<v1::Parcel> Warehouse::NewParcels(int count) {
  std::vector<v1::Parcel> parcels;
  for (int i = 0; i < count; ++i) {
    ++last_code_;
    v1::Parcel parcel;
    parcel.set_tracking_code(fmt::format("JJFI{:014}", last_code_ % 100'000'000'000'000));
    parcel.set_tracking_url("https://tracking.example/" + parcel.tracking_code());
    parcel.set_carrier(carrier_);
    parcels.push_back(std::move(parcel));
  }
  return parcels;
}

Result<std::vector<SentOrder>> Warehouse::WorkThroughNew() {
  SB_TRY(std::vector<v1::Order> orders, platform_.ListOrders("state = NEW"));
  std::reverse(orders.begin(), orders.end());
  std::vector<SentOrder> sent;
  for (const v1::Order& order : orders) {
    Result<SentOrder> one = Send(order.order_number());
    if (one) {
      sent.push_back(std::move(*one));
    } else if (one.error().code != Code::kFailedPrecondition &&
               one.error().code != Code::kAborted) {
      return one.error();
    }
  }
  return sent;
}

Result<SentOrder> Warehouse::Send(const std::string& number, int parcels) {
  SB_TRY([[maybe_unused]] const v1::Order collecting, platform_.Collect(number));
  const std::vector<v1::Parcel> packed = NewParcels(parcels);
  SB_TRY(const v1::Order order, platform_.Ship(number, packed));
  return Report(order, packed);
}

Result<SentOrder> Warehouse::SendPart(const std::string& number,
                                      const std::string& code,
                                      std::int64_t pieces) {
  v1::ShipmentLine line;
  line.set_product_code(code);
  line.set_quantity(pieces);
  SB_TRY(const v1::Order now, platform_.GetOrder(number));
  for (const v1::OrderLine& candidate : now.lines()) {
    if (candidate.product_code() == code) {
      line.set_external_line_id(candidate.external_id());
    }
  }
  const std::vector<v1::Parcel> packed = NewParcels(1);
  SB_TRY(const v1::Order order, platform_.Ship(number, packed, {line}, packed[0].tracking_code()));
  return Report(order, packed);
}

}  // namespace storebridge::day
