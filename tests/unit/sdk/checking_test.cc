#include <string>

#include <gtest/gtest.h>

#include "driver.h"

namespace storebridge::sdk {
namespace {

using testing::Driver;

Task<Check> Judge(Context& cx) {
  const Response response = co_await cx.Get("/orders");
  response.RequireOk();
  co_return CheckPassed("orders", "orders can be read " + std::to_string(PageSizeOf(cx)));
}

Operation Look(Context& cx) {
  const auto judge = [&cx] { return Judge(cx); };
  Check check = co_await FindingOf("orders", "Give the key more rights.", judge);
  co_yield std::move(check);
}

Check Found(int status, const std::string& config = "") {
  Driver driver(Look);
  connector::v1::Begin begin;
  begin.set_config_json(R"({"base_url":"https://store.example/")" + config + "}");
  driver.Run([&](const connector::v1::HttpRequest&) { return Driver::Http(status, "{}"); }, begin);
  EXPECT_TRUE(driver.effect().done().has_output());
  return driver.emits.at(0).checks(0);
}

TEST(FindingOfTest, GivesWhatIsJudged) {
  const Check check = Found(200);

  EXPECT_TRUE(check.ok());
  EXPECT_EQ(check.message(), "orders can be read 100");
}

TEST(FindingOfTest, MakesAFindingOfAFailure) {
  const Check check = Found(403);

  EXPECT_FALSE(check.ok());
  EXPECT_EQ(check.name(), "orders");
  EXPECT_NE(check.message().find("403"), std::string::npos) << check.message();
  EXPECT_EQ(check.action(), "Give the key more rights.");
}

TEST(PageSizeOfTest, IsTheSettingAndAtLeastOne) {
  EXPECT_EQ(Found(200, R"(,"page_size":7)").message(), "orders can be read 7");
  EXPECT_EQ(Found(200, R"(,"page_size":0)").message(), "orders can be read 1");
  EXPECT_FALSE(Found(200, R"(,"page_size":"many")").ok());
}

}  // namespace
}  // namespace storebridge::sdk
