// Vendure's connector, on answers as its contract tests have them: a real Vendure takes minutes to
// start.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "contract/vendure/vendure_answers.h"
#include "unit/conformance/kit_fixture.h"

namespace storebridge::conformance {
namespace {

namespace cv1 = connector::v1;

using storebridge::testing::Data;
using storebridge::testing::VendureOrder;

constexpr std::int64_t kRecords = 5;

std::string Variant(std::int64_t id) {
  const std::string number = std::to_string(id);
  return R"({"id":")" + number + R"(","sku":"VS-)" + number + R"(","name":"Sock )" + number +
         R"(","enabled":true,"updatedAt":"2026-11-23T20:58:35.000Z","priceWithTax":1490,)"
         R"("currencyCode":"EUR","trackInventory":"INHERIT",)"
         R"("stockLevels":[{"stockLocationId":"8","stockOnHand":5}],"featuredAsset":null,)"
         R"("options":[],"product":{"id":"7)" +
         number +
         R"(","description":"<p>Wool</p>","enabled":true,"updatedAt":"2026-11-23T20:58:35.000Z",)"
         R"("featuredAsset":null}})";
}

// A number among the variables of a query.
std::int64_t NumberIn(const std::string& body, const std::string& name) {
  const std::size_t at = body.find("\"" + name + "\":");
  return at == std::string::npos ? 0
                                 : std::strtoll(body.c_str() + at + name.size() + 3, nullptr, 10);
}

std::string RecordOf(bool is_order, std::int64_t id) {
  return is_order ? VendureOrder(std::to_string(id), "PaymentSettled") : Variant(id);
}

// The page that was asked for, or the records with the ids that were.
std::string ListOf(const std::string& body, bool is_order) {
  const bool is_by_ids = Has(body, "$ids");
  const std::int64_t skip = NumberIn(body, "skip");
  const std::int64_t take = NumberIn(body, "take");
  std::string items;
  for (std::int64_t id = 1; id <= kRecords; ++id) {
    const bool is_asked =
        is_by_ids ? Has(body, "\"" + std::to_string(id) + "\"") : id > skip && id <= skip + take;
    if (is_asked) {
      items += (items.empty() ? "" : ",") + RecordOf(is_order, id);
    }
  }
  return R"({"totalItems":)" + std::to_string(kRecords) + R"(,"items":[)" + items + "]}";
}

std::string AnswerTo(const std::string& body) {
  const std::string locations = R"("stockLocations":{"items":[{"id":"8","name":"Tampere"}]})";
  if (Has(body, "addFulfillmentToOrder")) {
    return Data("addFulfillmentToOrder",
                R"({"__typename":"Fulfillment","id":"2","state":"Pending"})");
  }
  if (Has(body, "transitionFulfillmentToState")) {
    return Data("transitionFulfillmentToState",
                R"({"__typename":"Fulfillment","id":"2","state":"Shipped"})");
  }
  if (Has(body, "updateProductVariants")) {
    return Data("updateProductVariants", R"([{"id":"1"},{"id":"2"}])");
  }
  if (Has(body, "productVariants(")) {
    return R"({"data":{)" + locations + R"(,"productVariants":)" + ListOf(body, false) + "}}";
  }
  if (Has(body, "stockLocations(")) {
    return R"({"data":{)" + locations + "}}";
  }
  if (Has(body, "orders(")) {
    return Data("orders", ListOf(body, true));
  }
  if (Has(body, "activeChannel")) {
    return Data("activeChannel",
                R"({"code":"web","defaultCurrencyCode":"EUR","pricesIncludeTax":true})");
  }
  return Data("order", R"({"id":"3","code":"C3","state":"PaymentSettled","fulfillments":[]})");
}

cv1::Completion Vendure(const cv1::HttpRequest& request) {
  return Answered(200, AnswerTo(request.body()));
}

TEST_F(KitTest, PassesVendureOnScriptedAnswers) {
  for (const cv1::Begin& begin :
       EachOperation({.products = {"1", "2"}, .order = "3", .line = "51"})) {
    ASSERT_NO_FATAL_FAILURE(Record(VENDURE_MODULE, begin, Vendure));
  }

  const day::CommandResult ran = Run(VENDURE_MODULE);

  EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.output, "19 ok, 0 fail, 0 not shown")) << ran.output;
}

}  // namespace
}  // namespace storebridge::conformance
