// notify_customer, counted by the store that sends the mails.
#include <cstdint>
#include <string>

#include "demo_fixture.h"
#include "push_again.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";

class MailsTest : public DemoFixture {
 protected:
  // Connects a store with these switches, ships one order and tells it several times. Gives the
  // mails about it.
  std::int64_t MailsOfOneOrder(bool notify_customer,
                               bool completed_mail,
                               const DemoStoreOptions& options) {
    v1::StoreSettings settings = Quiet();
    settings.set_notify_customer(notify_customer);
    StartAll(options, settings);
    if (HasFatalFailure()) {
      return -1;
    }
    EXPECT_TRUE(Came(store_.side->SetCompletedMail(completed_mail)));
    // Whether the store mails by itself is learnt by the check.
    EXPECT_TRUE(Came(platform_->Check("web")));
    Stock(kMug, 5);
    const std::string number = Buy(kMug).at(0);
    SendAll();
    const day::StoreOrder once = Must(store_.side->Order(number));
    const std::int64_t first = once.shipping_mails.value_or(-1);
    EXPECT_EQ(once.markers.size(), 1U);
    Settle();
    EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_SHIPMENTS, true)));
    EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS, true)));
    EXPECT_EQ(Must(store_.side->Order(number)).shipping_mails, first) << "nothing was due";
    for (const bool read_back_first : {true, false}) {
      const std::int64_t requests = Requests();
      EXPECT_TRUE(Came(PushAgain(folder_,
                                 *platform_,
                                 *store_.side,
                                 Must(platform_->GetOrder(number)),
                                 {notify_customer, read_back_first})));
      EXPECT_GT(Requests(), requests) << "the store was asked";
      const day::StoreOrder told = Must(store_.side->Order(number));
      EXPECT_EQ(told.shipping_mails, first) << "after a repeated push";
      EXPECT_EQ(told.markers, once.markers) << "after a repeated push";
      EXPECT_EQ(told.tracking_codes, once.tracking_codes) << "after a repeated push";
    }
    return first;
  }

  // Requests that the store got from its API's clients.
  std::int64_t Requests() {
    std::int64_t sum = 0;
    for (const auto& [route, count] : Must(store_.side->RequestCounts())) {
      sum += count;
    }
    return sum;
  }
};

TEST_F(MailsTest, OneWhereTheStoreMailsByItself) {
  EXPECT_EQ(MailsOfOneOrder(true, true, {}), 1);
}

TEST_F(MailsTest, OneByNoteWhereTheStoreDoesNot) {
  EXPECT_EQ(MailsOfOneOrder(true, false, {}), 1);
}

TEST_F(MailsTest, NoneWhenSwitchedOff) {
  EXPECT_EQ(MailsOfOneOrder(false, false, {}), 0);
}

TEST_F(MailsTest, OneByFulfillment) {
  EXPECT_EQ(MailsOfOneOrder(true, false, {.flags = {"--fulfillments", "on"}}), 1);
}

TEST_F(MailsTest, NotTwoWhereFulfillmentsAndTheStoreBothMail) {
  EXPECT_EQ(MailsOfOneOrder(true, true, {.flags = {"--fulfillments", "on"}}), 1);
}

TEST_F(MailsTest, NoneByFulfillmentWhenSwitchedOff) {
  EXPECT_EQ(MailsOfOneOrder(false, false, {.flags = {"--fulfillments", "on"}}), 0);
}

TEST_F(MailsTest, OneInAnOldWooCommerce) {
  EXPECT_EQ(MailsOfOneOrder(true, true, {.flags = {"--woo-version", "7.9"}}), 1);
}

}  // namespace
}  // namespace storebridge::e2e
