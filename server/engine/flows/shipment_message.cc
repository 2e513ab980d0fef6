#include "engine/flows/shipment_message.h"

#include <algorithm>

#include "domain/order_record.h"
#include "domain/parcel_rules.h"
#include "domain/shipment_update.h"
#include "domain/timestamp.h"
#include "engine/order_book.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

void AddParcel(const v1::Parcel& parcel, cv1::Parcel& out) {
  out.set_tracking_code(parcel.tracking_code());
  out.set_tracking_url(parcel.tracking_url());
  out.set_carrier(parcel.carrier());
}

void AddContents(const v1::Shipment& shipment, cv1::Shipment& out) {
  for (const v1::ShipmentLine& line : shipment.lines()) {
    cv1::ShipmentLine* added = out.add_lines();
    added->set_external_line_id(line.external_line_id());
    added->set_quantity(line.quantity());
  }
  for (const v1::Parcel& parcel : shipment.parcels()) {
    AddParcel(parcel, *out.add_parcels());
  }
}

// What is told of a shipment that the store has.
// Whether another shipment of the order has such a parcel: it is not outdated then.
bool IsOfAnother(const v1::Order& order, const v1::Shipment& shipment, const v1::Parcel& parcel) {
  return std::any_of(
      order.shipments().begin(), order.shipments().end(), [&](const v1::Shipment& other) {
        const auto& parcels = other.parcels();
        return other.name() != shipment.name() &&
               std::any_of(parcels.begin(), parcels.end(), [&](const v1::Parcel& theirs) {
                 return domain::IsShownAlike(theirs, parcel);
               });
      });
}

void AddUpdate(const v1::Order& order, const v1::Shipment& shipment, cv1::Shipment& out) {
  AddContents(shipment, out);
  out.set_revision(shipment.revision());
  out.set_external_id(shipment.store_report().external_id());
  for (const v1::Parcel& parcel : shipment.store_report().outdated_parcels()) {
    if (!IsOfAnother(order, shipment, parcel)) {
      AddParcel(parcel, *out.add_outdated_parcels());
    }
  }
}

}  // namespace

v1::Shipment* FindShipment(v1::Order& order, std::string_view id) {
  for (v1::Shipment& shipment : *order.mutable_shipments()) {
    if (IdOf(shipment.name()) == id) {
      return &shipment;
    }
  }
  return nullptr;
}

bool IsTold(const v1::Shipment& shipment) {
  const v1::StoreReport::State state = shipment.store_report().state();
  return state == v1::StoreReport::STATE_ACCEPTED || state == v1::StoreReport::STATE_CONFIRMED ||
         state == v1::StoreReport::STATE_NOT_SUPPORTED || state == v1::StoreReport::STATE_REFUSED;
}

cv1::Shipment ShipmentMessage(const v1::Order& order,
                              const v1::Shipment& shipment,
                              const RunSubject& subject) {
  cv1::Shipment told;
  told.set_ref(IdOf(shipment.name()));
  told.set_external_order_id(order.external_id());
  told.set_shipped_ms(domain::MsFromTimestamp(shipment.ship_time()));
  const v1::StoreSettings& settings = subject.store.settings();
  told.set_notify_customer(!settings.has_notify_customer() || settings.notify_customer());
  if (domain::StoreHas(shipment)) {
    AddUpdate(order, shipment, told);
    return told;
  }
  bool others_wait = false;
  for (const v1::Shipment& other : order.shipments()) {
    const bool is_this = other.name() == shipment.name();
    others_wait = others_wait || (!is_this && !IsTold(other));
    if (is_this || (!subject.manifest->partial_shipments() && !IsTold(other))) {
      AddContents(other, told);
    }
  }
  // An order that was closed short is not complete before people have refunded the rest; a store
  // that cannot take parts can be told in no other way.
  const bool is_last = !others_wait && !domain::IsClosedShort(order);
  told.set_completes_order(order.state() == v1::ORDER_STATE_SHIPPED &&
                           (is_last || !subject.manifest->partial_shipments()));
  return told;
}

}  // namespace storebridge::engine
