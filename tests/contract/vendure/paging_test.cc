// Lists that never end: the store, or a cache in front of it, gives full pages for ever.
#include <string>

#include <gtest/gtest.h>

#include "vendure_answers.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

std::string Variant(int id) {
  return R"({"id":")" + std::to_string(id) + R"(","sku":"S)" + std::to_string(id) +
         R"(","name":"Mug","enabled":true,"updatedAt":"2026-11-18T10:00:00.000Z",)" +
         R"("priceWithTax":100,"currencyCode":"EUR","trackInventory":"TRUE","stockLevels":[],)" +
         R"("featuredAsset":null,"options":[],"product":{"id":"9","description":"","enabled":true,)" +
         R"("updatedAt":"2026-11-18T10:00:00.000Z","featuredAsset":null}})";
}

TEST(VendurePagingTest, EndsAListOfVariantsThatIgnoresWhereItBegins) {
  ScriptedHost host(vendure_connector(), R"({"base_url":"https://shop.example","page_size":2})");
  host.begin.mutable_pull();
  host.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(
        200,
        Data("productVariants",
             R"({"totalItems":2000,"items":[)" + Variant(1) + "," + Variant(2) + "]}"));
  };

  EXPECT_FALSE(host.Run("products.pull"));

  EXPECT_EQ(host.failure.code(), v1::Failure::CODE_LIMIT);
  EXPECT_EQ(host.failure.message().find("page 3 of Vendure's list of variants holds only"), 0U)
      << host.failure.message();
}

TEST(VendurePagingTest, EndsAListOfOpenOrdersThatIgnoresWhereItBegins) {
  ScriptedHost host(vendure_connector(), R"({"base_url":"https://shop.example","page_size":2})");
  host.begin.mutable_pull();
  host.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(200,
                      Data("orders",
                           R"({"totalItems":2000,"items":[)" + VendureOrder("3", "PaymentSettled") +
                               "," + VendureOrder("4", "PaymentSettled") + "]}"));
  };

  EXPECT_FALSE(host.Run("orders.pull"));

  EXPECT_EQ(host.failure.code(), v1::Failure::CODE_LIMIT);
  EXPECT_EQ(host.failure.message().find("page 3 of Vendure's list of open orders holds only"), 0U)
      << host.failure.message();
}

}  // namespace
}  // namespace storebridge::testing
