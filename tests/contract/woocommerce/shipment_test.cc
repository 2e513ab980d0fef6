#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// One order of a shop, its notes and fulfillments, and the mails that its customer gets.
struct Shop {
  bool has_fulfillments = true;
  bool is_completed_mail_on = true;
  std::string status = "processing";
  std::string meta_data = "[]";
  std::vector<std::string> fulfillments = {};
  std::vector<std::string> notes = {};
  int mails = 0;

  static std::string Listed(const std::vector<std::string>& parts) {
    std::string list;
    for (const std::string& part : parts) {
      list += (list.empty() ? "" : ",") + part;
    }
    return '[' + list + ']';
  }
  static std::string Part(const std::string& body, const std::string& from) {
    const std::size_t at = body.find(from);
    return at == std::string::npos ? "" : body.substr(at + from.size());
  }

  std::string Order() const {
    return R"({"id":12,"number":"12","status":")" + status + R"(","meta_data":)" + meta_data + "}";
  }
  v1::Completion Fulfillments(const v1::HttpRequest& request) {
    if (!has_fulfillments) {
      return HttpAnswer(404, R"({"code":"rest_no_route","message":"No route"})");
    }
    if (request.method() == "GET") {
      return HttpAnswer(200, Listed(fulfillments));
    }
    mails += Has(request.body(), R"("notify_customer":true)") ? 1 : 0;
    std::string meta = Part(request.body(), R"("meta_data":)");
    meta.pop_back();
    fulfillments.push_back(R"({"id":5,"status":"fulfilled","is_fulfilled":"1","meta_data":)" +
                           meta + "}");
    return HttpAnswer(201, fulfillments.back());
  }
  v1::Completion Notes(const v1::HttpRequest& request) {
    if (request.method() == "GET") {
      return HttpAnswer(200, Listed(notes));
    }
    mails += Has(request.body(), R"("customer_note":true)") ? 1 : 0;
    const std::string text = Part(request.body(), R"("note":")");
    notes.push_back(R"({"id":90,"note":")" + text.substr(0, text.find('"')) + R"("})");
    return HttpAnswer(201, notes.back());
  }
  v1::Completion Put(const v1::HttpRequest& request) {
    if (Has(request.body(), R"("status":"completed")") && status != "completed") {
      status = "completed";
      mails += is_completed_mail_on ? 1 : 0;
    }
    if (std::string meta = Part(request.body(), R"("meta_data":)"); !meta.empty()) {
      meta.pop_back();
      meta_data = meta;
    }
    return HttpAnswer(200, Order());
  }
  v1::Completion Answer(const v1::HttpRequest& request) {
    const std::string path = PathOf(request.url());
    if (path.ends_with("/orders/12/fulfillments")) {
      return Fulfillments(request);
    }
    if (path.ends_with("/orders/12/notes")) {
      return Notes(request);
    }
    if (path.ends_with("/orders/12")) {
      return request.method() == "PUT" ? Put(request) : HttpAnswer(200, Order());
    }
    return HttpAnswer(404,
                      R"({"code":"woocommerce_rest_order_invalid_id","message":"Invalid ID."})");
  }
};

class ShipmentTest : public ::testing::Test {
 protected:
  ShipmentTest() {
    host_.answer = [this](const v1::HttpRequest& request) { return shop_.Answer(request); };
    shipment_ = host_.begin.mutable_shipments()->add_shipments();
    shipment_->set_ref("0q4wabc");
    shipment_->set_external_order_id("12");
    shipment_->add_lines()->set_external_line_id("120");
    shipment_->mutable_lines(0)->set_quantity(2);
    v1::Parcel* parcel = shipment_->add_parcels();
    parcel->set_tracking_code("JJFI1");
    parcel->set_tracking_url("https://posti.example/JJFI1");
    parcel->set_carrier("Posti");
    shipment_->set_completes_order(true);
    shipment_->set_notify_customer(true);
  }
  void Push() {
    host_.begin.clear_capabilities();
    if (shop_.has_fulfillments) {
      host_.begin.add_capabilities("fulfillments");
    }
    if (!shop_.is_completed_mail_on) {
      host_.begin.add_capabilities("completed_mail_off");
    }
    ASSERT_TRUE(host_.Run("shipments.push")) << host_.failure.message();
    ASSERT_EQ(host_.results.size(), 1U);
  }
  [[nodiscard]] const v1::ItemResult& result() const { return host_.results.at(0); }
  [[nodiscard]] long Writes() const {
    return std::count_if(host_.requests.begin(), host_.requests.end(), [](const auto& one) {
      return one.method() != "GET";
    });
  }

  Shop shop_;
  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  v1::Shipment* shipment_;
};

TEST_F(ShipmentTest, MakesAFulfillmentWithTrackingAndMarkerAndCompletesTheOrder) {
  Push();

  EXPECT_TRUE(result().accepted().confirmed());
  EXPECT_EQ(result().accepted().external_id(), "5");
  ASSERT_EQ(shop_.fulfillments.size(), 1U);
  EXPECT_TRUE(
      Has(shop_.fulfillments[0], R"({"id":0,"key":"_items","value":[{"item_id":120,"qty":2}]})"));
  EXPECT_TRUE(Has(shop_.fulfillments[0], R"({"id":0,"key":"_tracking_number","value":"JJFI1"})"));
  EXPECT_TRUE(
      Has(shop_.fulfillments[0], R"({"id":0,"key":"_storebridge_shipment","value":"0q4wabc"})"));
  EXPECT_EQ(shop_.status, "completed");
  EXPECT_EQ(host_.requests[2].safety(), v1::HttpRequest::SAFETY_UNSAFE);
  EXPECT_EQ(host_.requests[3].safety(), v1::HttpRequest::SAFETY_IDEMPOTENT);
}

// The customer reads it.
TEST_F(ShipmentTest, WritesANoteWithoutAStopForAParcelThatHasNoText) {
  shop_.has_fulfillments = false;
  shipment_->mutable_parcels(0)->Clear();

  Push();

  ASSERT_EQ(shop_.notes.size(), 1U);
  EXPECT_TRUE(Has(shop_.notes[0], R"("Shipped. [0q4wabc]")")) << shop_.notes[0];
}

TEST_F(ShipmentTest, EveryRequestThatWritesNamesItsShipment) {
  for (const bool has_fulfillments : {true, false}) {
    shop_ = Shop();
    shop_.has_fulfillments = has_fulfillments;

    Push();

    EXPECT_EQ(Writes(), 2);
    for (const v1::HttpRequest& request : host_.requests) {
      const bool is_read = request.safety() == v1::HttpRequest::SAFETY_SAFE;
      EXPECT_EQ(request.ref(), is_read ? "" : "0q4wabc") << request.method();
    }
  }
}

// One mail where the customer is to be told, none where not: whatever the store can do, for a part
// and for the whole, and a second time.
TEST_F(ShipmentTest, SendsOneMailOrNoneHoweverOftenItIsTold) {
  for (int way = 0; way < 16; ++way) {
    shop_ = Shop();
    shop_.has_fulfillments = (way & 1) != 0;
    shop_.is_completed_mail_on = (way & 2) != 0;
    shipment_->set_completes_order((way & 4) != 0);
    shipment_->set_notify_customer((way & 8) != 0);
    // WooCommerce mails at completion by itself: that cannot be suppressed for one order.
    const bool is_mailed_anyway = shipment_->completes_order() && shop_.is_completed_mail_on;
    const int mails = shipment_->notify_customer() || is_mailed_anyway ? 1 : 0;

    Push();
    EXPECT_TRUE(result().accepted().confirmed()) << way;
    EXPECT_EQ(shop_.mails, mails) << way;
    shipment_->set_read_back_first(true);
    Push();

    EXPECT_TRUE(result().accepted().was_there()) << way;
    EXPECT_EQ(Writes(), 0) << way;
    EXPECT_EQ(shop_.mails, mails) << way;
    EXPECT_EQ(shop_.status, shipment_->completes_order() ? "completed" : "processing") << way;
  }
}

TEST_F(ShipmentTest, GivesItsTrackingCodeToAnOrderThatSomebodyHasCompleted) {
  for (const bool has_fulfillments : {true, false}) {
    shop_ = Shop();
    shop_.has_fulfillments = has_fulfillments;
    shop_.status = "completed";

    Push();

    EXPECT_TRUE(result().accepted().confirmed());
    EXPECT_EQ(shop_.mails, 1);
    EXPECT_TRUE(Has(has_fulfillments ? shop_.fulfillments.at(0) : shop_.meta_data, "JJFI1"));
  }
}

TEST_F(ShipmentTest, LeavesAnOrderInAStatusThatSaysItWasSent) {
  host_.config_json = R"({"base_url":"https://shop.example","completed_statuses":"delivered"})";
  for (const bool has_fulfillments : {true, false}) {
    shop_ = Shop();
    shop_.has_fulfillments = has_fulfillments;
    shop_.status = "delivered";

    Push();

    EXPECT_TRUE(result().accepted().confirmed());
    EXPECT_EQ(shop_.status, "delivered");
    EXPECT_EQ(shop_.mails, 1);
    EXPECT_TRUE(Has(has_fulfillments ? shop_.fulfillments.at(0) : shop_.meta_data, "JJFI1"));
  }
}

TEST_F(ShipmentTest, GoesOnWhereALostAttemptStopped) {
  for (const bool has_fulfillments : {true, false}) {
    shop_ = Shop();
    shop_.has_fulfillments = has_fulfillments;
    bool is_lost = true;
    host_.answer = [&](const v1::HttpRequest& request) {
      v1::Completion done = shop_.Answer(request);
      if (is_lost && request.method() == "POST") {
        return HostFailure(v1::Failure::CODE_TRANSIENT, "the answer was lost", true);
      }
      return done;
    };
    Push();
    EXPECT_TRUE(result().failure().ambiguous());
    is_lost = false;
    shipment_->set_read_back_first(true);

    Push();

    EXPECT_TRUE(result().accepted().confirmed());
    EXPECT_EQ(shop_.fulfillments.size() + shop_.notes.size(), 1U);
    EXPECT_EQ(shop_.status, "completed");
    EXPECT_EQ(shop_.mails, 1);
  }
}

TEST_F(ShipmentTest, WritesANoteWithMarkerAndTheTrackingCodesOfAllShipments) {
  shop_.has_fulfillments = false;
  shop_.meta_data = R"([{"id":1,"key":"_tracking_number","value":"OLD1"},)"
                    R"({"id":2,"key":"_storebridge_shipment","value":"0q4wold"}])";

  Push();

  ASSERT_EQ(shop_.notes.size(), 1U);
  EXPECT_TRUE(Has(shop_.notes[0], "JJFI1"));
  EXPECT_TRUE(Has(shop_.notes[0], "[0q4wabc]"));
  EXPECT_TRUE(Has(shop_.meta_data, R"("key":"_tracking_number","value":"OLD1, JJFI1")"));
  EXPECT_TRUE(Has(shop_.meta_data, R"("key":"_storebridge_shipment","value":"0q4wold, 0q4wabc")"));
}

TEST_F(ShipmentTest, TakesTheOtherWayWhenFulfillmentsWereSwitchedOff) {
  shop_.has_fulfillments = false;
  host_.begin.add_capabilities("fulfillments");

  ASSERT_TRUE(host_.Run("shipments.push")) << host_.failure.message();

  EXPECT_TRUE(result().accepted().confirmed());
  EXPECT_EQ(shop_.notes.size(), 1U);
}

TEST_F(ShipmentTest, DoesNotReviveACancelledOrder) {
  for (const char* status : {"cancelled", "refunded", "failed", "trash"}) {
    shop_ = Shop();
    shop_.status = status;

    Push();

    EXPECT_EQ(result().failure().code(), v1::Failure::CODE_CONFLICT) << status;
    EXPECT_EQ(Writes(), 0) << status;
  }
}

TEST_F(ShipmentTest, JoinsTheTrackingCodesOfSeveralParcels) {
  shipment_->add_parcels()->set_tracking_code("JJFI2");

  Push();

  EXPECT_TRUE(Has(shop_.fulfillments.at(0), R"("value":"JJFI1, JJFI2")"));
}

TEST_F(ShipmentTest, RefusesAShipmentOfAnOrderThatIsGoneAndTellsTheOthers) {
  v1::Shipment* second = host_.begin.mutable_shipments()->add_shipments();
  *second = *shipment_;
  second->set_ref("second");
  shipment_->set_external_order_id("99");
  host_.begin.add_capabilities("fulfillments");

  ASSERT_TRUE(host_.Run("shipments.push"));

  ASSERT_EQ(host_.results.size(), 2U);
  EXPECT_EQ(host_.results[0].failure().code(), v1::Failure::CODE_NOT_FOUND);
  EXPECT_TRUE(host_.results[1].accepted().confirmed());
}

// Found by the simulator: an answer that was cut stood for an order that is gone, and its customer
// never heard of the shipment.
TEST_F(ShipmentTest, IsTriedAgainWhenWhatIsMissingIsNotSaidByWooCommerce) {
  for (const char* body : {R"({"code":"rest_no_ro)", "<html>404 Not Found</html>", ""}) {
    host_.results.clear();
    host_.answer = [&](const v1::HttpRequest& request) {
      return Has(request.url(), "/fulfillments") ? HttpAnswer(404, body) : shop_.Answer(request);
    };

    Push();

    EXPECT_EQ(result().failure().code(), v1::Failure::CODE_TRANSIENT) << body;
    EXPECT_EQ(Writes(), 0) << body;
  }
}

TEST_F(ShipmentTest, TellsWhatWooCommerceSaysAgainstAFulfillment) {
  host_.answer = [this](const v1::HttpRequest& request) {
    return request.method() == "POST"
               ? HttpAnswer(400, R"({"code":"0","message":"Invalid item.","data":{"status":400}})")
               : shop_.Answer(request);
  };

  Push();

  EXPECT_EQ(result().failure().code(), v1::Failure::CODE_PERMANENT);
  EXPECT_TRUE(Has(result().failure().message(), "Invalid item."));
  EXPECT_EQ(shop_.status, "processing");
}

}  // namespace
}  // namespace storebridge::testing
