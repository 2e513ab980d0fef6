#include "domain/shipment_update.h"

#include <algorithm>

#include <fmt/format.h>

#include "domain/names.h"
#include "domain/parcel_rules.h"
#include "domain/record_hash.h"

namespace storebridge::domain {
namespace {

using Parcels = google::protobuf::RepeatedPtrField<v1::Parcel>;

template <class Range>
bool Has(const Range& parcels, const v1::Parcel& wanted) {
  return std::any_of(parcels.begin(), parcels.end(), [&](const v1::Parcel& parcel) {
    return IsShownAlike(parcel, wanted);
  });
}

// Whether the store would show the same.
bool AreShownAlike(const Parcels& now, const std::vector<v1::Parcel>& wanted) {
  return std::equal(now.begin(), now.end(), wanted.begin(), wanted.end(), IsShownAlike);
}

bool AreSame(const Parcels& now, const std::vector<v1::Parcel>& wanted) {
  return std::equal(now.begin(), now.end(), wanted.begin(), wanted.end(), IsSameParcel);
}

// Adds to what the store may show, behind what may have been there before, and takes off what is
// right.
template <class Range>
void AddOutdated(v1::Shipment& shipment, const Range& shown) {
  Parcels outdated;
  const auto add = [&](const v1::Parcel& parcel) {
    if (!Has(shipment.parcels(), parcel) && !Has(outdated, parcel)) {
      *outdated.Add() = parcel;
    }
  };
  for (const v1::Parcel& parcel : shipment.store_report().outdated_parcels()) {
    if (!Has(shown, parcel)) {
      add(parcel);
    }
  }
  for (const v1::Parcel& parcel : shown) {
    add(parcel);
  }
  *shipment.mutable_store_report()->mutable_outdated_parcels() = std::move(outdated);
}

// Leaves kOutdatedParcelsMax. Those that were told last are the most likely to be there.
void ForgetOldest(Parcels& outdated) {
  constexpr int kMost = static_cast<int>(kOutdatedParcelsMax);
  outdated.DeleteSubrange(0, std::max(outdated.size() - kMost, 0));
}

}  // namespace

Result<int> PlaceOfShipment(const v1::Order& order, std::string_view shipment_id) {
  if (shipment_id.empty()) {
    if (order.shipments_size() == 1) {
      return 0;
    }
    return Error{.code = Code::kInvalidArgument,
                 .reason = "SHIPMENT",
                 .message = fmt::format("order {} has {} shipments: {}",
                                        order.order_number(),
                                        order.shipments_size(),
                                        order.shipments().empty()
                                            ? "record what left with ShipOrder first"
                                            : "name one of Order.shipments in shipment")};
  }
  for (int i = 0; i < order.shipments_size(); ++i) {
    const Result<MerchantChild> name = ParseShipmentName(order.shipments(i).name());
    if (name && name->id == shipment_id) {
      return i;
    }
  }
  return Error{.code = Code::kNotFound,
               .reason = "SHIPMENT_NOT_FOUND",
               .message = fmt::format("order {} has no shipment {}; Order.shipments lists them",
                                      order.order_number(),
                                      shipment_id)};
}

Result<v1::Order> UpdateParcels(const v1::Order& order,
                                int shipment,
                                const std::vector<v1::Parcel>& parcels,
                                std::int64_t now_ms) {
  SB_CHECK(CheckParcels(parcels));
  if (AreSame(order.shipments(shipment).parcels(), parcels)) {
    return order;
  }
  v1::Order updated = order;
  v1::Shipment& changed = *updated.mutable_shipments(shipment);
  const Parcels before = changed.parcels();
  changed.mutable_parcels()->Assign(parcels.begin(), parcels.end());
  if (AreShownAlike(before, parcels)) {
    Stamp(updated, now_ms);
    return updated;
  }
  changed.set_revision(changed.revision() + 1);
  const v1::StoreReport& report = changed.store_report();
  if (StoreHas(changed) || report.attempts() > 0) {
    AddOutdated(changed, before);
  }
  if (static_cast<std::size_t>(report.outdated_parcels_size()) > kOutdatedParcelsMax) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "SHIPMENT_BEHIND",
        .message = fmt::format("the store may show more than {} other parcels of this "
                               "shipment of order {}: ExplainOrder and the store report of the "
                               "shipment say why it is not told",
                               kOutdatedParcelsMax,
                               order.order_number())};
  }
  Stamp(updated, now_ms);
  return updated;
}

bool StoreHas(const v1::Shipment& shipment) {
  const v1::StoreReport::State state = shipment.store_report().state();
  return state == v1::StoreReport::STATE_ACCEPTED || state == v1::StoreReport::STATE_CONFIRMED;
}

bool IsBehind(const v1::Shipment& shipment) {
  return StoreHas(shipment) && shipment.store_report().revision() < shipment.revision();
}

void NoteTelling(v1::Shipment& shipment,
                 std::int32_t revision,
                 const std::vector<v1::Parcel>& parcels,
                 bool may_have_older) {
  if (!may_have_older && !StoreHas(shipment)) {
    shipment.mutable_store_report()->set_revision(revision);
  }
  AddOutdated(shipment, parcels);
  ForgetOldest(*shipment.mutable_store_report()->mutable_outdated_parcels());
}

void NoteRevision(v1::Shipment& shipment, std::int32_t revision) {
  v1::StoreReport* report = shipment.mutable_store_report();
  report->set_revision(revision);
  if (revision == shipment.revision()) {
    report->clear_outdated_parcels();
  }
}

}  // namespace storebridge::domain
