// A tracking code that comes late, or was wrong: the store follows, and its customer is told once.
#include <cstdint>
#include <string>
#include <vector>

#include "demo_fixture.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";
using Codes = std::vector<std::string>;

class TrackingUpdateTest : public DemoFixture {
 protected:
  static std::vector<v1::Parcel> Parcels(const Codes& codes) {
    std::vector<v1::Parcel> parcels;
    for (const std::string& code : codes) {
      v1::Parcel& parcel = parcels.emplace_back();
      parcel.set_tracking_code(code);
      parcel.set_tracking_url("https://posti.example/" + code);
      parcel.set_carrier("Posti");
    }
    return parcels;
  }

  // Connects a store and sends one order without a tracking code.
  void SendOne(const DemoStoreOptions& options) {
    // An update waits until nothing of the telling can arrive any more.
    StartAll(options, Quiet(), E2E_HASTY_CONNECTORS);
    ASSERT_TRUE(Came(store_.side->SetCompletedMail(false)));
    ASSERT_TRUE(Came(platform_->Check("web")));
    Stock(kMug, 5);
    number_ = Buy(kMug).at(0);
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
    ASSERT_TRUE(Came(platform_->Collect(number_)));
    ASSERT_TRUE(Came(platform_->Ship(number_, {})));
    ASSERT_TRUE(Came(WaitForShipped(number_)));
  }

  // Changes the parcels and waits until the store has them.
  void Update(const Codes& codes) {
    ASSERT_TRUE(Came(platform_->UpdateShipment(number_, Parcels(codes))));
    ASSERT_TRUE(Came(day::WaitUntil("the store to be told", day::kPatience, [&]() -> Status {
      SB_TRY(const v1::Order order, platform_->GetOrder(number_));
      const v1::Shipment& shipment = order.shipments(0);
      return shipment.store_report().revision() == shipment.revision()
                 ? Ok()
                 : day::NotYet(shipment.store_report().last_error());
    })));
  }

  void ExpectFollows(std::int64_t mails_of_first) {
    const std::int64_t mails = mails_of_first;
    EXPECT_EQ(Must(store_.side->Order(number_)).shipping_mails, mails);

    Update({"JJFI1"});
    EXPECT_EQ(Must(store_.side->Order(number_)).tracking_codes, Codes{"JJFI1"});
    Update({"JJFI2"});
    const day::StoreOrder shown = Must(store_.side->Order(number_));

    EXPECT_EQ(shown.tracking_codes, Codes{"JJFI2"});
    EXPECT_EQ(shown.shipping_mails, mails + 2);
    EXPECT_TRUE(shown.is_shipped);
    const v1::Shipment shipment = Must(platform_->GetOrder(number_)).shipments(0);
    EXPECT_EQ(shipment.store_report().state(), v1::StoreReport::STATE_CONFIRMED);
    EXPECT_TRUE(shipment.store_report().outdated_parcels().empty());
    EXPECT_TRUE(Must(platform_->ListIssues()).empty());
    Settle();
    EXPECT_EQ(Must(store_.side->Order(number_)).shipping_mails, mails + 2) << "nothing was due";
  }

  std::string number_;
};

TEST_F(TrackingUpdateTest, ByFulfillmentIsShownAndMailedOnce) {
  SendOne({.flags = {"--fulfillments", "on"}});
  ExpectFollows(1);
}

TEST_F(TrackingUpdateTest, ByNoteIsShownAndMailedOnce) {
  SendOne({});
  ExpectFollows(1);
}

}  // namespace
}  // namespace storebridge::e2e
