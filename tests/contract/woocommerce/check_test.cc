#include <algorithm>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr const char* kNoRoute =
    R"({"code":"rest_no_route","message":"No route was found","data":{"status":404}})";

// Names all statuses that the shop's plugins have.
constexpr const char* kNamingConfig =
    R"({"base_url":"https://shop.example","paid_statuses":"packed",)"
    R"("completed_statuses":"delivered"})";

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
    if (path.ends_with("/orders") && knows_statuses) {
      return HttpAnswer(200, R"([{"id":31}])");
    }
    if (path.ends_with("/orders")) {
      return HttpAnswer(400,
                        R"({"code":"rest_invalid_param","message":"Invalid parameter(s): status",)"
                        R"("data":{"status":400}})");
    }
    if (path.ends_with("/reports/orders/totals")) {
      return HttpAnswer(200,
                        R"([{"slug":"pending","name":"Pending payment","total":1},)"
                        R"({"slug":"checkout-draft","name":"Draft","total":7},)"
                        R"({"slug":"packed","name":"Packed","total":0},)"
                        R"({"slug":"delivered","name":"Delivered","total":31}])");
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

  // Runs the check with a setting that it refuses; gives what it says.
  v1::Failure Refuse(const std::string& settings) {
    host_.config_json = R"({"base_url":"https://shop.example",)" + settings + "}";
    EXPECT_FALSE(host_.Run("auth.check"));
    EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_CONFIG);
    EXPECT_TRUE(host_.requests.empty());
    return host_.failure;
  }

  ScriptedHost host_{woocommerce_connector(), kNamingConfig};
  bool is_new = true;
  bool may_write = true;
  bool knows_statuses = true;
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

TEST_F(CheckTest, NamesStatusesThatNoSettingNames) {
  host_.config_json = R"({"base_url":"https://shop.example","paid_statuses":"packed"})";

  Check();

  ASSERT_NE(Find("order_statuses"), nullptr);
  EXPECT_FALSE(Find("order_statuses")->ok());
  EXPECT_NE(Find("order_statuses")->message().find("names: delivered;"), std::string::npos)
      << Find("order_statuses")->message();
  EXPECT_NE(Find("order_statuses")->action().find("completed_statuses"), std::string::npos);
}

TEST_F(CheckTest, NamesAStatusThatTheShopDoesNotHave) {
  knows_statuses = false;

  Check();

  ASSERT_NE(Find("order_statuses"), nullptr);
  EXPECT_FALSE(Find("order_statuses")->ok());
  EXPECT_NE(Find("order_statuses")->message().find("Invalid parameter(s): status"),
            std::string::npos);
}

TEST_F(CheckTest, RefusesAStatusInTwoSettings) {
  const v1::Failure failure =
      Refuse(R"("paid_statuses":"packed","completed_statuses":"wc-packed,delivered")");

  EXPECT_EQ(failure.config_path(), "completed_statuses");
  EXPECT_NE(failure.message().find("'packed' is in paid_statuses and in completed_statuses"),
            std::string::npos)
      << failure.message();
}

TEST_F(CheckTest, RefusesToChangeWhatAStatusOfWooCommerceMeans) {
  const std::pair<const char*, const char*> cases[] = {
      {"unpaid_statuses", "processing"},
      {"unpaid_statuses", "completed"},
      {"completed_statuses", "processing"},
      {"completed_statuses", "on-hold"},
      {"completed_statuses", "cancelled"},
      {"paid_statuses", "failed"},
      {"paid_statuses", "refunded"},
      {"paid_statuses", "checkout-draft"},
  };
  for (const auto& [setting, status] : cases) {
    const v1::Failure failure =
        Refuse('"' + std::string(setting) + R"(":"wc-)" + std::string(status) + '"');

    EXPECT_EQ(failure.config_path(), setting) << status;
    EXPECT_NE(failure.message().find(std::string(setting) + " names '" + status + "'"),
              std::string::npos)
        << failure.message();
  }
}

TEST_F(CheckTest, TakesAStatusOfWooCommerceWhereItBelongs) {
  host_.config_json =
      R"({"base_url":"https://shop.example","paid_statuses":"processing, completed,packed,pending",)"
      R"("unpaid_statuses":"on-hold,delivered"})";

  Check();

  ASSERT_NE(Find("order_statuses"), nullptr);
  EXPECT_TRUE(Find("order_statuses")->ok());
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
