// What a look at all products asks for: the settings that their numbers mean something by, and
// pages.
#include <algorithm>
#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

std::string Mug(int id) {
  return R"({"id":)" + std::to_string(id) + R"(,"type":"simple","sku":"M)" + std::to_string(id) +
         R"(","name":"Mug","price":"14","status":"publish","weight":"2",)" +
         R"("date_modified_gmt":"2026-11-18T10:00:00"})";
}

class CatalogueTest : public ::testing::Test {
 protected:
  CatalogueTest() {
    host_.begin.mutable_pull();
    host_.answer = [this](const v1::HttpRequest& request) { return Shop(request); };
  }

  v1::Completion Shop(const v1::HttpRequest& request) const {
    const std::string path = PathOf(request.url());
    if (path.ends_with("/settings/general")) {
      return general;
    }
    if (path.ends_with("/settings/products")) {
      return HttpAnswer(200, R"([{"id":"woocommerce_weight_unit","value":"g"}])");
    }
    if (path.ends_with("/settings/tax")) {
      return HttpAnswer(200, R"([{"id":"woocommerce_prices_include_tax","value":"no"}])");
    }
    if (path.ends_with("/variations")) {
      return variations;
    }
    const std::string page = QueryOf(request.url(), "page");
    v1::Completion answer = HttpAnswer(200, page == "1" ? list : page == "2" ? second : "[]");
    auto* said = answer.mutable_http()->add_headers();
    said->set_name("x-wp-total");
    said->set_value(page == "1" ? said_first : said_second);
    return answer;
  }

  void Pull() { ASSERT_TRUE(host_.Run("products.pull")) << host_.failure.message(); }

  [[nodiscard]] std::ptrdiff_t Asked(const std::string& path) const {
    return std::count_if(host_.requests.begin(), host_.requests.end(), [&](const auto& request) {
      return PathOf(request.url()).ends_with(path);
    });
  }

  ScriptedHost host_{woocommerce_connector(),
                     R"({"base_url":"https://shop.example","page_size":2})"};
  // The shop's currency and whether it calculates taxes.
  v1::Completion general = HttpAnswer(200,
                                      R"([{"id":"woocommerce_currency","value":"EUR"},)"
                                      R"({"id":"woocommerce_calc_taxes","value":"yes"}])");
  std::string list = "[" + Mug(1) + "," + Mug(2) + "]";
  v1::Completion variations = HttpAnswer(200, "[]");
  std::string second = "[" + Mug(3) + "," + Mug(4) + "]";
  // How many products the shop says it has, with each of them.
  std::string said_first;
  std::string said_second;
};

// The units go into the cursor: what was wrong for a moment would be wrong for a day.
TEST_F(CatalogueTest, FailsWhenTheUnitsCannotBeReadForNow) {
  for (const v1::Completion& answer :
       {HttpAnswer(502, "Bad gateway"),
        HttpAnswer(200, "<html>maintenance</html>"),
        HttpAnswer(401, R"({"code":"woocommerce_rest_authentication_error","message":"No"})")}) {
    general = answer;

    EXPECT_FALSE(host_.Run("products.pull"));

    EXPECT_TRUE(host_.products.empty());
    EXPECT_TRUE(host_.cursor.empty());
  }
}

TEST_F(CatalogueTest, GoesOnWithoutUnitsThatTheKeyMayNotRead) {
  general = HttpAnswer(403, R"({"code":"woocommerce_rest_cannot_view","message":"No"})");

  Pull();

  ASSERT_EQ(host_.products.size(), 4U);
  EXPECT_FALSE(host_.products[0].has_price()) << "a number without a currency is no price";
}

TEST_F(CatalogueTest, KeepsCurrencyAndUnitsForTheRoundsBetween) {
  Pull();
  list = "[" + Mug(1) + "]";

  Pull();

  EXPECT_EQ(host_.requests.size(), 1U);
  ASSERT_EQ(host_.products.size(), 1U);
  EXPECT_EQ(host_.products[0].price().currency_code(), "EUR");
  EXPECT_EQ(host_.products[0].weight_grams(), 2);
  EXPECT_FALSE(host_.products[0].price_includes_tax());
}

TEST_F(CatalogueTest, AsksNothingAboutTaxesWhereNoneAreCalculated) {
  Pull();
  EXPECT_EQ(Asked("/settings/tax"), 1);
  general = HttpAnswer(200,
                       R"([{"id":"woocommerce_currency","value":"EUR"},)"
                       R"({"id":"woocommerce_calc_taxes","value":"no"}])");
  host_.cursor.clear();

  Pull();

  EXPECT_EQ(Asked("/settings/tax"), 0);
  ASSERT_EQ(host_.products.size(), 4U);
  EXPECT_TRUE(host_.products[0].price_includes_tax());
}

TEST_F(CatalogueTest, EndsAFirstImportWithTheLastOfTheProductsThatTheStoreCounts) {
  struct Case {
    const char* said_first;
    const char* said_second;
    int pages;
  };
  for (const Case& one : {Case{"4", "4", 2},
                          {"5", "5", 3},
                          {"3", "3", 3},
                          {"0", "0", 3},
                          {"", "", 3},
                          // One of them is out of date.
                          {"5", "4", 3},
                          // It counts what the page shows.
                          {"2", "2", 3}}) {
    said_first = one.said_first;
    said_second = one.said_second;
    host_.cursor.clear();

    Pull();

    EXPECT_EQ(Asked("/wc/v3/products"), one.pages) << said_first << " " << said_second;
    EXPECT_EQ(host_.products.size(), 4U) << said_first << " " << said_second;
  }
}

// What a count leaves out would be taken for deleted.
TEST_F(CatalogueTest, BelievesNoCountOnceProductsAreKnown) {
  said_first = "4";
  said_second = "4";
  Pull();
  EXPECT_EQ(Asked("/wc/v3/products"), 2);
  host_.begin.mutable_pull()->set_full(true);

  Pull();

  EXPECT_EQ(Asked("/wc/v3/products"), 3);
}

constexpr const char* kShirtAndMug =
    R"([{"id":20,"type":"variable","sku":"SH","name":"Shirt","price":"1","status":"publish"},)"
    R"({"id":21,"type":"simple","sku":"M","name":"Mug","price":"1","status":"publish"}])";

// Or all variations of the product would be taken for deleted.
TEST_F(CatalogueTest, EndsWhereVariationsAreNotFoundAndWooCommerceDidNotSayWhy) {
  list = kShirtAndMug;
  for (const v1::Completion& answer :
       {HttpAnswer(404, R"({"code":"not_found","message":"Not found."})"),
        HttpAnswer(404, R"({"code":"rest_no_route","message":"No route was found"})"),
        HttpAnswer(404, "<html>404</html>")}) {
    variations = answer;

    EXPECT_FALSE(host_.Run("products.pull"));

    EXPECT_TRUE(host_.cursor.empty());
  }
}

TEST_F(CatalogueTest, GoesOnWithoutTheVariationsOfAProductThatIsGone) {
  list = kShirtAndMug;
  variations =
      HttpAnswer(404, R"({"code":"woocommerce_rest_product_invalid_id","message":"Invalid ID."})");

  Pull();

  ASSERT_EQ(host_.products.size(), 3U);
  EXPECT_EQ(host_.products[0].external_id(), "21");
}

TEST_F(CatalogueTest, SaysTheSameOfAListThatWasTooLargeAtFirst) {
  list = kShirtAndMug;
  v1::Completion too_large = HostFailure(v1::Failure::CODE_LIMIT, "too large");
  too_large.mutable_failure()->set_answer_too_large(true);
  host_.answer = [this, too_large](const v1::HttpRequest& request) {
    const bool is_first = QueryOf(request.url(), "per_page") == "2";
    return is_first && PathOf(request.url()).ends_with("/variations") ? too_large : Shop(request);
  };
  variations = HttpAnswer(404, "<html>404</html>");

  EXPECT_FALSE(host_.Run("products.pull"));
}

}  // namespace
}  // namespace storebridge::testing
