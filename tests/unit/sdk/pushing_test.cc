#include <optional>
#include <string>
#include <vector>

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

// Writes shipments to one address, `/a+b`.
Task<std::optional<Failure>> Write(Context& cx, const std::vector<Shipment>& shipments) {
  std::string path = "/";
  for (const Shipment& shipment : shipments) {
    path += (path.size() > 1 ? "+" : "") + shipment.ref();
  }
  const Response response = co_await cx.Post(path).Body("text/plain", "x").Idempotent().Try();
  std::optional<Failure> refusal;
  if (!response.ok()) {
    refusal = response.Problem();
    if (refusal->code() == Code::kAuth) {
      throw Failure(*refusal);
    }
  }
  co_return refusal;
}

Operation PushTogether(Context& cx) {
  const auto write = [&cx](const std::vector<Shipment>& some) { return Write(cx, some); };
  const auto& all = cx.ShipmentInput().shipments();
  std::vector<Shipment> shipments(all.begin(), all.end());
  co_await PushHalving(cx, std::move(shipments), write);
}

connector::v1::Begin FiveShipments() {
  connector::v1::Begin begin = ThreeShipments();
  for (const char* ref : {"d", "e"}) {
    begin.mutable_shipments()->add_shipments()->set_ref(ref);
  }
  for (Shipment& shipment : *begin.mutable_shipments()->mutable_shipments()) {
    shipment.set_external_id("id of " + shipment.ref());
  }
  return begin;
}

// Refuses whatever has one of these in it.
testing::Store Refuses(const std::string& refs, FailureProto::Code code) {
  return [refs, code](const connector::v1::HttpRequest& request) {
    const std::string path = request.url().substr(request.url().rfind('/'));
    if (path.find_first_of(refs) == std::string::npos) {
      return Driver::Http(200, "{}");
    }
    connector::v1::Completion completion;
    completion.mutable_failure()->set_code(code);
    return completion;
  };
}

// The outcomes in the order in which they were told, such as `a -b`.
std::string Outcomes(const Driver& driver) {
  std::string text;
  for (const connector::v1::Emit& emit : driver.emits) {
    for (const ItemResult& result : emit.results()) {
      text +=
          (text.empty() ? "" : " ") + std::string(result.has_failure() ? "-" : "") + result.ref();
    }
  }
  return text;
}

std::vector<std::string> Paths(const Driver& driver) {
  std::vector<std::string> paths;
  for (const connector::v1::HttpRequest& request : driver.requests) {
    paths.push_back(request.url().substr(request.url().rfind('/') + 1));
  }
  return paths;
}

TEST(PushHalvingTest, WritesAllInOneRequest) {
  Driver driver(PushTogether);

  driver.Run(Refuses("x", FailureProto::CODE_PERMANENT), FiveShipments());

  EXPECT_EQ(Paths(driver), std::vector<std::string>{"a+b+c+d+e"});
  EXPECT_EQ(Outcomes(driver), "a b c d e");
  EXPECT_EQ(driver.emits.at(0).results(1).accepted().external_id(), "id of b");
}

TEST(PushHalvingTest, FindsThoseThatAreRefusedByHalves) {
  Driver driver(PushTogether);

  driver.Run(Refuses("be", FailureProto::CODE_NOT_FOUND), FiveShipments());

  ASSERT_TRUE(driver.effect().done().has_output()) << driver.failure().message();
  EXPECT_EQ(
      Paths(driver),
      (std::vector<std::string>{"a+b+c+d+e", "a+b", "a", "b", "c+d+e", "c", "d+e", "d", "e"}));
  EXPECT_EQ(Outcomes(driver), "a -b c d -e");
  EXPECT_EQ(driver.emits.size(), 5U) << "each request is told of before the next is begun";
}

TEST(PushHalvingTest, EndsWithWhatIsThrown) {
  Driver driver(PushTogether);

  driver.Run(Refuses("b", FailureProto::CODE_AUTH), FiveShipments());

  EXPECT_EQ(driver.failure().code(), FailureProto::CODE_AUTH);
  EXPECT_EQ(driver.requests.size(), 1U);
}

TEST(PushHalvingTest, AsksNothingForNoRecords) {
  Driver driver(PushTogether);
  connector::v1::Begin begin;
  begin.mutable_shipments();

  driver.Run({}, begin);

  EXPECT_TRUE(driver.effect().done().has_output());
  EXPECT_TRUE(driver.requests.empty());
}

TEST(PushHalvingTest, LeavesNothingWhenClosedAtAnySuspensionPoint) {
  const testing::Store store = Refuses("be", FailureProto::CODE_NOT_FOUND);
  Driver whole(PushTogether);
  const int steps = whole.Run(store, FiveShipments());

  for (int stop = 0; stop <= steps; ++stop) {
    Driver driver(PushTogether);
    for (int i = 0; i < stop; ++i) {
      i == 0 ? driver.Begin(FiveShipments()) : driver.Answer(store);
    }
    driver.Close();
  }
}

}  // namespace
}  // namespace storebridge::sdk
