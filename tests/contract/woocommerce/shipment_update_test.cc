// Parcels that change after the shop was told of their shipment.
#include <algorithm>
#include <map>
#include <set>
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
  // Where the shop keeps what it was told.
  boost::json::array& Meta() {
    WooModel::Order& order = shop_.orders[12];
    return GetParam() ? order.fulfillments.begin()->second.meta_data : order.meta_data;
  }
  // The rows of that key.
  std::vector<boost::json::object> Rows(std::string_view key) {
    std::vector<boost::json::object> rows;
    for (const boost::json::value& row : Meta()) {
      if (row.at("key").as_string() == key) {
        rows.push_back(row.as_object());
      }
    }
    return rows;
  }
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
  Meta().push_back({{"id", 900}, {"key", "_label"}, {"value", "https://labels.example/1"}});
  Change({Parcel("JJFI2")});

  Update();

  EXPECT_EQ(Shown("_label"), "https://labels.example/1");
  EXPECT_EQ(Shown("_storebridge_shipment"), "0q4wabc");
}

TEST_P(ShipmentUpdateTest, LeavesAllRowsOfOthersThatHaveOneKey) {
  Tell();
  for (const int id : {900, 901}) {
    Meta().push_back({{"id", id}, {"key", "note"}, {"value", std::to_string(id)}});
  }
  Change({Parcel("JJFI2")});

  Update();

  ASSERT_EQ(Rows("note").size(), 2U);
  EXPECT_EQ(Rows("note")[0].at("value"), "900");
  EXPECT_EQ(Rows("note")[1].at("value"), "901");
}

TEST_P(ShipmentUpdateTest, LeavesOneRowOfACodeThatIsThereTwice) {
  Tell();
  Meta().push_back({{"id", 900}, {"key", "_tracking_number"}, {"value", "JJFI1"}});
  Change({Parcel("JJFI2")});

  Update();

  ASSERT_EQ(Rows("_tracking_number").size(), 1U);
  EXPECT_EQ(Shown("_tracking_number"), "JJFI2");
}

TEST_P(ShipmentUpdateTest, NamesTheRowsOfAFulfillmentByTheirIds) {
  if (!GetParam()) {
    return;  // WooCommerce finds the rows of an order by their keys.
  }
  shipment_->mutable_parcels(0)->clear_tracking_url();
  Tell();
  std::map<std::string, std::int64_t> known;
  for (const boost::json::value& row : Meta()) {
    known[row.at("key").as_string().c_str()] = row.at("id").as_int64();
  }
  ASSERT_TRUE(known.contains("_items") && known.contains("_tracking_number"));
  ASSERT_FALSE(known.contains("_tracking_url"));
  Change({Parcel("JJFI2")});

  Update();

  const boost::json::value body = boost::json::parse(host_.requests.back().body());
  std::set<std::string> named;
  for (const boost::json::value& row : body.at("meta_data").as_array()) {
    const std::string key = row.at("key").as_string().c_str();
    EXPECT_TRUE(named.insert(key).second) << key;
    EXPECT_EQ(row.at("id"), known[key]) << key;
  }
  known.erase("_tracking_url");
  for (const auto& [key, id] : known) {
    EXPECT_TRUE(named.contains(key)) << key;
    EXPECT_EQ(Rows(key).at(0).at("id"), id) << key;
  }
  EXPECT_EQ(Shown("_tracking_url"), "https://posti.example/JJFI2");
}

// Found by fuzzing: an id that is text became a part of the address.
TEST_P(ShipmentUpdateTest, OfAFulfillmentWhoseIdIsNoNumberIsRefused) {
  if (!GetParam()) {
    return;  // A note has no fulfillment.
  }
  Tell();
  for (const char* id : {R"("../12")", R"("p\u00e4")", R"("")", "-7"}) {
    host_.answer = [this, id](const v1::HttpRequest& request) {
      const std::string row = R"("meta_data":[{"key":"_storebridge_shipment","value":"0q4wabc"}])";
      return PathOf(request.url()).ends_with("/fulfillments")
                 ? HttpAnswer(200, std::string(R"([{"id":)") + id + "," + row + "}]")
                 : shop_.Answer(request);
    };
    Change({Parcel("JJFI2")});

    Update();

    EXPECT_TRUE(result().has_failure()) << id;
    EXPECT_EQ(Writes(), 0) << id;
  }
}

// The shop takes the shipment and has no time for the order, which is to be completed then.
TEST_P(ShipmentUpdateTest, AfterATellingThatTheShopTookAPartOfShowsTheNewCodeOnce) {
  host_.answer = [this](const v1::HttpRequest& request) {
    const bool is_order = PathOf(request.url()).ends_with("/orders/12");
    return request.method() == "PUT" && is_order ? HttpAnswer(429, "{}") : shop_.Answer(request);
  };
  Run("shipments.push");
  ASSERT_EQ(result().failure().code(), v1::Failure::CODE_RATE_LIMITED);
  EXPECT_FALSE(result().failure().ambiguous());
  ASSERT_EQ(order().fulfillments.size() + order().notes.size(), 1U);
  host_.answer = [this](const v1::HttpRequest& request) { return shop_.Answer(request); };
  const std::vector<v1::Parcel> before(shipment_->parcels().begin(), shipment_->parcels().end());
  *shipment_->mutable_parcels(0) = Parcel("JJFI2");
  shipment_->set_read_back_first(true);

  Tell();
  EXPECT_TRUE(result().accepted().was_there()) << "what is there has the code of before";
  shipment_->mutable_outdated_parcels()->Assign(before.begin(), before.end());
  shipment_->set_revision(1);
  Update();

  EXPECT_TRUE(result().accepted().confirmed()) << result().failure().message();
  EXPECT_EQ(Shown("_tracking_number"), "JJFI2");
  EXPECT_EQ(Rows("_tracking_number").size(), 1U);
  EXPECT_EQ(order().status, "completed");
  EXPECT_EQ(order().fulfillments.size(), GetParam() ? 1U : 0U);
  EXPECT_EQ(order().notes.size(), GetParam() ? 0U : 2U);
  EXPECT_EQ(Mails(), 2U) << "one of the shipment, one of its other code";
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
