// What the merchant of a real Vendure does beside the usual day: modifies orders and leaves them
// so, and has a second stock location.
#include <chrono>
#include <string>

#include <boost/json/value.hpp>

#include "day_kit/json_text.h"
#include "vendure_fixture.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "MUKI-1";
constexpr const char* kAdded = "UUSI-1";

class VendureEditsTest : public VendureFixture {
 protected:
  // The order as it is after a look at the store.
  v1::Order Seen(const std::string& number) {
    EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
    return Must(platform_->GetOrder(number));
  }

  std::string PlaceOne() { return Must(store_.side->Place({.lines = {{kMug, 1}}})).at(0); }

  // Begins a modification that adds two pieces, and gives the store's state of the order.
  std::string AddTwo(const std::string& number) {
    const auto order = Must(Shop({"begin-edit", "--code", number, "--lines", "MUKI-1:3"}));
    return day::TextAt(order, "state");
  }

  v1::StoreCheck LocationCheck() {
    const v1::CheckStoreResponse response = Must(platform_->Check("web"));
    for (const v1::StoreCheck& check : response.checks()) {
      if (check.check() == "stock locations") {
        return check;
      }
    }
    ADD_FAILURE() << "the stock locations are not looked at";
    return {};
  }

  v1::PublishedStock Published(const std::string& code) {
    const v1::Stock stock = Must(platform_->GetStock(code));
    return stock.published().empty() ? v1::PublishedStock() : stock.published(0);
  }
};

TEST_F(VendureEditsTest, AnOrderThatIsBeingModifiedIsNotCollectedBeforeItIsPaid) {
  StartAll();
  Stock(kMug, 20);
  const std::string number = PlaceOne();
  ASSERT_EQ(Seen(number).state(), v1::ORDER_STATE_NEW);

  ASSERT_EQ(AddTwo(number), "ArrangingAdditionalPayment");
  for (const bool is_sweep : {false, true, false}) {
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS, is_sweep)));
    const v1::Order waiting = Must(platform_->GetOrder(number));
    EXPECT_EQ(waiting.state(), v1::ORDER_STATE_AWAITING_PAYMENT);
    EXPECT_EQ(waiting.lines(0).quantity(), 3);
  }
  EXPECT_FALSE(Came(platform_->Collect(number)));

  ASSERT_TRUE(Came(Shop({"end-edit", "--code", number})));
  const v1::Order paid = Seen(number);
  EXPECT_EQ(paid.state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(paid.lines(0).quantity(), 3);
  EXPECT_TRUE(Came(platform_->Collect(number)));
}

TEST_F(VendureEditsTest, AModificationThatIsGivenUpLeavesTheOrderAsItWas) {
  StartAll();
  Stock(kMug, 20);
  const std::string number = PlaceOne();
  ASSERT_EQ(Seen(number).state(), v1::ORDER_STATE_NEW);

  ASSERT_TRUE(Came(Shop({"begin-edit", "--code", number})));
  EXPECT_EQ(Seen(number).state(), v1::ORDER_STATE_AWAITING_PAYMENT);

  ASSERT_TRUE(Came(Shop({"end-edit", "--code", number})));
  const v1::Order order = Seen(number);
  EXPECT_EQ(order.state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(order.lines(0).quantity(), 1);
}

TEST_F(VendureEditsTest, WhatIsCollectedGoesOnAndPeopleAreTold) {
  StartAll();
  Stock(kMug, 20);
  const std::string number = PlaceOne();
  ASSERT_EQ(Seen(number).state(), v1::ORDER_STATE_NEW);
  ASSERT_TRUE(Came(platform_->Collect(number)));

  ASSERT_EQ(AddTwo(number), "ArrangingAdditionalPayment");
  const v1::Order order = Seen(number);

  EXPECT_EQ(order.state(), v1::ORDER_STATE_COLLECTING);
  EXPECT_EQ(order.lines(0).quantity(), 1);
  bool is_told = false;
  for (const v1::Issue& issue : Must(platform_->ListIssues())) {
    is_told = is_told || issue.reason() == "ORDER_CHANGED_WHILE_COLLECTING";
  }
  EXPECT_TRUE(is_told);
}

TEST_F(VendureEditsTest, AnOrderOfBeforeIsNotTakenOverBecauseItIsModified) {
  StartAll();
  Stock(kMug, 20);
  const std::string number = PlaceOne();
  const auto from = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                    std::chrono::seconds(1);
  v1::StoreSettings settings;
  settings.mutable_orders_from()->set_seconds(std::chrono::system_clock::to_time_t(from));
  ASSERT_TRUE(Came(platform_->ChangeSettings("web", settings)));

  ASSERT_EQ(AddTwo(number), "ArrangingAdditionalPayment");
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS, true)));
  ASSERT_TRUE(Came(Shop({"end-edit", "--code", number})));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS, true)));
  ASSERT_TRUE(Came(day::WaitUntil("that second to begin", day::kPatience, [from]() -> Status {
    return std::chrono::system_clock::now() >= from ? Ok() : day::NotYet("it does not yet");
  })));
  const std::string later = PlaceOne();

  EXPECT_EQ(Seen(later).state(), v1::ORDER_STATE_NEW);
  EXPECT_FALSE(Came(platform_->GetOrder(number)));
}

TEST_F(VendureEditsTest, TheCarrierGetsTheCustomersPhoneWhereTheAddressHasNone) {
  StartAll();
  Stock(kMug, 20);
  const auto placed = Must(Shop({"place",
                                 "--lines",
                                 "MUKI-1:1",
                                 "--phone",
                                 "+358501234567",
                                 "--address",
                                 R"({"phoneNumber":""})"}));
  const std::string number = day::TextAt(day::ItemsAt(placed, "orders").at(0), "code");

  EXPECT_EQ(Seen(number).shipping_address().phone(), "+358501234567");
}

// Vendure lists the level of the second location first: it was made with the product.
TEST_F(VendureEditsTest, StockIsConfirmedBesideASecondLocation) {
  StartAll();
  ASSERT_TRUE(LocationCheck().ok()) << LocationCheck().message();
  const std::string counter = day::TextAt(Must(Shop({"add-location", "--name", "Myymälä"})), "id");
  ASSERT_TRUE(Came(Shop({"add-product",
                         "--sku",
                         kAdded,
                         "--name",
                         "Uusi",
                         "--location",
                         counter,
                         "--quantity",
                         "7"})));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  ASSERT_TRUE(Came(platform_->SetStock(kAdded, 5)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_STOCK)));

  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));

  EXPECT_EQ(Published(kAdded).state(), v1::PublishedStock::STATE_CONFIRMED)
      << Published(kAdded).ShortDebugString();
  EXPECT_EQ(Must(store_.side->ShownStock(kAdded)), 12);
  const v1::StoreCheck check = LocationCheck();
  EXPECT_FALSE(check.ok());
  EXPECT_NE(check.message().find("7 of UUSI-1 at 'Myymälä'"), std::string::npos) << check.message();

  ASSERT_TRUE(Came(Shop({"set-stock", "--sku", kAdded, "--location", counter, "--quantity", "0"})));
  EXPECT_TRUE(LocationCheck().ok()) << LocationCheck().message();
}

}  // namespace
}  // namespace storebridge::e2e
