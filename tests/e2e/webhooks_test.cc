// Stores that say themselves that there is news: nothing here runs by the clock.
#include <functional>
#include <string>

#include "demo_fixture.h"
#include "support/plain_http.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr const char* kSecret = "a-secret-of-the-webhooks";
constexpr const char* kPath = "/webhooks/merchants/demo/stores/web";

class WebhooksTest : public DemoFixture {
 protected:
  WebhooksTest() { webhook_secret_ = kSecret; }

  void SetUp() override {
    StartAll();
    // What begins by itself when a store is connected is over then.
    Settle();
    const std::string line = server_.process->Output();
    const std::string before = "; webhooks on ";
    const std::size_t at = line.find(before);
    ASSERT_NE(at, std::string::npos) << line;
    port_ = testing::PortIn(line.substr(at), before + "http://");
  }

  void CallFrom(const std::string& topic, const std::string& secret) {
    ASSERT_TRUE(Came(store_.side->AddWebhook(
        topic, "http://127.0.0.1:" + std::to_string(port_) + kPath, secret)));
  }

  Status WaitForOrder(const std::string& number) {
    return day::WaitUntil("order " + number + " to be here", day::kPatience, [&]() -> Status {
      const auto order = platform_->GetOrder(number);
      return order ? Ok() : day::NotYet(order.error().message);
    });
  }

  Status WaitForWebhook(const std::function<bool(const v1::StoreWebhook&)>& is_so) {
    return day::WaitUntil("the store to have called", day::kPatience, [&]() -> Status {
      SB_TRY(const v1::Store store, platform_->GetStore("web"));
      return is_so(store.webhook()) ? Ok() : day::NotYet(store.webhook().ShortDebugString());
    });
  }

  int port_ = 0;
};

TEST_F(WebhooksTest, BringAnOrderBeforeItsPoll) {
  CallFrom("order.created", kSecret);

  const std::string number = Buy(kMug).at(0);

  ASSERT_TRUE(Came(WaitForOrder(number)));
  const v1::StoreWebhook webhook = Must(platform_->GetStore("web")).webhook();
  EXPECT_EQ(webhook.path(), kPath);
  EXPECT_TRUE(webhook.has_last_call_time());
  EXPECT_FALSE(webhook.has_last_refusal_time());
}

TEST_F(WebhooksTest, BringWhatACustomerPaysLater) {
  CallFrom("order.updated", kSecret);
  const std::string number =
      Must(store_.side->Place({.lines = {{kMug, 1}}, .payment = day::PaymentKind::kUnpaid})).at(0);
  ASSERT_TRUE(Came(store_.side->Pay(number)));

  ASSERT_TRUE(Came(WaitForOrder(number)));
}

TEST_F(WebhooksTest, BringATitleAndNumbersThatAMerchantEdits) {
  Stock(kMug, 5);
  CallFrom("product.updated", kSecret);

  ASSERT_TRUE(Came(store_.side->EditTitle(kMug, "Mug of birch, large")));
  ASSERT_TRUE(Came(store_.side->SetStockByHand(kMug, 99)));

  ASSERT_TRUE(Came(WaitForShown(*store_.side, kMug, 5)));
  EXPECT_EQ(Must(platform_->GetProduct(kMug)).title(), "Mug of birch, large");
}

TEST_F(WebhooksTest, WithAnotherSecretBringNothingAndAreShown) {
  CallFrom("order.created", "another");

  const std::string number = Buy(kMug).at(0);

  ASSERT_TRUE(Came(WaitForWebhook(
      [](const v1::StoreWebhook& webhook) { return webhook.has_last_refusal_time(); })));
  const v1::StoreWebhook webhook = Must(platform_->GetStore("web")).webhook();
  EXPECT_FALSE(webhook.has_last_call_time());
  EXPECT_NE(webhook.last_refusal().find("the same one in the store's webhook"), std::string::npos);
  EXPECT_FALSE(platform_->GetOrder(number));
  EXPECT_NE(server_.process->Output().find("a webhook was refused"), std::string::npos);
  EXPECT_EQ(server_.process->Output().find(kSecret), std::string::npos);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  EXPECT_TRUE(Came(WaitForOrder(number))) << "the poll finds it all the same";
}

}  // namespace
}  // namespace storebridge::e2e
