// What the merchant of a real Medusa does beside the usual day: edits orders and leaves them so,
// refunds, ships by hand, sells kits and things that nobody counts.
#include <chrono>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "day_kit/json_text.h"
#include "medusa_fixture.h"
#include "push_again.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kCoffee = "KAHVI-500";
constexpr const char* kMug = "MUKI-1";
// A shipment that could not be told is tried again after a minute.
constexpr std::chrono::milliseconds kRetryMost{150'000};

class MedusaEditsTest : public MedusaFixture {
 protected:
  // The order as it is after a look at the store.
  v1::Order Seen(const std::string& number) {
    EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
    return Must(platform_->GetOrder(number));
  }

  // An order of one line, which we know as NEW.
  std::string PlaceNew(const std::string& code, std::int64_t quantity) {
    const std::string number =
        Must(store_.side->Place({.lines = {{.code = code, .quantity = quantity}}})).at(0);
    EXPECT_EQ(Seen(number).state(), v1::ORDER_STATE_NEW);
    return number;
  }

  Status Merchant(const std::vector<std::string>& arguments) {
    const auto done = Shop(arguments);
    return done ? Ok() : Status(done.error());
  }

  // The fulfilments of an order that stand.
  std::size_t Fulfillments(const std::string& number) {
    std::size_t standing = 0;
    for (const auto& one : day::ItemsAt(Must(Shop({"order", "--code", number})), "fulfillments")) {
      standing += day::TextAt(one, "canceled_at").empty() ? 1U : 0U;
    }
    return standing;
  }
};

TEST_F(MedusaEditsTest, AnOrderThatBecameDearerIsNotCollectedBeforeItIsPaid) {
  StartAll();
  Stock(kMug, 20);
  const std::string number = PlaceNew(kMug, 1);

  ASSERT_TRUE(Came(Merchant({"begin-edit", "--code", number, "--lines", "MUKI-1:3"})));
  const v1::Order untouched = Seen(number);
  EXPECT_EQ(untouched.state(), v1::ORDER_STATE_NEW)
      << "Medusa tells nothing of an edit that is open";
  EXPECT_EQ(untouched.lines(0).quantity(), 1);

  ASSERT_TRUE(Came(Merchant({"end-edit", "--code", number})));
  for (const bool is_sweep : {false, true, false}) {
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS, is_sweep)));
    const v1::Order waiting = Must(platform_->GetOrder(number));
    EXPECT_EQ(waiting.state(), v1::ORDER_STATE_AWAITING_PAYMENT);
    EXPECT_EQ(waiting.lines(0).quantity(), 3);
  }
  EXPECT_FALSE(Came(platform_->Collect(number)));

  // This changes neither the order's time nor its version.
  ASSERT_TRUE(Came(Merchant({"pay", "--code", number})));
  EXPECT_EQ(Seen(number).state(), v1::ORDER_STATE_NEW);
  EXPECT_TRUE(Came(platform_->Collect(number)));
}

TEST_F(MedusaEditsTest, AnOrderThatBecameCheaperAndWasRefundedForThatGoesOn) {
  StartAll();
  Stock(kMug, 20);
  Stock(kCoffee, 20);
  const std::string fewer = PlaceNew(kMug, 3);
  const std::string without = Must(store_.side->Place({.lines = {{kCoffee, 1}, {kMug, 2}}})).at(0);

  ASSERT_TRUE(Came(Merchant({"edit-lines", "--code", fewer, "--lines", "MUKI-1:1"})));
  ASSERT_TRUE(Came(Merchant({"edit-lines", "--code", without, "--lines", "MUKI-1:0"})));

  const v1::Order one = Seen(fewer);
  EXPECT_EQ(one.state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(one.lines(0).quantity(), 1);
  const v1::Order coffee = Must(platform_->GetOrder(without));
  EXPECT_EQ(coffee.state(), v1::ORDER_STATE_NEW);
  ASSERT_EQ(coffee.lines_size(), 1);
  EXPECT_EQ(coffee.lines(0).product_code(), kCoffee);
}

TEST_F(MedusaEditsTest, ARefundOfAllIsACancellationAndOneOfAPartIsNone) {
  StartAll();
  Stock(kMug, 20);
  const std::string part = PlaceNew(kMug, 2);
  const std::string all = PlaceNew(kMug, 1);
  const std::string cancelled = PlaceNew(kMug, 1);

  ASSERT_TRUE(Came(Merchant({"refund", "--code", part, "--amount", "5"})));
  ASSERT_TRUE(Came(Merchant({"refund", "--code", all})));
  ASSERT_TRUE(Came(store_.side->Cancel(cancelled)));

  EXPECT_EQ(Seen(part).state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Must(platform_->GetOrder(all)).state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(Must(platform_->GetOrder(cancelled)).state(), v1::ORDER_STATE_CANCELLED);
}

TEST_F(MedusaEditsTest, WhatTheMerchantSendsByHandIsNotSentAgain) {
  StartAll();
  Stock(kMug, 20);
  const std::string number = PlaceNew(kMug, 3);
  ASSERT_TRUE(Came(Merchant({"ship", "--code", number, "--lines", "MUKI-1:1"})));
  const v1::Order two_open = Seen(number);
  EXPECT_EQ(two_open.state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(two_open.lines(0).open_quantity(), 2);

  ASSERT_TRUE(Came(warehouse_->Send(number)));
  ASSERT_TRUE(Came(WaitForState(number, "shipped")));
  EXPECT_EQ(Fulfillments(number), 2U);
  EXPECT_EQ(Must(store_.side->Order(number)).markers.size(), 1U);
}

// Nobody would send it: the pieces of a fulfilment count as sent in Medusa.
TEST_F(MedusaEditsTest, AnOrderThatSomebodyPackedIsAnIssueUntilThatIsUndone) {
  StartAll();
  Stock(kMug, 20);
  const std::string number = Must(store_.side->Place({.lines = {{kMug, 2}}})).at(0);
  ASSERT_TRUE(Came(Merchant({"fulfill", "--code", number})));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  const std::vector<v1::Issue> issues = Must(platform_->ListIssues());
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_NE(issues[0].message().find("somebody packed the order in Medusa"), std::string::npos)
      << issues[0].message();

  ASSERT_TRUE(Came(Merchant({"cancel-fulfillment", "--code", number})));
  EXPECT_EQ(Seen(number).state(), v1::ORDER_STATE_NEW);
  EXPECT_TRUE(Must(platform_->ListIssues()).empty());
}

// Medusa refuses fulfilments while an order is edited; nothing in the order says that it is.
TEST_F(MedusaEditsTest, AShipmentWaitsForTheEndOfAnEdit) {
  StartAll();
  Stock(kMug, 20);
  const std::string number = PlaceNew(kMug, 1);
  ASSERT_TRUE(Came(Merchant({"begin-edit", "--code", number})));

  ASSERT_TRUE(Came(warehouse_->Send(number)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_SHIPMENTS)));
  const v1::StoreReport waiting = Must(platform_->GetOrder(number)).shipments(0).store_report();
  EXPECT_EQ(waiting.state(), v1::StoreReport::STATE_WAITING) << waiting.ShortDebugString();
  EXPECT_NE(waiting.last_error().find("an edit"), std::string::npos) << waiting.last_error();

  ASSERT_TRUE(Came(Merchant({"drop-edit", "--code", number})));
  ASSERT_TRUE(Came(day::WaitUntil("the shipment to be told", kRetryMost, [&]() -> Status {
    SB_TRY(const day::StoreOrder order, store_.side->Order(number));
    return order.is_shipped ? Ok() : day::NotYet(order.state);
  })));
  EXPECT_EQ(Must(store_.side->Order(number)).markers.size(), 1U);
}

// A kit has a row for each of its parts in a fulfilment, and no stock of its own.
TEST_F(MedusaEditsTest, KitsAndThingsThatNobodyCountsAreSentOnce) {
  StartAll();
  Stock(kMug, 50);
  Stock(kCoffee, 50);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"KITTI", "--parts", "KAHVI-500:2,MUKI-1:1"},
        {"EI-SALDOA", "--kind", "unmanaged"},
        {"JALKI", "--kind", "backorder", "--quantity", "1"}}) {
    std::vector<std::string> add{"add-product", "--name", "Uusi", "--sku"};
    add.insert(add.end(), more.begin(), more.end());
    ASSERT_TRUE(Came(Merchant(add)));
  }
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  for (const char* code : {"KITTI", "EI-SALDOA", "JALKI"}) {
    ASSERT_TRUE(Came(platform_->SetStock(code, 4)));
  }
  const std::string number =
      Must(store_.side->Place({.lines = {{"KITTI", 2}, {"EI-SALDOA", 1}, {"JALKI", 2}}})).at(0);
  ASSERT_EQ(Seen(number).state(), v1::ORDER_STATE_NEW);

  ASSERT_TRUE(Came(warehouse_->Send(number)));
  ASSERT_TRUE(Came(WaitForState(number, "shipped")));
  const std::string before = Must(store_.side->Order(number)).everything;
  const v1::Order order = Must(platform_->GetOrder(number));
  for (const bool read_back_first : {true, false}) {
    EXPECT_TRUE(Came(
        PushAgain(folder_, *platform_, *store_.side, order, {.read_back_first = read_back_first})));
    EXPECT_EQ(Must(store_.side->Order(number)).everything, before);
  }
  EXPECT_EQ(Fulfillments(number), 1U);
}

TEST_F(MedusaEditsTest, StockOfWhatCannotHaveAnyIsAnIssueThatSaysWhy) {
  StartAll();
  ASSERT_TRUE(Came(Merchant(
      {"add-product", "--sku", "KITTI", "--name", "Uusi", "--parts", "KAHVI-500:2,MUKI-1:1"})));
  ASSERT_TRUE(Came(
      Merchant({"add-product", "--sku", "EI-SALDOA", "--name", "Uusi", "--kind", "unmanaged"})));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  for (const char* code : {"KITTI", "EI-SALDOA", kMug}) {
    ASSERT_TRUE(Came(platform_->SetStock(code, 4)));
  }
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_STOCK)));

  std::string refused;
  for (const v1::Issue& issue : Must(platform_->ListIssues())) {
    EXPECT_EQ(issue.reason(), "STOCK_REFUSED") << issue.message();
    refused += issue.message() + "\n";
  }
  EXPECT_NE(refused.find("KITTI"), std::string::npos) << refused;
  EXPECT_NE(refused.find("EI-SALDOA"), std::string::npos) << refused;
  EXPECT_EQ(Must(store_.side->ShownStock(kMug)), 4) << "the others are written all the same";
}

TEST_F(MedusaEditsTest, AnOrderThatNobodyPaidWaits) {
  StartAll();
  Stock(kMug, 20);
  const std::string number =
      Must(store_.side->Place({.lines = {{kMug, 1}}, .payment = day::PaymentKind::kUnpaid})).at(0);
  EXPECT_EQ(Seen(number).state(), v1::ORDER_STATE_AWAITING_PAYMENT);

  ASSERT_TRUE(Came(Merchant({"pay", "--code", number})));

  EXPECT_EQ(Seen(number).state(), v1::ORDER_STATE_NEW);
}

}  // namespace
}  // namespace storebridge::e2e
