#include <string>

#include <gtest/gtest.h>

#include "vendure_answers.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class VendureShipmentTest : public ::testing::Test {
 protected:
  VendureShipmentTest() {
    v1::Shipment* shipment = host_.begin.mutable_shipments()->add_shipments();
    shipment->set_ref("0q4wabc");
    shipment->set_external_order_id("38");
    shipment->add_lines()->set_external_line_id("51");
    shipment->mutable_lines(0)->set_quantity(1);
    v1::Parcel* parcel = shipment->add_parcels();
    parcel->set_tracking_code("JJFI1");
    parcel->set_carrier("Posti");
    host_.answer = [this](const v1::HttpRequest& request) { return Shop(request); };
  }
  v1::Completion Shop(const v1::HttpRequest& request) {
    if (Has(request.body(), "addFulfillmentToOrder")) {
      ++made;
      return HttpAnswer(200, Data("addFulfillmentToOrder", made_answer));
    }
    if (Has(request.body(), "transitionFulfillmentToState")) {
      ++shipped;
      return HttpAnswer(200, Data("transitionFulfillmentToState", shipped_answer));
    }
    return HttpAnswer(200,
                      Data("order",
                           R"({"id":"38","code":"C38","state":")" + state + R"(","fulfillments":)" +
                               fulfillments + "}"));
  }
  [[nodiscard]] const v1::ItemResult& Push() {
    EXPECT_TRUE(host_.Run("shipments.push")) << host_.failure.message();
    return host_.results.at(0);
  }

  ScriptedHost host_{vendure_connector(), kVendureConfig};
  std::string state = "PaymentSettled";
  std::string fulfillments = "[]";
  std::string made_answer = R"({"__typename":"Fulfillment","id":"2","state":"Pending"})";
  std::string shipped_answer = R"({"__typename":"Fulfillment","id":"2","state":"Shipped"})";
  int made = 0;
  int shipped = 0;
};

TEST_F(VendureShipmentTest, MakesAFulfillmentWithMarkerAndShipsIt) {
  const v1::ItemResult& result = Push();

  EXPECT_TRUE(result.accepted().confirmed());
  ASSERT_EQ(host_.requests.size(), 3U);
  EXPECT_TRUE(Has(host_.requests[1].body(), "Posti [0q4wabc]"));
  EXPECT_TRUE(Has(host_.requests[1].body(), "JJFI1"));
  EXPECT_EQ(host_.requests[1].safety(), v1::HttpRequest::SAFETY_UNSAFE);
}

TEST_F(VendureShipmentTest, EveryRequestThatWritesNamesItsShipment) {
  EXPECT_TRUE(Push().has_accepted());

  ASSERT_EQ(host_.requests.size(), 3U);
  EXPECT_EQ(host_.requests[0].safety(), v1::HttpRequest::SAFETY_SAFE);
  EXPECT_EQ(host_.requests[1].ref(), "0q4wabc");
  EXPECT_EQ(host_.requests[2].ref(), "0q4wabc");
}

TEST_F(VendureShipmentTest, CallsNothingConfirmedThatVendureDoesNotShow) {
  shipped_answer = R"({"__typename":"Fulfillment","id":"2","state":"Pending"})";

  const v1::ItemResult& result = Push();

  EXPECT_TRUE(result.has_accepted());
  EXPECT_FALSE(result.accepted().confirmed());
}

TEST_F(VendureShipmentTest, FinishesAFulfillmentThatWasLeftPending) {
  fulfillments = R"([{"id":"7","state":"Pending","method":"Posti [0q4wabc]"}])";

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.accepted().external_id(), "7");
  EXPECT_EQ(made, 0);
  EXPECT_EQ(shipped, 1);
}

TEST_F(VendureShipmentTest, WritesNothingWhenItWasTold) {
  fulfillments = R"([{"id":"7","state":"Shipped","method":"Posti [0q4wabc]"}])";
  state = "Shipped";

  const v1::ItemResult& result = Push();

  EXPECT_TRUE(result.accepted().was_there());
  EXPECT_EQ(made + shipped, 0);
}

TEST_F(VendureShipmentTest, MakesItAgainWhenOursWasCancelled) {
  fulfillments = R"([{"id":"7","state":"Cancelled","method":"Posti [0q4wabc]"}])";

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.accepted().external_id(), "2");
  EXPECT_EQ(made, 1);
}

TEST_F(VendureShipmentTest, TellsTheRefusalOfTheUnion) {
  made_answer =
      R"({"__typename":"ItemsAlreadyFulfilledError","errorCode":"ITEMS_ALREADY_FULFILLED_ERROR",)"
      R"("message":"One or more OrderItems are already part of a Fulfillment"})";

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.failure().code(), v1::Failure::CODE_CONFLICT);
  EXPECT_TRUE(Has(result.failure().message(), "ITEMS_ALREADY_FULFILLED_ERROR"));
  EXPECT_EQ(shipped, 0);
}

TEST_F(VendureShipmentTest, TakesShippedTwiceForShipped) {
  fulfillments = R"([{"id":"7","state":"Pending","method":"Posti [0q4wabc]"}])";
  shipped_answer =
      R"({"__typename":"FulfillmentStateTransitionError","errorCode":)"
      R"("FULFILLMENT_STATE_TRANSITION_ERROR","message":"x","fromState":"Shipped",)"
      R"("transitionError":"Cannot transition Fulfillment from \"Shipped\" to \"Shipped\""})";

  EXPECT_TRUE(Push().has_accepted());
}

TEST_F(VendureShipmentTest, DoesNotShipWhatIsNotPaidOrBeingModified) {
  state = "PaymentAuthorized";
  EXPECT_EQ(Push().failure().code(), v1::Failure::CODE_CONFLICT);

  state = "Modifying";
  EXPECT_EQ(Push().failure().code(), v1::Failure::CODE_TRANSIENT);
  EXPECT_EQ(made, 0);
}

TEST_F(VendureShipmentTest, SaysThatALostAnswerIsAmbiguous) {
  host_.answer = [this](const v1::HttpRequest& request) {
    return Has(request.body(), "addFulfillmentToOrder")
               ? HostFailure(v1::Failure::CODE_TRANSIENT, "the answer was lost", true)
               : Shop(request);
  };

  EXPECT_TRUE(Push().failure().ambiguous());
}

}  // namespace
}  // namespace storebridge::testing
