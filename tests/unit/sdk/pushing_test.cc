#include <string>

#include <gtest/gtest.h>

#include "driver.h"

namespace storebridge::sdk {
namespace {

using testing::Driver;
using FailureProto = connector::v1::Failure;

Task<ItemResult> Tell(Context& cx, const Shipment& shipment) {
  Response response = co_await cx.Post("/" + shipment.ref()).Body("text/plain", "x").Unsafe();
  co_return Accepted(shipment.ref(), response.Body());
}

Operation Push(Context& cx) {
  const auto tell = [&cx](const Shipment& shipment) { return Tell(cx, shipment); };
  co_await PushEach(cx, cx.ShipmentInput().shipments(), tell);
}

connector::v1::Begin ThreeShipments() {
  connector::v1::Begin begin;
  for (const char* ref : {"a", "b", "c"}) {
    begin.mutable_shipments()->add_shipments()->set_ref(ref);
  }
  return begin;
}

// Takes all but `/b`, of which the host says that it failed.
testing::Store RefusesB(FailureProto::Code code) {
  return [code](const connector::v1::HttpRequest& request) {
    if (request.url().find("/b") == std::string::npos) {
      return Driver::Http(200, "id");
    }
    connector::v1::Completion completion;
    completion.mutable_failure()->set_code(code);
    return completion;
  };
}

TEST(PushEachTest, GivesEveryRecordItsOwnOutcome) {
  Driver driver(Push);

  driver.Run(RefusesB(FailureProto::CODE_NOT_FOUND), ThreeShipments());

  ASSERT_TRUE(driver.effect().done().has_output());
  ASSERT_EQ(driver.emits.size(), 3U);
  EXPECT_TRUE(driver.emits[0].results(0).has_accepted());
  EXPECT_EQ(driver.emits[1].results(0).ref(), "b");
  EXPECT_EQ(driver.emits[1].results(0).failure().code(), FailureProto::CODE_NOT_FOUND);
  EXPECT_TRUE(driver.emits[2].results(0).has_accepted());
}

TEST(PushEachTest, SendsAnOutcomeBeforeTheNextRecordIsBegun) {
  Driver driver(Push);

  driver.Begin(ThreeShipments());
  ASSERT_TRUE(driver.effect().calls(0).has_http());
  driver.Answer();

  ASSERT_EQ(driver.effect().calls_size(), 1);
  EXPECT_TRUE(driver.effect().calls(0).has_emit());
}

TEST(PushEachTest, EndsWhenTheStoreRefusesTheCredentials) {
  Driver driver(Push);

  driver.Run(RefusesB(FailureProto::CODE_AUTH), ThreeShipments());

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_AUTH);
  EXPECT_EQ(driver.requests.size(), 2U);
}

}  // namespace
}  // namespace storebridge::sdk
