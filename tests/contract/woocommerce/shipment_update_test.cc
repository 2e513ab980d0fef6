// Parcels that change after the shop was told of their shipment.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

class ShipmentUpdateTest : public ::testing::TestWithParam<bool> {
 protected:
  ShipmentUpdateTest() {
    shop_.orders[12] = {.status = "processing", .modified_s = shop_.now_s - 100};
    shop_.has_fulfillments = GetParam();
    shop_.is_completed_mail_on = false;
    host_.answer = [this](const v1::HttpRequest& request) { return shop_.Answer(request); };
    host_.begin.add_capabilities("completed_mail_off");
    if (shop_.has_fulfillments) {
      host_.begin.add_capabilities("fulfillments");
    }
    shipment_ = host_.begin.mutable_shipments()->add_shipments();
    shipment_->set_ref("0q4wabc");
    shipment_->set_external_order_id("12");
    shipment_->add_lines()->set_external_line_id("120");
    shipment_->mutable_lines(0)->set_quantity(2);
    *shipment_->add_parcels() = Parcel("JJFI1");
    shipment_->set_completes_order(true);
    shipment_->set_notify_customer(true);
  }
  static v1::Parcel Parcel(const std::string& code) {
    v1::Parcel parcel;
    parcel.set_tracking_code(code);
    parcel.set_tracking_url("https://posti.example/" + code);
    parcel.set_carrier("Posti");
    return parcel;
  }
  void Run(const char* operation) {
    ASSERT_TRUE(host_.Run(operation)) << host_.failure.message();
    ASSERT_EQ(host_.results.size(), 1U);
  }
  void Tell() {
    Run("shipments.push");
    ASSERT_TRUE(result().has_accepted()) << result().failure().message();
    shipment_->set_external_id(result().accepted().external_id());
    shipment_->set_completes_order(false);
    shop_.now_s += 3600;
  }
  // The parcels are these from now on.
  void Change(const std::vector<v1::Parcel>& parcels) {
    *shipment_->mutable_outdated_parcels() = shipment_->parcels();
    shipment_->mutable_parcels()->Assign(parcels.begin(), parcels.end());
    shipment_->set_revision(shipment_->revision() + 1);
    shipment_->set_read_back_first(true);
  }
  void Update() { Run("shipments.update"); }
  [[nodiscard]] const v1::ItemResult& result() const { return host_.results.at(0); }
  [[nodiscard]] const WooModel::Order& order() const { return shop_.orders.at(12); }
  [[nodiscard]] std::string Shown(std::string_view key) const {
    return GetParam() ? order().fulfillments.begin()->second.Meta(key) : order().Meta(key);
  }
  [[nodiscard]] long Writes() const {
    return std::count_if(host_.requests.begin(), host_.requests.end(), [](const auto& one) {
      return one.method() != "GET";
    });
  }
  [[nodiscard]] std::size_t Mails() const { return order().mails.size(); }

  WooModel shop_;
  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  v1::Shipment* shipment_;
};

INSTANTIATE_TEST_SUITE_P(, ShipmentUpdateTest, ::testing::Bool(), [](const auto& mode) {
  return mode.param ? "ByFulfillment" : "ByNote";
});

TEST_P(ShipmentUpdateTest, ShowsTheNewCodeAndNotTheOldOneAndMailsOnce) {
  Tell();
  const std::size_t mails = Mails();
  Change({Parcel("JJFI2")});

  Update();

  EXPECT_TRUE(result().accepted().confirmed()) << result().failure().message();
  EXPECT_EQ(result().accepted().external_id(), shipment_->external_id());
  EXPECT_EQ(Shown("_tracking_number"), "JJFI2");
  EXPECT_EQ(Shown("_tracking_url"), "https://posti.example/JJFI2");
  EXPECT_EQ(Mails(), mails + 1);
  EXPECT_EQ(order().status, "completed");
  EXPECT_EQ(order().fulfillments.size(), GetParam() ? 1U : 0U);
}

TEST_P(ShipmentUpdateTest, ThatIsThereIsNotToldAgain) {
  Tell();
  Change({Parcel("JJFI2")});
  Update();
  const std::size_t mails = Mails();

  Update();

  EXPECT_TRUE(result().has_accepted());
  EXPECT_EQ(Mails(), mails);
  EXPECT_EQ(order().notes.size(), GetParam() ? 0U : 2U);
  EXPECT_LE(Writes(), GetParam() ? 0 : 1);
}

TEST_P(ShipmentUpdateTest, BringsACodeThatCameLateAndTakesOneAway) {
  shipment_->clear_parcels();
  Tell();
  Change({Parcel("JJFI1"), Parcel("JJFI2")});
  Update();
  EXPECT_EQ(Shown("_tracking_number"), "JJFI1, JJFI2");

  Change({});
  Update();

  EXPECT_TRUE(result().accepted().confirmed()) << result().failure().message();
  EXPECT_EQ(Shown("_tracking_number"), "");
  EXPECT_EQ(Shown("_tracking_url"), "");
}

TEST_P(ShipmentUpdateTest, TellsNobodyWhereCustomersAreNotTold) {
  shipment_->set_notify_customer(false);
  Tell();
  Change({Parcel("JJFI2")});

  Update();

  EXPECT_TRUE(order().mails.empty());
  EXPECT_EQ(Shown("_tracking_number"), "JJFI2");
}

TEST_P(ShipmentUpdateTest, LeavesWhatOthersKeepThere) {
  Tell();
  boost::json::array& meta = GetParam() ? shop_.orders[12].fulfillments.begin()->second.meta_data
                                        : shop_.orders[12].meta_data;
  meta.push_back({{"id", 900}, {"key", "_label"}, {"value", "https://labels.example/1"}});
  Change({Parcel("JJFI2")});

  Update();

  EXPECT_EQ(Shown("_label"), "https://labels.example/1");
  EXPECT_EQ(Shown("_storebridge_shipment"), "0q4wabc");
}

TEST_P(ShipmentUpdateTest, OfAShipmentThatTheShopDoesNotHaveAnyMoreIsRefused) {
  Tell();
  shop_.orders[12].fulfillments.clear();
  shop_.orders[12].meta_data = {};
  Change({Parcel("JJFI2")});

  Update();

  EXPECT_EQ(result().failure().code(), v1::Failure::CODE_NOT_FOUND);
  EXPECT_NE(result().failure().message().find("no shipment of ours"), std::string::npos);
  EXPECT_EQ(Writes(), 0);
}

TEST_P(ShipmentUpdateTest, OfATrashedOrderIsRefused) {
  Tell();
  shop_.orders.clear();
  Change({Parcel("JJFI2")});

  Update();

  EXPECT_EQ(result().failure().code(), v1::Failure::CODE_NOT_FOUND);
}

}  // namespace
}  // namespace storebridge::testing
