#include "domain/shipment_update.h"

#include <gtest/gtest.h>

#include "domain/parcel_rules.h"
#include "domain_fixtures.h"

namespace storebridge::domain {
namespace {

v1::Parcel ParcelOf(const std::string& code) {
  v1::Parcel parcel;
  parcel.set_tracking_code(code);
  return parcel;
}

class ShipmentUpdateTest : public testing::Test {
 protected:
  ShipmentUpdateTest() {
    order_ = TakenOver(PaidOrder(), FakeProducts(), OrderState::kShipped);
    order_.set_order_number("1001");
    Add("0000000000002", "JJFI1");
  }
  void Add(const std::string& id, const std::string& code) {
    v1::Shipment* shipment = order_.add_shipments();
    shipment->set_name("merchants/demo/shipments/" + id);
    *shipment->add_parcels() = ParcelOf(code);
    shipment->mutable_store_report()->set_state(v1::StoreReport::STATE_WAITING);
  }
  void IsToldAs(v1::StoreReport::State state) {
    Report().set_state(state);
    Report().set_attempts(1);
  }
  v1::StoreReport& Report() { return *order_.mutable_shipments(0)->mutable_store_report(); }
  v1::Shipment Update(const std::vector<v1::Parcel>& parcels) {
    const Result<v1::Order> updated = UpdateParcels(order_, 0, parcels, kNow + 1);
    EXPECT_TRUE(updated) << updated.error().message;
    order_ = *updated;
    return order_.shipments(0);
  }

  v1::Order order_;
};

TEST_F(ShipmentUpdateTest, ChangesNothingWhenTheParcelsAreTheseAlready) {
  const std::string etag = order_.etag();

  EXPECT_EQ(Update({ParcelOf("JJFI1")}).revision(), 0);

  EXPECT_EQ(order_.etag(), etag);
}

TEST_F(ShipmentUpdateTest, OfWhatWasNeverToldLeavesNothingOutdated) {
  const v1::Shipment shipment = Update({ParcelOf("JJFI2")});

  EXPECT_EQ(shipment.revision(), 1);
  EXPECT_EQ(shipment.parcels(0).tracking_code(), "JJFI2");
  EXPECT_TRUE(shipment.store_report().outdated_parcels().empty());
  EXPECT_FALSE(IsBehind(shipment));
}

TEST_F(ShipmentUpdateTest, OfWhatTheStoreMayHaveIsBehindUntilItIsTold) {
  for (const auto state : {v1::StoreReport::STATE_ACCEPTED, v1::StoreReport::STATE_CONFIRMED}) {
    IsToldAs(state);
    const std::string before = order_.shipments(0).parcels(0).tracking_code();
    v1::Shipment shipment = Update({ParcelOf(before + "x")});

    EXPECT_TRUE(IsBehind(shipment));
    ASSERT_EQ(shipment.store_report().outdated_parcels_size(), 1);
    EXPECT_EQ(shipment.store_report().outdated_parcels(0).tracking_code(), before);
    NoteRevision(*order_.mutable_shipments(0), shipment.revision());
    EXPECT_FALSE(IsBehind(order_.shipments(0)));
    EXPECT_TRUE(Report().outdated_parcels().empty());
  }
}

TEST_F(ShipmentUpdateTest, BackToWhatItWasIsNotOutdated) {
  IsToldAs(v1::StoreReport::STATE_CONFIRMED);
  Update({ParcelOf("JJFI2")});

  const v1::Shipment shipment = Update({ParcelOf("JJFI1")});

  EXPECT_EQ(shipment.revision(), 2);
  ASSERT_EQ(shipment.store_report().outdated_parcels_size(), 1);
  EXPECT_EQ(shipment.store_report().outdated_parcels(0).tracking_code(), "JJFI2");
}

TEST_F(ShipmentUpdateTest, OfOneRevisionDoesNotHideThatTheStoreMayHaveAnOlderOne) {
  Report().set_attempts(1);
  Report().set_state(v1::StoreReport::STATE_SENDING);
  v1::Shipment shipment = Update({ParcelOf("JJFI2")});

  NoteTelling(shipment, 1, {ParcelOf("JJFI2")}, true);
  shipment.mutable_store_report()->set_state(v1::StoreReport::STATE_CONFIRMED);

  EXPECT_TRUE(IsBehind(shipment));
}

TEST_F(ShipmentUpdateTest, RefusesOneParcelTooMany) {
  std::vector<v1::Parcel> parcels(kParcelsMax + 1, ParcelOf("JJFI2"));
  EXPECT_EQ(UpdateParcels(order_, 0, parcels, kNow).error().reason, "TOO_MANY_PARCELS");
  parcels.pop_back();
  EXPECT_TRUE(UpdateParcels(order_, 0, parcels, kNow));
}

TEST_F(ShipmentUpdateTest, RefusesWhenTheStoreMayShowOneParcelTooMany) {
  IsToldAs(v1::StoreReport::STATE_CONFIRMED);
  for (std::size_t i = 0; i < kOutdatedParcelsMax; ++i) {
    Update({ParcelOf("JJFI-" + std::to_string(i))});
  }
  ASSERT_EQ(static_cast<std::size_t>(Report().outdated_parcels_size()), kOutdatedParcelsMax);

  const Result<v1::Order> refused = UpdateParcels(order_, 0, {ParcelOf("one more")}, kNow);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "SHIPMENT_BEHIND");
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);
}

TEST_F(ShipmentUpdateTest, IsToldAlsoWhereTheStoreMayShowOneParcelTooManyThen) {
  IsToldAs(v1::StoreReport::STATE_CONFIRMED);
  for (std::size_t i = 0; i < kOutdatedParcelsMax; ++i) {
    Update({ParcelOf("JJFI-" + std::to_string(i))});
  }
  v1::Shipment& shipment = *order_.mutable_shipments(0);

  NoteTelling(shipment, shipment.revision(), {ParcelOf("one more")}, true);

  ASSERT_EQ(static_cast<std::size_t>(Report().outdated_parcels_size()), kOutdatedParcelsMax);
  EXPECT_EQ(Report().outdated_parcels(0).tracking_code(), "JJFI-0") << "JJFI1 is the oldest";
  EXPECT_EQ(Report().outdated_parcels().rbegin()->tracking_code(), "one more");
}

TEST_F(ShipmentUpdateTest, OfWhatTheStoreMayShowForgetsNothingThatIsBeingTold) {
  IsToldAs(v1::StoreReport::STATE_CONFIRMED);
  for (std::size_t i = 0; i < kOutdatedParcelsMax; ++i) {
    Update({ParcelOf("JJFI-" + std::to_string(i))});
  }
  std::vector<v1::Parcel> told = {Report().outdated_parcels(0)};
  while (told.size() < kParcelsMax) {
    told.push_back(ParcelOf("new-" + std::to_string(told.size())));
  }

  NoteTelling(*order_.mutable_shipments(0), 7, told, true);

  ASSERT_EQ(static_cast<std::size_t>(Report().outdated_parcels_size()), kOutdatedParcelsMax);
  const int first = Report().outdated_parcels_size() - static_cast<int>(told.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_TRUE(IsSameParcel(Report().outdated_parcels(first + static_cast<int>(i)), told[i])) << i;
  }
}

TEST_F(ShipmentUpdateTest, NeedsNoNameWhereThereIsOneShipment) {
  EXPECT_EQ(*PlaceOfShipment(order_, ""), 0);
  EXPECT_EQ(*PlaceOfShipment(order_, "0000000000002"), 0);
  EXPECT_EQ(PlaceOfShipment(order_, "0000000000003").error().reason, "SHIPMENT_NOT_FOUND");

  Add("0000000000003", "JJFI9");
  EXPECT_EQ(*PlaceOfShipment(order_, "0000000000003"), 1);
  EXPECT_NE(PlaceOfShipment(order_, "").error().message.find("has 2 shipments"), std::string::npos);

  order_.clear_shipments();
  EXPECT_NE(PlaceOfShipment(order_, "").error().message.find("ShipOrder"), std::string::npos);
}

}  // namespace
}  // namespace storebridge::domain
