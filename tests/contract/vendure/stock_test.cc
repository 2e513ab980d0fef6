#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "vendure_answers.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr const char* kNotFound =
    R"({"errors":[{"message":"No ProductVariant with the id \"13\" could be found",)"
    R"("path":["updateProductVariants"],"extensions":{"code":"ENTITY_NOT_FOUND"}}],"data":null})";

class VendureStockTest : public ::testing::Test {
 protected:
  VendureStockTest() {
    host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"1"})";
    for (int id = 1; id <= 20; ++id) {
      v1::StockLevel* level = host_.begin.mutable_stock()->add_levels();
      level->set_ref(std::to_string(id));
      level->set_external_id(std::to_string(id));
      level->set_quantity(id);
    }
  }

  ScriptedHost host_{vendure_connector(), kVendureConfig};
};

TEST_F(VendureStockTest, FindsTheOneBadIdByHalvesAndWritesTheOthers) {
  host_.answer = [](const v1::HttpRequest& request) {
    const bool is_bad = request.body().find(R"("id":"13")") != std::string::npos;
    return HttpAnswer(200, is_bad ? kNotFound : Data("updateProductVariants", "[]"));
  };

  ASSERT_TRUE(host_.Run("stock.push")) << host_.failure.message();

  ASSERT_EQ(host_.results.size(), 20U);
  for (const v1::ItemResult& result : host_.results) {
    EXPECT_EQ(result.has_failure(), result.ref() == "13") << result.ref();
  }
  EXPECT_LE(host_.requests.size(), 12U);
  EXPECT_EQ(host_.requests[0].safety(), v1::HttpRequest::SAFETY_IDEMPOTENT);
}

TEST_F(VendureStockTest, StopsWhenTheKeyMayNotWrite) {
  host_.answer = [](const v1::HttpRequest&) { return HttpAnswer(200, kForbidden); };

  EXPECT_FALSE(host_.Run("stock.push"));
  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_AUTH);
  EXPECT_EQ(host_.requests.size(), 1U);
}

TEST_F(VendureStockTest, WritesToTheFirstLocationWhenNoneIsNamed) {
  host_.config_json = kVendureConfig;
  host_.answer = [](const v1::HttpRequest& request) {
    const bool is_question = request.body().find("stockLocations(") != std::string::npos;
    return HttpAnswer(200,
                      is_question ? Data("stockLocations", R"({"items":[{"id":"8"}]})")
                                  : Data("updateProductVariants", "[]"));
  };

  ASSERT_TRUE(host_.Run("stock.push")) << host_.failure.message();

  EXPECT_NE(host_.requests.at(1).body().find(R"("stockLocationId":"8")"), std::string::npos);
}

}  // namespace
}  // namespace storebridge::testing
