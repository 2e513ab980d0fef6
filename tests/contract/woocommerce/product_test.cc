#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <set>
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
    R"("permalink":"https://shop.example/p/7","date_modified_gmt":"2026-11-18T10:00:00","parent_id":0,)"
    R"("categories":[{"id":4,"name":"Hats &amp; socks &lt;3","slug":"hats"},{"id":5,"name":"Wool"}]})";
constexpr const char* kOld =
    R"({"id":8,"type":"simple","sku":"","name":"Gift","price":"","status":"draft","virtual":true,)"
    R"("manage_stock":false,"stock_quantity":null,"weight":"","date_modified_gmt":"2026-11-18T10:00:00"})";
constexpr const char* kVariable =
    R"({"id":20,"type":"variable","sku":"SH","name":"Shirt","description":"Cotton","price":"30",)"
    R"("status":"publish","manage_stock":true,"stock_quantity":9,"weight":"1","images":[],)"
    R"("categories":[{"id":6,"name":"Shirts","slug":"shirts"}],)"
    R"("date_modified_gmt":"2026-11-18T10:00:00"})";
constexpr const char* kVariations =
    R"([{"id":21,"sku":"SH-S","global_unique_id":"","price":"30","status":"publish","virtual":false,)"
    R"("manage_stock":"parent","stock_quantity":9,"weight":"","attributes":[{"name":"Size",)"
    R"("option":"S"}],"image":{"src":"https://x/s.jpg"},"parent_id":20},)"
    R"({"id":22,"sku":"SH-M","price":"31","status":"private","virtual":false,"manage_stock":true,)"
    R"("stock_quantity":3,"attributes":[{"name":"Size","option":"M"}],"image":null,"parent_id":20}])";

// A list of one product that shows this as its stock.
std::string Stocked(const std::string& shown) {
  std::string text = kSimple;
  const std::string from = R"("stock_quantity":5)";
  return '[' + text.replace(text.find(from), from.size(), R"("stock_quantity":)" + shown) + ']';
}

class ProductTest : public ::testing::Test {
 protected:
  ProductTest() {
    host_.begin.mutable_pull();
    host_.now_ms = kNow * 1000;
    host_.answer = [this](const v1::HttpRequest& request) { return Shop(request); };
  }
  v1::Completion Shop(const v1::HttpRequest& request) const {
    const std::string path = PathOf(request.url());
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
      const bool is_first = QueryOf(request.url(), "page") == "1";
      const std::int64_t take =
          std::strtoll(QueryOf(request.url(), "per_page").c_str(), nullptr, 10);
      const bool is_whole =
          QueryOf(request.url(), "_fields").find("description") != std::string::npos;
      if (is_whole && take > take_max) {
        return TooLarge();
      }
      return HttpAnswer(200, is_first ? list : "[]", kNow * 1000);
    }
    if (path.ends_with("/variations")) {
      return HttpAnswer(200, kVariations);
    }
    return HttpAnswer(404, R"({"code":"rest_no_route","message":"No route"})");
  }
  static v1::Completion TooLarge() {
    v1::Completion completion = HostFailure(v1::Failure::CODE_LIMIT, "more than 10 bytes");
    completion.mutable_failure()->set_answer_too_large(true);
    return completion;
  }
  void Pull() { ASSERT_TRUE(host_.Run("products.pull")) << host_.failure.message(); }
  [[nodiscard]] const v1::Product& Find(const std::string& id) const {
    static const v1::Product none;
    const auto found = std::find_if(host_.products.begin(),
                                    host_.products.end(),
                                    [&](const auto& one) { return one.external_id() == id; });
    return found == host_.products.end() ? none : *found;
  }

  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  std::string list = std::string("[") + kSimple + "," + kOld + "," + kVariable + "]";
  // More products at once make an answer too large.
  std::int64_t take_max = 100;
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

TEST_F(ProductTest, ReadsTheWholePiecesOfAStockThatIsNoWholeNumber) {
  for (const auto& [shown, whole] : {std::pair{"2.5", 2}, {"\"2.5\"", 2}, {"-0.5", -1}}) {
    list = Stocked(shown);

    Pull();

    EXPECT_EQ(Find("7").stock_quantity(), whole) << shown;
    EXPECT_TRUE(host_.bad.empty()) << shown;
  }
}

TEST_F(ProductTest, TakesAStockThatIsNoNumberForNotKnown) {
  for (const char* shown : {"\"plenty\"", "1e300", "true", "[2]", "null"}) {
    list = Stocked(shown);

    Pull();

    EXPECT_EQ(Find("7").product_code(), "VS-1") << shown;
    EXPECT_FALSE(Find("7").has_stock_quantity()) << shown;
    EXPECT_TRUE(host_.bad.empty()) << shown;
  }
}

TEST_F(ProductTest, ReadsAStockThatIsWholeHoweverItIsWritten) {
  for (const char* shown : {"2", "2.0", "\"2\"", "\"2.000\""}) {
    list = Stocked(shown);

    Pull();

    EXPECT_TRUE(Find("7").has_stock_quantity()) << shown;
    EXPECT_EQ(Find("7").stock_quantity(), 2) << shown;
  }
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

TEST_F(ProductTest, TakesTheFirstCategoryForTheGroupAndThatOfTheParentForAVariation) {
  Pull();

  EXPECT_EQ(Find("7").group(), "Hats & socks <3");
  EXPECT_FALSE(Find("8").has_group()) << "nothing was said";
  EXPECT_EQ(Find("21").group(), "Shirts");
  EXPECT_EQ(Find("22").group(), "Shirts");
  for (const v1::HttpRequest& request : host_.requests) {
    if (PathOf(request.url()).ends_with("/wc/v3/products")) {
      EXPECT_NE(QueryOf(request.url(), "_fields").find("categories"), std::string::npos);
    }
  }
}

TEST_F(ProductTest, SaysThatAProductHasNoCategoryAndMakesNoIssueOfAnOddOne) {
  const auto with = [](int id, const std::string& categories) {
    return R"({"id":)" + std::to_string(id) +
           R"(,"type":"simple","sku":"A","name":"A","price":"1","categories":)" + categories + "}";
  };
  list = "[" + with(1, "[]") + "," + with(2, R"({"1":{"name":"A"}})") + "," + with(3, "[7]") + "," +
         with(4, R"([{"name":"R&amp;lt;D &"}])") + "]";

  Pull();

  EXPECT_TRUE(host_.bad.empty());
  EXPECT_TRUE(Find("1").has_group());
  EXPECT_EQ(Find("1").group(), "");
  EXPECT_FALSE(Find("2").has_group());
  EXPECT_EQ(Find("3").group(), "");
  EXPECT_EQ(Find("4").group(), "R&lt;D &") << "decoded once";
}

TEST_F(ProductTest, ReadsAllVariationsFromOneListWhereThereIsOne) {
  host_.begin.add_capabilities("variations_endpoint");

  Pull();

  EXPECT_EQ(host_.products.size(), 4U);
  EXPECT_EQ(PathOf(host_.requests.back().url()), "/wp-json/wc/v3/variations");
}

// A catalogue of products with descriptions of 128 KiB, the most that is taken, and one variation
// each, in a store that has one list of variations.
class LargeCatalogueTest : public ProductTest {
 protected:
  static constexpr std::int64_t kPage = 100;

  LargeCatalogueTest() {
    host_.begin.add_capabilities("variations_endpoint");
    host_.answer = [this](const v1::HttpRequest& request) { return Catalogue(request); };
  }
  v1::Completion Catalogue(const v1::HttpRequest& request) {
    const std::string path = PathOf(request.url());
    const std::int64_t page = std::strtoll(QueryOf(request.url(), "page").c_str(), nullptr, 10);
    if (path.ends_with("/wc/v3/products")) {
      return Page(page, [this](std::int64_t id) {
        return R"({"id":)" + std::to_string(id) + R"(,"type":"variable","sku":"P)" +
               std::to_string(id) + R"(","name":"Shirt","description":")" + description +
               R"(","price":"30","status":"publish","date_modified_gmt":"2026-11-18T10:00:00"})";
      });
    }
    if (path.ends_with("/wc/v3/variations")) {
      return Page(page, Variation);
    }
    const std::size_t at = path.find("/products/");
    if (path.ends_with("/variations") && at != std::string::npos) {
      return HttpAnswer(200,
                        "[" + Variation(std::strtoll(path.c_str() + at + 10, nullptr, 10)) + "]");
    }
    return Shop(request);
  }
  v1::Completion Page(std::int64_t page, const std::function<std::string(std::int64_t)>& row) {
    std::string rows;
    for (std::int64_t i = (page - 1) * kPage; i < std::min(page * kPage, count); ++i) {
      rows += (rows.empty() ? "" : ",") + row(i + 1);
    }
    return HttpAnswer(200, "[" + rows + "]", kNow * 1000);
  }
  // Of the product of that id.
  static std::string Variation(std::int64_t product) {
    const std::string id = std::to_string(product);
    return R"({"id":1)" + id + R"(0000,"sku":"V)" + id +
           R"(","price":"30","status":"publish","attributes":[],"parent_id":)" + id + "}";
  }
  [[nodiscard]] std::set<std::string> Codes() const {
    std::set<std::string> codes;
    for (const v1::Product& product : host_.products) {
      codes.insert(product.product_code());
    }
    return codes;
  }
  [[nodiscard]] std::int64_t RequestsTo(const std::string& end) const {
    return std::count_if(
        host_.requests.begin(), host_.requests.end(), [&](const v1::HttpRequest& request) {
          return PathOf(request.url()).ends_with(end);
        });
  }

  std::int64_t count = 0;
  std::string description = std::string(128 << 10, 'x');
};

TEST_F(LargeCatalogueTest, ReadsTheVariationsFromOneListWhileItsProductsMayBeKept) {
  count = 2 * kPage;

  Pull();

  EXPECT_EQ(Codes().size(), static_cast<std::size_t>(count));
  EXPECT_EQ(RequestsTo("/wc/v3/variations"), 3);
  EXPECT_EQ(RequestsTo("/variations"), 3);
}

// 32 MiB are kept: 254 of these products.
TEST_F(LargeCatalogueTest, AsksEachProductForItsVariationsWhenTheyMayNotBeKept) {
  count = 3 * kPage + 1;

  Pull();

  EXPECT_EQ(Codes().size(), static_cast<std::size_t>(count));
  EXPECT_EQ(host_.products.size(), static_cast<std::size_t>(count)) << "each once";
  EXPECT_EQ(RequestsTo("/wc/v3/variations"), 0);
  EXPECT_EQ(RequestsTo("/variations"), count);
  EXPECT_TRUE(host_.bad.empty());
}

TEST_F(LargeCatalogueTest, KeepsTenThousandProductsWithDescriptionsOfTwoKilobytes) {
  count = 10'000;
  description = std::string(2'000, 'x');

  Pull();

  EXPECT_EQ(Codes().size(), static_cast<std::size_t>(count));
  EXPECT_EQ(RequestsTo("/variations"), 101);
}

TEST_F(ProductTest, MakesAnIssueOfADescriptionThatIsTooLongAndReadsTheOthers) {
  const auto described = [](std::string product, const std::string& before, std::size_t size) {
    const std::string from = R"("description":")" + before + '"';
    const std::size_t at = product.find(from);
    EXPECT_NE(at, std::string::npos);
    return product.replace(at, from.size(), R"("description":")" + std::string(size, 'x') + '"');
  };
  constexpr std::size_t kMost = std::size_t{128} << 10;
  const std::string longest = described(kSimple, "<p>Wool</p>", kMost);
  std::string too_long = described(kSimple, "<p>Wool</p>", kMost + 1);
  too_long.replace(too_long.find("\"id\":7"), 6, "\"id\":9");
  list = "[" + longest + "," + too_long + "," + described(kVariable, "Cotton", kMost + 1) + "]";

  Pull();

  ASSERT_EQ(host_.products.size(), 1U);
  EXPECT_EQ(host_.products[0].external_id(), "7");
  ASSERT_EQ(host_.bad.size(), 4U) << "variations have it from their product";
  EXPECT_EQ(host_.bad[0].external_id(), "9");
  EXPECT_NE(host_.bad[0].message().find(
                "its description is 131073 bytes large; at most 131072 are taken"),
            std::string::npos)
      << host_.bad[0].message();
  EXPECT_EQ(host_.bad[1].external_id(), "20");
  EXPECT_EQ(host_.bad[3].external_id(), "22");
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

TEST_F(ProductTest, ReadsTheOtherProductsBesideOneThatIsPoison) {
  list = std::string("[") + kSimple + R"(,{"id":9,"type":"simple","sku":"BAD","name":7}])";

  Pull();

  EXPECT_EQ(host_.products.size(), 1U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].label(), "BAD");
}

TEST_F(ProductTest, MakesAnIssueOfAProductWithoutAPriceAndNotOfOneThatCannotBeBought) {
  list = std::string("[") + kOld + R"(,{"id":9,"type":"simple","sku":"BAD","name":"x"},)" +
         R"({"id":10,"type":"simple","sku":"NULL","name":"x","price":null}])";

  Pull();

  ASSERT_EQ(host_.products.size(), 1U);
  EXPECT_FALSE(host_.products[0].has_price());
  ASSERT_EQ(host_.bad.size(), 2U);
  EXPECT_NE(host_.bad[0].message().find("price is missing"), std::string::npos);
  EXPECT_NE(host_.bad[1].message().find("price is null"), std::string::npos);
}

TEST_F(ProductTest, AsksNothingByAnIdThatIsNoNumber) {
  list = std::string("[") + kSimple +
         R"(,{"id":"<p>","type":"variable","sku":"SH","name":"Shirt","price":"30"},)" +
         R"({"id":"../9","type":"simple","sku":"UP","name":"x","price":"1"}])";

  Pull();

  EXPECT_EQ(host_.products.size(), 1U);
  ASSERT_EQ(host_.bad.size(), 2U);
  EXPECT_EQ(host_.bad[0].label(), "SH");
  EXPECT_NE(host_.bad[0].message().find("its id '<p>' is none of WooCommerce's"), std::string::npos)
      << host_.bad[0].message();
  EXPECT_EQ(host_.bad[1].label(), "UP");
}

TEST_F(ProductTest, MakesAnIssueOfAVariationWhoseProductHasNoNumber) {
  host_.begin.mutable_pull()->add_only_external_ids("21");
  host_.answer = [this](const v1::HttpRequest& request) {
    return PathOf(request.url()).ends_with("/products/21")
               ? HttpAnswer(200, R"({"id":21,"type":"variation","sku":"SH-S","parent_id":"x/y"})")
               : Shop(request);
  };

  Pull();

  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "21");
}

// A look at everything takes what it did not meet for deleted: a variation has to be met although
// its product cannot be read.
TEST_F(ProductTest, MakesIssuesOfTheVariationsOfAProductThatCannotBeRead) {
  list = R"([{"id":20,"type":"variable","sku":"SH","name":7,"price":"30"}])";

  Pull();

  EXPECT_TRUE(host_.products.empty());
  ASSERT_EQ(host_.bad.size(), 3U);
  EXPECT_EQ(host_.bad[0].external_id(), "20");
  EXPECT_EQ(host_.bad[1].external_id(), "21");
  EXPECT_EQ(host_.bad[1].label(), "SH-S");
  EXPECT_NE(host_.bad[1].message().find("its product 20 cannot be read"), std::string::npos);
  EXPECT_EQ(host_.bad[2].external_id(), "22");
}

TEST_F(ProductTest, AsksForLessWhenAPageIsTooLarge) {
  std::string first = "[";
  for (int i = 0; i < 25; ++i) {
    first += (i == 0 ? "" : ",") + std::string(kSimple);
  }
  list = first + "]";
  take_max = 25;

  Pull();

  EXPECT_EQ(host_.products.size(), 25U);
  EXPECT_TRUE(host_.bad.empty());
}

TEST_F(ProductTest, StepsOverAProductThatIsTooLargeByItself) {
  host_.answer = [this](const v1::HttpRequest& request) {
    if (!PathOf(request.url()).ends_with("/wc/v3/products")) {
      return Shop(request);
    }
    const auto number = [&](const char* name) {
      return std::strtoll(QueryOf(request.url(), name).c_str(), nullptr, 10);
    };
    const std::int64_t take = number("per_page");
    const bool has_offset = !QueryOf(request.url(), "offset").empty();
    const std::int64_t skip = has_offset ? number("offset") : (number("page") - 1) * take;
    const bool is_whole =
        QueryOf(request.url(), "_fields").find("description") != std::string::npos;
    std::string body;
    for (std::int64_t place = skip; place < std::min<std::int64_t>(skip + take, 300); ++place) {
      if (place == 137 && is_whole) {
        return TooLarge();
      }
      std::string product = kSimple;
      product.replace(product.find(":7,"), 3, ":" + std::to_string(1000 + place) + ",");
      body += (body.empty() ? "" : ",") + product;
    }
    return HttpAnswer(200, "[" + body + "]", kNow * 1000);
  };

  Pull();

  EXPECT_EQ(host_.products.size(), 299U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "1137");
  EXPECT_EQ(host_.bad[0].label(), "VS-1");
  EXPECT_NE(host_.bad[0].message().find("shorten its texts"), std::string::npos);
  EXPECT_NE(host_.cursor.find("2026-11-18T10:00:00"), std::string::npos);
}

TEST_F(ProductTest, TakesWhatLiesInTheBinForDeletedWhenItIsAskedForIt) {
  host_.begin.mutable_pull()->add_only_external_ids("7");
  host_.answer = [this](const v1::HttpRequest& request) {
    if (!PathOf(request.url()).ends_with("/products/7")) {
      return Shop(request);
    }
    std::string product = kSimple;
    product.replace(product.find("publish"), 7, "trash");
    return HttpAnswer(200, product);
  };

  Pull();

  EXPECT_TRUE(Find("7").is_deleted());
}

// From a cache that does not look at all of the address.
TEST_F(ProductTest, TakesNothingForDeletedWhenTheAnswerIsAnotherRecord) {
  for (const char* status : {"trash", "publish"}) {
    SCOPED_TRACE(status);
    host_.begin.mutable_pull()->clear_only_external_ids();
    host_.begin.mutable_pull()->add_only_external_ids("5");
    std::string other = kSimple;
    other.replace(other.find("publish"), 7, status);
    host_.answer = [&](const v1::HttpRequest& request) {
      return PathOf(request.url()).ends_with("/products/5") ? HttpAnswer(200, other)
                                                            : Shop(request);
    };

    Pull();

    EXPECT_TRUE(host_.products.empty());
    ASSERT_EQ(host_.bad.size(), 1U) << "what does not come at all counts as deleted, too";
    EXPECT_EQ(host_.bad[0].external_id(), "5");
  }
}

TEST_F(ProductTest, TakesNothingForDeletedWhereTheApiIsGone) {
  host_.begin.mutable_pull()->add_only_external_ids("99");

  EXPECT_FALSE(host_.Run("products.pull"));

  EXPECT_TRUE(host_.products.empty());
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
      return HttpAnswer(
          200, R"({"id":21,"sku":"SH-S","price":"30","status":"publish","attributes":[]})");
    }
    if (path.ends_with("/products/99")) {
      return HttpAnswer(
          404, R"({"code":"woocommerce_rest_product_invalid_id","message":"Invalid ID."})");
    }
    return Shop(request);
  };

  Pull();

  EXPECT_EQ(Find("21").product_code(), "SH-S");
  EXPECT_EQ(Find("21").external_parent_id(), "20");
  EXPECT_EQ(Find("21").group(), "Shirts");
  EXPECT_TRUE(Find("99").is_deleted());
}

class VariationByIdTest : public ProductTest {
 protected:
  VariationByIdTest() {
    host_.begin.mutable_pull()->add_only_external_ids("21");
    host_.begin.mutable_pull()->add_only_external_parent_ids("20");
    host_.answer = [this](const v1::HttpRequest& request) {
      const std::string path = PathOf(request.url());
      if (path.ends_with("/products/20")) {
        return parent;
      }
      if (path.ends_with("/products/20/variations/21")) {
        return variation;
      }
      if (path.find("/products/19") != std::string::npos) {
        return Gone("product");
      }
      return path.ends_with("/products/21") ? by_id : Shop(request);
    };
  }

  static v1::Completion Gone(const std::string& what) {
    return HttpAnswer(
        404, R"({"code":"woocommerce_rest_)" + what + R"(_invalid_id","message":"Invalid ID."})");
  }

  v1::Completion by_id =
      HttpAnswer(200, R"({"id":21,"type":"variation","name":"Shirt","parent_id":20})");
  v1::Completion parent = HttpAnswer(200, kVariable);
  v1::Completion variation =
      HttpAnswer(200, R"({"id":21,"sku":"SH-S","price":"30","status":"publish","attributes":[]})");
};

TEST_F(VariationByIdTest, AsksForItBelowItsProduct) {
  // What WooCommerce may say one day, and what a store model does: a variation is no product.
  by_id = Gone("product");

  Pull();

  EXPECT_EQ(Find("21").product_code(), "SH-S");
  EXPECT_EQ(Find("21").external_parent_id(), "20");
  EXPECT_FALSE(Find("21").is_deleted());
}

TEST_F(VariationByIdTest, TakesItForDeletedWhenItIsGone) {
  variation = Gone("product_variation");

  Pull();

  EXPECT_TRUE(Find("21").is_deleted());
}

TEST_F(VariationByIdTest, TakesItForDeletedWhenItsProductIsGoneOrInTheBin) {
  parent = Gone("product");
  Pull();
  EXPECT_TRUE(Find("21").is_deleted());

  std::string binned = kVariable;
  binned.replace(binned.find("publish"), 7, "trash");
  parent = HttpAnswer(200, binned);
  host_.products.clear();
  Pull();
  EXPECT_TRUE(Find("21").is_deleted());
}

TEST_F(VariationByIdTest, DoesNotTakeItForDeletedWhenAnotherRecordIsInTheBin) {
  parent = HttpAnswer(200, R"({"id":7,"type":"variable","status":"trash"})");
  Pull();
  EXPECT_TRUE(host_.products.empty());
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "21");

  parent = HttpAnswer(200, kVariable);
  variation = HttpAnswer(200, R"({"id":22,"parent_id":20,"status":"trash"})");
  Pull();
  EXPECT_TRUE(host_.products.empty());
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "21");
}

TEST_F(VariationByIdTest, FindsOneThatBelongsToAnotherProductNow) {
  host_.begin.mutable_pull()->set_only_external_parent_ids(0, "19");

  Pull();

  EXPECT_FALSE(Find("21").is_deleted());
  EXPECT_EQ(Find("21").external_parent_id(), "20");
}

// As WooCommerce did until 2024, whatever product was named.
TEST_F(VariationByIdTest, DoesNotBelieveThatItIsBelowAProductThatItDoesNotName) {
  host_.begin.mutable_pull()->set_only_external_parent_ids(0, "19");
  variation =
      HttpAnswer(200, R"({"id":21,"parent_id":20,"sku":"SH-S","price":"30","status":"publish"})");
  const auto shop = host_.answer;
  host_.answer = [this, shop](const v1::HttpRequest& request) {
    const std::string path = PathOf(request.url());
    if (path.ends_with("/products/19")) {
      return parent;
    }
    return path.ends_with("/variations/21") ? variation : shop(request);
  };

  Pull();

  EXPECT_EQ(Find("21").external_parent_id(), "20");
}

TEST_F(VariationByIdTest, ReadsOneThatIsAProductOfItsOwnNow) {
  variation = Gone("product_variation");
  by_id = HttpAnswer(
      200,
      R"({"id":21,"type":"simple","sku":"SH-S","name":"Shirt","price":"30","status":"publish"})");

  Pull();

  EXPECT_EQ(Find("21").product_code(), "SH-S");
  EXPECT_EQ(Find("21").external_parent_id(), "");
}

TEST_F(VariationByIdTest, AsksForEachWhereItBelongs) {
  host_.begin.mutable_pull()->clear_only_external_ids();
  host_.begin.mutable_pull()->clear_only_external_parent_ids();
  for (const auto& [id, parent_id] : {std::pair("7", ""), std::pair("21", "20")}) {
    host_.begin.mutable_pull()->add_only_external_ids(id);
    host_.begin.mutable_pull()->add_only_external_parent_ids(parent_id);
  }
  by_id = Gone("product");
  const auto shop = host_.answer;
  host_.answer = [shop](const v1::HttpRequest& request) {
    return PathOf(request.url()).ends_with("/products/7") ? HttpAnswer(200, kSimple)
                                                          : shop(request);
  };

  Pull();

  EXPECT_EQ(Find("7").product_code(), "VS-1");
  EXPECT_EQ(Find("21").product_code(), "SH-S");
}

TEST_F(VariationByIdTest, MakesAnIssueOfOneThatIsTooLargeToBeRead) {
  variation = TooLarge();

  Pull();

  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "21");
  EXPECT_TRUE(host_.products.empty());
}

}  // namespace
}  // namespace storebridge::testing
