// What of a connector's failure reaches logs, runs and callers.
#include <string>

#include <gtest/gtest.h>

#include "engine/session_driver.h"

namespace storebridge::engine {
namespace {

connector::v1::Failure Failed(const std::string& message, const std::string& detail) {
  connector::v1::Failure failure;
  failure.set_code(connector::v1::Failure::CODE_TRANSIENT);
  failure.set_message(message);
  failure.set_detail(detail);
  return failure;
}

// Found with a page of orders whose JSON stopped in the middle: its head was logged.
TEST(FailureTextTest, HasNoCustomerOfTheHeadOfAnAnswer) {
  const std::string text =
      ToError(
          Failed(
              "the answer to GET /orders is cut off",
              R"([{"id":12,"status":"processing","billing":{"first_name":"Maija","email":"m@a.)"))
          .message;

  EXPECT_EQ(text.find("Maija"), std::string::npos) << text;
  EXPECT_EQ(text.find("m@a"), std::string::npos) << text;
  EXPECT_NE(text.find(R"([{"id":12,"status":"processing","billing":{"first_name":"xxxxx")"),
            std::string::npos)
      << text;
}

TEST(FailureTextTest, HasNoMailAddressOfWhatTheStoreSays) {
  const std::string text =
      ToError(Failed("WooCommerce says 'no customer maija@example.com' (\"x\")", "")).message;

  EXPECT_EQ(text, "WooCommerce says 'no customer xxxxx@xxxxxxx.xxx' (\"x\")");
}

TEST(FailureTextTest, SaysWhatTheStoreSaid) {
  const std::string text =
      ToError(Failed("refused", R"({"code":"rest_no_route","message":"No route"})")).message;

  EXPECT_EQ(text, R"(refused; the store answered: {"code":"rest_no_route","message":"No route"})");
}

TEST(FailureTextTest, SaysOnceWhatTheWayOutSaw) {
  const std::string text =
      ToError(Failed("GET http://a/ got no connection (refused).", "refused")).message;

  EXPECT_EQ(text, "GET http://a/ got no connection (refused).");
}

}  // namespace
}  // namespace storebridge::engine
