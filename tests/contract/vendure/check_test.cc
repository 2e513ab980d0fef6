// What CheckStore finds of the stock locations.
#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "vendure_answers.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class VendureCheckTest : public ::testing::Test {
 protected:
  VendureCheckTest() {
    host_.answer = [this](const v1::HttpRequest& request) { return Answer(request); };
  }

  v1::Completion Answer(const v1::HttpRequest& request) {
    if (Has(request.body(), "activeChannel")) {
      return HttpAnswer(200, Data("activeChannel", R"({"code":"default"})"));
    }
    if (Has(request.body(), "stockLocations(")) {
      return HttpAnswer(200, Data("stockLocations", R"({"items":[)" + locations + "]}"));
    }
    if (Has(request.body(), "orders(")) {
      return HttpAnswer(200, Data("orders", R"({"totalItems":0})"));
    }
    const bool is_look = Has(request.body(), "stockLevels");
    looks += is_look ? 1 : 0;
    return HttpAnswer(
        200,
        Data("productVariants",
             R"({"totalItems":)" + std::to_string(total) + R"(,"items":[)" + Levels() + "]}"));
  }
  [[nodiscard]] std::string Levels() const {
    return R"({"sku":"VS-2","trackInventory":")" + tracked +
           R"(","stockLevels":[{"stockLocationId":"2","stockOnHand":)" + std::to_string(elsewhere) +
           R"(,"stockAllocated":3,"stockLocation":{"name":"Counter"}},{"stockLocationId":"1",)" +
           R"("stockOnHand":9,"stockAllocated":0,"stockLocation":{"name":"Warehouse"}}]})";
  }
  // The check of the locations.
  v1::Check Check() {
    looks = 0;
    EXPECT_TRUE(host_.Run("auth.check")) << host_.failure.message();
    for (const v1::Check& check : host_.checks) {
      if (check.name() == "stock locations") {
        return check;
      }
    }
    ADD_FAILURE() << "not looked at";
    return {};
  }

  ScriptedHost host_{vendure_connector(), kVendureConfig};
  std::string locations = R"({"id":"1","name":"Warehouse"},{"id":"2","name":"Counter"})";
  std::string tracked = "INHERIT";
  std::int64_t elsewhere = 5;
  int total = 1;
  // Requests for the levels of variants.
  int looks = 0;
};

TEST_F(VendureCheckTest, WarnsOfGoodsThatTheChannelSellsFromAnotherLocation) {
  const v1::Check check = Check();

  EXPECT_FALSE(check.ok());
  EXPECT_TRUE(Has(check.message(), "written to 'Warehouse' (id 1)")) << check.message();
  EXPECT_TRUE(Has(check.message(), "2 of VS-2 at 'Counter' (id 2)")) << check.message();
  EXPECT_TRUE(Has(check.action(), "other locations to 0")) << check.action();
}

TEST_F(VendureCheckTest, IsContentWhenNothingCanBeBoughtElsewhere) {
  elsewhere = 3;
  EXPECT_TRUE(Check().ok()) << "all of it is sold";
  EXPECT_EQ(looks, 1);

  elsewhere = 5;
  tracked = "FALSE";
  EXPECT_TRUE(Check().ok()) << "Vendure does not count it";

  tracked = "INHERIT";
  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"2"})";
  locations = R"({"id":"2","name":"Counter"})";
  EXPECT_EQ(Check().message(), "stock is written to 'Counter' (id 2)");
  EXPECT_EQ(looks, 0) << "there is one location only";
}

TEST_F(VendureCheckTest, SaysWhichLocationsThereAreWhenTheNamedOneIsNot) {
  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"9"})";

  const v1::Check check = Check();

  EXPECT_FALSE(check.ok());
  EXPECT_EQ(check.message(),
            "stock_location_id 9 is none of the channel's: 'Warehouse' (id 1), 'Counter' (id 2)");
  EXPECT_FALSE(check.action().empty());

  host_.config_json = kVendureConfig;
  locations = "";
  EXPECT_EQ(Check().message(), "the channel has no stock location");
}

TEST_F(VendureCheckTest, LooksAtFivePagesOfACatalogueAtMost) {
  elsewhere = 0;
  total = 100'000;

  EXPECT_TRUE(Check().ok());

  EXPECT_EQ(looks, 5);
}

TEST_F(VendureCheckTest, GoesOnWhenTheLocationsMayNotBeRead) {
  host_.answer = [this](const v1::HttpRequest& request) {
    return Has(request.body(), "stockLocations(") ? HttpAnswer(200, kForbidden) : Answer(request);
  };

  const v1::Check check = Check();

  EXPECT_FALSE(check.ok());
  EXPECT_TRUE(Has(check.action(), "permissions")) << check.action();
  ASSERT_FALSE(host_.capabilities.empty());
}

TEST_F(VendureCheckTest, SaysThatANumberIsNoStock) {
  elsewhere = std::numeric_limits<std::int64_t>::min();

  const v1::Check check = Check();

  EXPECT_FALSE(check.ok());
  EXPECT_TRUE(Has(check.message(), "a number of pieces")) << check.message();
}

}  // namespace
}  // namespace storebridge::testing
