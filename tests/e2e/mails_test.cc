// notify_customer, counted by the store that sends the mails.
#include "demo_fixture.h"

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
    const std::int64_t first = Must(store_.side->Order(number)).shipping_mails.value_or(-1);
    Settle();
    EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_SHIPMENTS, true)));
    EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS, true)));
    EXPECT_EQ(Must(store_.side->Order(number)).shipping_mails, first) << "after a repeated push";
    return first;
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
