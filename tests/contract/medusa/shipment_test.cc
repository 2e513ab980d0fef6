#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "medusa_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr const char* kFulfillments = "/admin/orders/order_1/fulfillments";
constexpr const char* kShipped = R"("2026-11-29T12:00:01.000Z")";

// A fulfilment as an order shows it.
std::string Fulfillment(const std::string& id,
                        const std::string& marker,
                        const std::string& shipped_at = "null",
                        const std::string& canceled_at = "null") {
  return R"({"id":")" + id + R"(","metadata":{"storebridge_shipment":")" + marker +
         R"("},"shipped_at":)" + shipped_at + R"(,"canceled_at":)" + canceled_at + "}";
}

class MedusaShipmentTest : public ::testing::Test {
 protected:
  MedusaShipmentTest() {
    v1::Shipment* shipment = host_.begin.mutable_shipments()->add_shipments();
    shipment->set_ref("0q4wabc");
    shipment->set_external_order_id("order_1");
    shipment->add_lines()->set_external_line_id("ordli_1");
    shipment->mutable_lines(0)->set_quantity(2);
    v1::Parcel* parcel = shipment->add_parcels();
    parcel->set_tracking_code("JJFI1");
    parcel->set_tracking_url("https://posti.example/JJFI1");
    parcel->set_carrier("Posti");
    host_.answer = [this](const v1::HttpRequest& request) { return Shop(request); };
  }

  v1::Completion Shop(const v1::HttpRequest& request) {
    const std::string path = PathOf(request.url());
    if (path == "/admin/stock-locations") {
      return HttpAnswer(200, R"({"stock_locations":[{"id":"sloc_1"}],"count":1})");
    }
    if (path == kFulfillments) {
      ++made_;
      if (made_answer_.has_failure() || made_answer_.http().status() != 200) {
        return made_answer_;
      }
      fulfillments_ = fulfillments_.empty() ? made_ones_ : fulfillments_ + "," + made_ones_;
      return Order();
    }
    if (path.starts_with(kFulfillments)) {
      ++shipped_;
      shipped_path_ = path;
      if (!after_shipping_.empty()) {
        fulfillments_ = after_shipping_;
      }
      return shipped_answer_.http().status() == 200 ? Order() : shipped_answer_;
    }
    return order_answer_.http().status() == 200 ? Order() : order_answer_;
  }
  [[nodiscard]] v1::Completion Order() const {
    return HttpAnswer(200,
                      R"({"order":{"id":"order_1","display_id":1,"status":"pending",)"
                      R"("fulfillments":[)" +
                          fulfillments_ + "]}}");
  }
  const v1::ItemResult& Push() {
    static const v1::ItemResult kNone;
    EXPECT_TRUE(host_.Run("shipments.push")) << host_.failure.message();
    EXPECT_EQ(host_.results.size(), 1U);
    return host_.results.empty() ? kNone : host_.results[0];
  }

  ScriptedHost host_{medusa_connector(), kMedusaConfig};
  // Of the order, before anything is done.
  std::string fulfillments_;
  // What the first step adds to them, and what the second makes of them.
  std::string made_ones_ = Fulfillment("ful_2", "0q4wabc");
  std::string after_shipping_ = Fulfillment("ful_2", "0q4wabc", kShipped);
  v1::Completion order_answer_ = HttpAnswer(200, "");
  v1::Completion made_answer_ = HttpAnswer(200, "");
  v1::Completion shipped_answer_ = HttpAnswer(200, "");
  int made_ = 0;
  int shipped_ = 0;
  std::string shipped_path_;
};

TEST_F(MedusaShipmentTest, MakesAFulfilmentWithMarkerAndShipsIt) {
  const v1::ItemResult& result = Push();

  EXPECT_TRUE(result.accepted().confirmed());
  EXPECT_FALSE(result.accepted().was_there());
  EXPECT_EQ(result.accepted().external_id(), "ful_2");
  ASSERT_EQ(host_.requests.size(), 4U);
  EXPECT_EQ(host_.requests[2].body(),
            R"({"items":[{"id":"ordli_1","quantity":2}],"no_notification":true,)"
            R"("location_id":"sloc_1","metadata":{"storebridge_shipment":"0q4wabc",)"
            R"("carrier":"Posti"}})");
  EXPECT_EQ(PathOf(host_.requests[3].url()), std::string(kFulfillments) + "/ful_2/shipments");
  EXPECT_EQ(host_.requests[3].body(),
            R"({"items":[{"id":"ordli_1","quantity":2}],"no_notification":true,)"
            R"("labels":[{"tracking_number":"JJFI1",)"
            R"("tracking_url":"https://posti.example/JJFI1","label_url":""}]})");
}

TEST_F(MedusaShipmentTest, EveryRequestThatWritesNamesItsShipment) {
  EXPECT_TRUE(Push().has_accepted());

  ASSERT_EQ(host_.requests.size(), 4U);
  EXPECT_EQ(host_.requests[1].safety(), v1::HttpRequest::SAFETY_SAFE);
  EXPECT_EQ(host_.requests[2].safety(), v1::HttpRequest::SAFETY_UNSAFE) << "it is taken twice";
  EXPECT_EQ(host_.requests[3].safety(), v1::HttpRequest::SAFETY_IDEMPOTENT)
      << "a second one is refused";
  for (const int writes : {2, 3}) {
    EXPECT_EQ(host_.requests[static_cast<std::size_t>(writes)].ref(), "0q4wabc");
    EXPECT_TRUE(Has(ValueOf(host_.requests[static_cast<std::size_t>(writes)].url(), "fields"),
                    "fulfillments.metadata"))
        << "its own answer does not show what was made";
  }
}

TEST_F(MedusaShipmentTest, TellsTheCustomerWhenItIsToldTo) {
  host_.begin.mutable_shipments()->mutable_shipments(0)->set_notify_customer(true);

  EXPECT_TRUE(Push().has_accepted());

  for (const int writes : {2, 3}) {
    EXPECT_TRUE(Has(host_.requests.at(static_cast<std::size_t>(writes)).body(),
                    R"("no_notification":false)"));
  }
}

TEST_F(MedusaShipmentTest, WritesALabelForEachParcelAndEachCarrierOnce) {
  v1::Shipment* shipment = host_.begin.mutable_shipments()->mutable_shipments(0);
  shipment->mutable_parcels(0)->clear_tracking_url();
  shipment->add_parcels()->set_carrier("Posti");
  shipment->add_parcels()->set_carrier("Matkahuolto");

  EXPECT_TRUE(Push().has_accepted());

  EXPECT_TRUE(Has(host_.requests.at(2).body(), R"("carrier":"Posti, Matkahuolto")"));
  EXPECT_TRUE(Has(host_.requests.at(3).body(),
                  R"("labels":[{"tracking_number":"JJFI1","tracking_url":"","label_url":""},)"
                  R"({"tracking_number":"","tracking_url":"","label_url":""},)"))
      << host_.requests.at(3).body();
}

TEST_F(MedusaShipmentTest, ShipsWithoutParcels) {
  host_.begin.mutable_shipments()->mutable_shipments(0)->clear_parcels();

  EXPECT_TRUE(Push().accepted().confirmed());

  EXPECT_FALSE(Has(host_.requests.at(2).body(), "carrier"));
  EXPECT_TRUE(Has(host_.requests.at(3).body(), R"("labels":[])"));
}

TEST_F(MedusaShipmentTest, WritesToTheLocationThatIsNamed) {
  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"sloc_7"})";

  EXPECT_TRUE(Push().has_accepted());

  ASSERT_EQ(host_.requests.size(), 3U);
  EXPECT_TRUE(Has(host_.requests[1].body(), R"("location_id":"sloc_7")"));
}

TEST_F(MedusaShipmentTest, ShipsAFulfilmentThatWasMadeBefore) {
  fulfillments_ = Fulfillment("ful_1", "another") + "," + Fulfillment("ful_7", "0q4wabc");
  after_shipping_ = Fulfillment("ful_7", "0q4wabc", kShipped);

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.accepted().external_id(), "ful_7");
  EXPECT_TRUE(result.accepted().was_there());
  EXPECT_TRUE(result.accepted().confirmed());
  EXPECT_EQ(made_, 0);
  EXPECT_EQ(shipped_, 1);
  EXPECT_EQ(shipped_path_, std::string(kFulfillments) + "/ful_7/shipments");
}

TEST_F(MedusaShipmentTest, WritesNothingWhenItWasTold) {
  fulfillments_ = Fulfillment("ful_7", "0q4wabc", kShipped);

  const v1::ItemResult& result = Push();

  EXPECT_TRUE(result.accepted().was_there());
  EXPECT_EQ(result.accepted().external_id(), "ful_7");
  EXPECT_EQ(made_ + shipped_, 0);
}

TEST_F(MedusaShipmentTest, MakesItAgainWhenOursWasCancelled) {
  fulfillments_ = Fulfillment("ful_1", "0q4wabc", "null", kShipped);

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.accepted().external_id(), "ful_2");
  EXPECT_EQ(made_, 1);
}

TEST_F(MedusaShipmentTest, MistakesNoOtherFulfilmentForItsOwn) {
  fulfillments_ = R"({"id":"ful_0","metadata":null,"shipped_at":null,"canceled_at":null},)"
                  R"({"id":"ful_1","metadata":{"note":"0q4wabc"},"shipped_at":null},7)";

  EXPECT_EQ(Push().accepted().external_id(), "ful_2");
  EXPECT_EQ(made_, 1);
}

TEST_F(MedusaShipmentTest, TakesARefusedRepetitionForDoneWhenItIsShown) {
  fulfillments_ = Fulfillment("ful_7", "0q4wabc");
  after_shipping_ = Fulfillment("ful_7", "0q4wabc", kShipped);
  shipped_answer_ = HttpAnswer(400, Refusal("not_allowed", "Shipment has already been created"));

  const v1::ItemResult& result = Push();

  EXPECT_TRUE(result.accepted().confirmed());
  EXPECT_EQ(host_.requests.size(), 4U) << "it looks";
}

TEST_F(MedusaShipmentTest, TellsTheRefusalOfTheSecondStepWhenItIsNotShown) {
  after_shipping_.clear();
  shipped_answer_ = HttpAnswer(400, Refusal("invalid_data", "Field 'labels' is required"));

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.failure().code(), v1::Failure::CODE_CONFLICT);
  EXPECT_TRUE(Has(result.failure().message(), "Field 'labels' is required"));
  EXPECT_TRUE(result.failure().ambiguous()) << "the fulfilment has lowered Medusa's stock";
}

TEST_F(MedusaShipmentTest, CallsNothingConfirmedThatMedusaDoesNotShow) {
  after_shipping_ = Fulfillment("ful_2", "0q4wabc");

  const v1::ItemResult& result = Push();

  EXPECT_TRUE(result.has_accepted());
  EXPECT_FALSE(result.accepted().confirmed());
}

TEST_F(MedusaShipmentTest, DoesNotShipWhatMedusaTookAndDoesNotShow) {
  made_ones_ = Fulfillment("ful_2", "another");

  EXPECT_EQ(Push().failure().code(), v1::Failure::CODE_TRANSIENT);
  EXPECT_EQ(shipped_, 0);
}

struct RefusedStep {
  const char* name;
  int status;
  const char* type;
  const char* message;
  v1::Failure::Code expected;
};

class MedusaRefusedShipmentTest : public MedusaShipmentTest,
                                  public ::testing::WithParamInterface<RefusedStep> {};

TEST_P(MedusaRefusedShipmentTest, HasTheCodeOfItsReason) {
  const RefusedStep& step = GetParam();
  made_answer_ = HttpAnswer(step.status, Refusal(step.type, step.message));

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.failure().code(), step.expected) << result.failure().message();
  EXPECT_EQ(shipped_, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Reasons,
    MedusaRefusedShipmentTest,
    ::testing::Values(
        RefusedStep{"TooMany",
                    400,
                    "invalid_data",
                    "Quantity to fulfill exceeds the reserved quantity for the item: ordli_1",
                    v1::Failure::CODE_CONFLICT},
        RefusedStep{"OrderIsCancelled",
                    400,
                    "invalid_data",
                    "Order with id order_1 has been canceled.",
                    v1::Failure::CODE_CONFLICT},
        RefusedStep{"OrderIsBeingEdited",
                    400,
                    "invalid_data",
                    "Order (order_1) already has an existing active order change",
                    v1::Failure::CODE_TRANSIENT},
        RefusedStep{"LocationIsGone",
                    404,
                    "not_found",
                    "StockLocation id not found: sloc_1",
                    v1::Failure::CODE_NOT_FOUND},
        RefusedStep{"StoreIsInTrouble",
                    500,
                    "unknown_error",
                    "An unknown error occurred.",
                    v1::Failure::CODE_TRANSIENT}),
    [](const auto& row) { return row.param.name; });

TEST_F(MedusaShipmentTest, SaysThatTheOrderIsGone) {
  order_answer_ = HttpAnswer(404, Refusal("not_found", "Order id not found: order_1"));

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.failure().code(), v1::Failure::CODE_NOT_FOUND);
  EXPECT_EQ(result.failure().message(), "Medusa has no order of id order_1 any more");
  EXPECT_EQ(made_ + shipped_, 0);
}

TEST_F(MedusaShipmentTest, TakesNoOrderForGoneWhenItIsNotMedusaThatSaysSo) {
  order_answer_ = HttpAnswer(404, "<html>no such site</html>");

  const v1::ItemResult& result = Push();

  EXPECT_EQ(result.failure().code(), v1::Failure::CODE_TRANSIENT);
  EXPECT_TRUE(Has(result.failure().message(), "it is not Medusa that says so: check base_url"))
      << result.failure().message();
}

TEST_F(MedusaShipmentTest, SaysThatALostAnswerIsAmbiguous) {
  made_answer_ = HostFailure(v1::Failure::CODE_TRANSIENT, "the answer was lost", true);

  EXPECT_TRUE(Push().failure().ambiguous());
  EXPECT_EQ(shipped_, 0);
}

TEST_F(MedusaShipmentTest, SaysThatALostAnswerToTheSecondStepIsAmbiguous) {
  shipped_answer_ = HostFailure(v1::Failure::CODE_TRANSIENT, "the answer was lost", true);

  EXPECT_TRUE(Push().failure().ambiguous());
}

TEST_F(MedusaShipmentTest, StopsWhenTheKeyIsNotTaken) {
  *host_.begin.mutable_shipments()->add_shipments() = host_.begin.shipments().shipments(0);
  order_answer_ = HttpAnswer(401, kUnauthorized);

  EXPECT_FALSE(host_.Run("shipments.push"));

  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_AUTH);
  EXPECT_EQ(host_.requests.size(), 2U);
}

TEST_F(MedusaShipmentTest, GoesOnAfterAShipmentThatIsRefused) {
  v1::Shipment second = host_.begin.shipments().shipments(0);
  second.set_ref("1q4wabc");
  *host_.begin.mutable_shipments()->add_shipments() = second;
  made_answer_ = HttpAnswer(400, Refusal("invalid_data", "no"));

  ASSERT_TRUE(host_.Run("shipments.push"));

  EXPECT_EQ(host_.results.size(), 2U);
  EXPECT_EQ(made_, 2);
}

// The server would not send such a request, and would call it the connector's mistake.
TEST_F(MedusaShipmentTest, TakesNoPathForAnId) {
  for (const char* id : {"..", "order_1/../../customers", "order_1?limit=1", "order 1", ""}) {
    host_.begin.mutable_shipments()->mutable_shipments(0)->set_external_order_id(id);

    EXPECT_EQ(Push().failure().message(), "'" + std::string(id) + "' is no id of Medusa's");
    EXPECT_EQ(host_.requests.size(), 1U) << "the location only";
  }

  host_.begin.mutable_shipments()->mutable_shipments(0)->set_external_order_id("order_1");
  fulfillments_ = Fulfillment("../../etc", "0q4wabc");
  EXPECT_EQ(Push().failure().message(), "'../../etc' is no id of Medusa's");
  EXPECT_EQ(made_ + shipped_, 0);
}

}  // namespace
}  // namespace storebridge::testing
