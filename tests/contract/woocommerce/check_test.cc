#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr const char* kNoRoute =
    R"({"code":"rest_no_route","message":"No route was found","data":{"status":404}})";

class CheckTest : public ::testing::Test {
 protected:
  // A shop of WooCommerce 11, or of 7.9.
  v1::Completion Shop(const v1::HttpRequest& request) const {
    const std::string path = PathOf(request.url());
    const std::int64_t date_ms = host_.now_ms + skew_ms;
    if (path.ends_with("/products")) {
      return HttpAnswer(
          200, is_new ? R"([{"id":7,"global_unique_id":""}])" : R"([{"id":7,"sku":"A"}])", date_ms);
    }
    if (path.ends_with("/orders")) {
      return HttpAnswer(200, R"([{"id":31}])");
    }
    if (path.ends_with("/variations")) {
      return is_new ? HttpAnswer(200, "[]") : HttpAnswer(404, kNoRoute);
    }
    if (path.ends_with("/orders/31/fulfillments")) {
      return is_new ? HttpAnswer(200, "[]") : HttpAnswer(404, kNoRoute);
    }
    if (path.ends_with("/products/batch")) {
      return may_write ? HttpAnswer(200, "[]")
                       : HostFailure(v1::Failure::CODE_AUTH, "the store refuses: 401");
    }
    if (path.ends_with("/woocommerce_currency")) {
      return HttpAnswer(200, R"({"id":"woocommerce_currency","value":"EUR"})");
    }
    if (path.ends_with("/settings/email_customer_completed_order/enabled")) {
      return HttpAnswer(200, R"({"id":"enabled","value":"no"})");
    }
    return HttpAnswer(404, kNoRoute);
  }
  void Check() {
    if (!host_.answer) {
      host_.answer = [this](const v1::HttpRequest& request) { return Shop(request); };
    }
    ASSERT_TRUE(host_.Run("auth.check")) << host_.failure.message();
  }
  [[nodiscard]] const v1::Check* Find(const std::string& name) const {
    const auto found = std::find_if(host_.checks.begin(), host_.checks.end(), [&](const auto& one) {
      return one.name() == name;
    });
    return found == host_.checks.end() ? nullptr : &*found;
  }
  [[nodiscard]] bool Can(const std::string& name) const {
    return std::count(host_.capabilities.begin(), host_.capabilities.end(), name) == 1;
  }

  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  bool is_new = true;
  bool may_write = true;
  std::int64_t skew_ms = 0;
};

TEST_F(CheckTest, FindsWhatVersion11CanDo) {
  Check();

  EXPECT_TRUE(std::all_of(
      host_.checks.begin(), host_.checks.end(), [](const auto& one) { return one.ok(); }));
  EXPECT_TRUE(Can("ean"));
  EXPECT_TRUE(Can("fulfillments"));
  EXPECT_TRUE(Can("variations_endpoint"));
  EXPECT_TRUE(Can("completed_mail_off"));
}

TEST_F(CheckTest, FindsWhatVersion7CannotDo) {
  is_new = false;

  Check();

  EXPECT_FALSE(Can("ean"));
  EXPECT_FALSE(Can("fulfillments"));
  EXPECT_FALSE(Can("variations_endpoint"));
}

TEST_F(CheckTest, NamesAKeyThatMayOnlyRead) {
  may_write = false;

  Check();

  ASSERT_NE(Find("write"), nullptr);
  EXPECT_FALSE(Find("write")->ok());
  EXPECT_NE(Find("write")->action().find("Read/Write"), std::string::npos);
}

TEST_F(CheckTest, NamesAClockThatIsWrong) {
  skew_ms = -20 * 60 * 1000;

  Check();

  ASSERT_NE(Find("clock"), nullptr);
  EXPECT_FALSE(Find("clock")->ok());
}

TEST_F(CheckTest, NamesCredentialsThatAreRefused) {
  host_.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(401,
                      R"({"code":"woocommerce_rest_cannot_view","message":"Sorry, you cannot list )"
                      R"(resources.","data":{"status":401}})");
  };

  Check();

  ASSERT_NE(Find("credentials"), nullptr);
  EXPECT_FALSE(Find("credentials")->ok());
  EXPECT_NE(Find("credentials")->message().find("cannot list"), std::string::npos);
  EXPECT_EQ(host_.requests.size(), 1U);
}

TEST_F(CheckTest, NamesAnAddressWithoutAShop) {
  for (const int status : {200, 404}) {
    host_.answer = [=](const v1::HttpRequest&) {
      return HttpAnswer(status, "<html><body>A page</body></html>");
    };

    Check();

    ASSERT_NE(Find("address"), nullptr);
    EXPECT_FALSE(Find("address")->ok()) << status;
    EXPECT_FALSE(Find("address")->action().empty());
  }
}

TEST_F(CheckTest, NamesAShopThatCannotBeReached) {
  host_.answer = [](const v1::HttpRequest&) {
    return HostFailure(v1::Failure::CODE_TRANSIENT, "shop.example cannot be resolved");
  };

  Check();

  ASSERT_NE(Find("address"), nullptr);
  EXPECT_NE(Find("address")->message().find("cannot be resolved"), std::string::npos);
}

TEST_F(CheckTest, NamesASettingThatIsWrong) {
  host_.config_json = R"({"base_url":"https://shop.example","auth":"bearer"})";

  const bool is_well = host_.Run("auth.check");

  EXPECT_FALSE(is_well);
  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_CONFIG);
  EXPECT_EQ(host_.failure.config_path(), "auth");
}

}  // namespace
}  // namespace storebridge::testing
