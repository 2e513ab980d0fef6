#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr std::int64_t kNow = 1'795'000'000;
constexpr const char* kSimple =
    R"({"id":7,"type":"simple","sku":"VS-1","global_unique_id":"6410000000012","name":"Villasukat",)"
    R"("description":"<p>Wool</p>","short_description":"","price":"14.90","status":"publish",)"
    R"("virtual":false,"manage_stock":true,"stock_quantity":5,"weight":"0.25",)"
    R"("dimensions":{"length":"10","width":"5.5","height":""},"images":[{"src":"https://x/1.jpg"}],)"
    R"("permalink":"https://shop.example/p/7","date_modified_gmt":"2026-11-18T10:00:00","parent_id":0})";
constexpr const char* kOld =
    R"({"id":8,"type":"simple","sku":"","name":"Gift","price":"","status":"draft","virtual":true,)"
    R"("manage_stock":false,"stock_quantity":null,"weight":"","date_modified_gmt":"2026-11-18T10:00:00"})";
constexpr const char* kVariable =
    R"({"id":20,"type":"variable","sku":"SH","name":"Shirt","description":"Cotton","price":"30",)"
    R"("status":"publish","manage_stock":true,"stock_quantity":9,"weight":"1","images":[],)"
    R"("date_modified_gmt":"2026-11-18T10:00:00"})";
constexpr const char* kVariations =
    R"([{"id":21,"sku":"SH-S","global_unique_id":"","price":"30","status":"publish","virtual":false,)"
    R"("manage_stock":"parent","stock_quantity":9,"weight":"","attributes":[{"name":"Size",)"
    R"("option":"S"}],"image":{"src":"https://x/s.jpg"},"parent_id":20},)"
    R"({"id":22,"sku":"SH-M","price":"31","status":"private","virtual":false,"manage_stock":true,)"
    R"("stock_quantity":3,"attributes":[{"name":"Size","option":"M"}],"image":null,"parent_id":20}])";

class ProductTest : public ::testing::Test {
 protected:
  ProductTest() {
    host_.begin.mutable_pull();
    host_.now_ms = kNow * 1000;
    host_.answer = [this](const v1::HttpRequest& request) { return Shop(request); };
  }
  v1::Completion Shop(const v1::HttpRequest& request) const {
    const std::string path = PathOf(request.url());
    if (general_settings && path.ends_with("/settings/general")) {
      return *general_settings;
    }
    if (path.ends_with("/settings/general")) {
      return HttpAnswer(200, R"([{"id":"woocommerce_currency","value":"EUR"}])");
    }
    if (path.ends_with("/settings/products")) {
      return HttpAnswer(200, R"([{"id":"woocommerce_weight_unit","value":"kg"}])");
    }
    if (path.ends_with("/settings/tax")) {
      return HttpAnswer(200, R"([{"id":"woocommerce_prices_include_tax","value":"yes"}])");
    }
    if (path.ends_with("/wc/v3/products")) {
      return HttpAnswer(200, QueryOf(request.url(), "page") == "1" ? list : "[]", kNow * 1000);
    }
    if (path.ends_with("/variations")) {
      return HttpAnswer(200, kVariations);
    }
    return HttpAnswer(404, R"({"code":"rest_no_route","message":"No route"})");
  }
  void Pull() { ASSERT_TRUE(host_.Run("products.pull")) << host_.failure.message(); }
  [[nodiscard]] const v1::Product& Find(const std::string& id) const {
    static const v1::Product kNone;
    const auto found = std::find_if(host_.products.begin(),
                                    host_.products.end(),
                                    [&](const auto& one) { return one.external_id() == id; });
    return found == host_.products.end() ? kNone : *found;
  }

  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  // What the shop answers instead.
  std::optional<v1::Completion> general_settings;
  std::string list = std::string("[") + kSimple + "," + kOld + "," + kVariable + "]";
};

TEST_F(ProductTest, ReadsASimpleProduct) {
  Pull();

  const v1::Product& product = Find("7");
  EXPECT_EQ(product.product_code(), "VS-1");
  EXPECT_EQ(product.ean(), "6410000000012");
  EXPECT_EQ(product.price().units(), 14);
  EXPECT_EQ(product.price().currency_code(), "EUR");
  EXPECT_TRUE(product.price_includes_tax());
  EXPECT_EQ(product.stock_quantity(), 5);
  EXPECT_EQ(product.weight_grams(), 250);
  EXPECT_EQ(product.length_mm(), 100);
  EXPECT_EQ(product.width_mm(), 55);
  EXPECT_FALSE(product.has_height_mm());
  EXPECT_TRUE(product.is_active());
}

TEST_F(ProductTest, LeavesOutWhatAnOldStoreDoesNotHave) {
  Pull();

  const v1::Product& product = Find("8");
  EXPECT_EQ(product.external_id(), "8");
  EXPECT_EQ(product.product_code(), "");
  EXPECT_FALSE(product.has_ean());
  EXPECT_FALSE(product.has_price());
  EXPECT_FALSE(product.has_stock_quantity());
  EXPECT_FALSE(product.has_weight_grams());
  EXPECT_TRUE(product.is_virtual());
  EXPECT_FALSE(product.is_active());
}

TEST_F(ProductTest, ReadsVariationsAndNotTheirParent) {
  Pull();

  EXPECT_EQ(host_.products.size(), 4U);
  EXPECT_EQ(Find("20").external_id(), "");
  EXPECT_EQ(Find("21").external_parent_id(), "20");
  EXPECT_EQ(Find("21").title(), "Shirt - S");
  EXPECT_EQ(Find("21").description(), "Cotton");
  EXPECT_EQ(Find("21").weight_grams(), 1000) << "an empty weight is that of the parent";
  EXPECT_FALSE(Find("21").has_stock_quantity()) << "the parent's number is not its own";
  EXPECT_EQ(Find("22").stock_quantity(), 3);
  EXPECT_FALSE(Find("22").is_active());
}

TEST_F(ProductTest, ReadsAllVariationsFromOneListWhereThereIsOne) {
  host_.begin.add_capabilities("variations_endpoint");

  Pull();

  EXPECT_EQ(host_.products.size(), 4U);
  EXPECT_EQ(PathOf(host_.requests.back().url()), "/wp-json/wc/v3/variations");
}

TEST_F(ProductTest, CostsOneRequestInAQuietRound) {
  Pull();
  list = "[]";
  const std::string cursor = host_.cursor;

  Pull();

  ASSERT_EQ(host_.requests.size(), 1U);
  EXPECT_EQ(QueryOf(host_.requests[0].url(), "modified_after"), "2026-11-18T10:00:00");
  EXPECT_EQ(host_.cursor, cursor);
}

// The units go into the cursor: what was wrong for a moment would be wrong for a day.
TEST_F(ProductTest, FailsWhenTheUnitsCannotBeReadForNow) {
  for (const v1::Completion& answer :
       {HttpAnswer(502, "Bad gateway"),
        HttpAnswer(200, "<html>maintenance</html>"),
        HttpAnswer(401, R"({"code":"woocommerce_rest_authentication_error","message":"No"})")}) {
    general_settings = answer;

    EXPECT_FALSE(host_.Run("products.pull"));

    EXPECT_TRUE(host_.products.empty());
    EXPECT_TRUE(host_.cursor.empty());
  }
}

TEST_F(ProductTest, GoesOnWithoutUnitsThatTheKeyMayNotRead) {
  general_settings = HttpAnswer(403, R"({"code":"woocommerce_rest_cannot_view","message":"No"})");

  Pull();

  EXPECT_EQ(Find("7").price().currency_code(), "");
}

TEST_F(ProductTest, KeepsCurrencyAndUnitsForTheRoundsBetween) {
  Pull();
  list = std::string("[") + kSimple + "]";

  Pull();

  EXPECT_EQ(host_.requests.size(), 1U);
  EXPECT_EQ(Find("7").price().currency_code(), "EUR");
}

TEST_F(ProductTest, ReadsTheOtherProductsBesideOneThatIsPoison) {
  list = std::string("[") + kSimple + R"(,{"id":9,"type":"simple","sku":"BAD","name":7}])";

  Pull();

  EXPECT_EQ(host_.products.size(), 1U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].label(), "BAD");
}

TEST_F(ProductTest, ReadsOneProductAgain) {
  host_.begin.mutable_pull()->add_only_external_ids("21");
  host_.begin.mutable_pull()->add_only_external_ids("99");
  host_.answer = [this](const v1::HttpRequest& request) {
    const std::string path = PathOf(request.url());
    if (path.ends_with("/products/21")) {
      return HttpAnswer(200, R"({"id":21,"type":"variation","name":"Shirt","parent_id":20})");
    }
    if (path.ends_with("/products/20")) {
      return HttpAnswer(200, kVariable);
    }
    if (path.ends_with("/products/20/variations/21")) {
      return HttpAnswer(200, R"({"id":21,"sku":"SH-S","status":"publish","attributes":[]})");
    }
    return Shop(request);
  };

  Pull();

  EXPECT_EQ(Find("21").product_code(), "SH-S");
  EXPECT_EQ(Find("21").external_parent_id(), "20");
  EXPECT_TRUE(Find("99").is_deleted());
}

}  // namespace
}  // namespace storebridge::testing
