// What is read of one variant.
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "medusa_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

class MedusaProductRecordTest : public ::testing::Test {
 protected:
  MedusaProductRecordTest() {
    host_.begin.mutable_pull()->add_only_external_ids("variant_1");
    host_.answer = [this](const v1::HttpRequest& request) { return model_.Answer(request); };
  }

  const v1::Product& Read(const MedusaVariant& variant) {
    model_.variants.clear();
    model_.Add(variant);
    return Pull();
  }
  // Each `from` in the variant replaced.
  const v1::Product& ReadWith(const std::string& from, const std::string& to) {
    model_.variants.clear();
    model_.Add(MedusaVariant());
    model_.variants[0].json = Replaced(model_.variants[0].json, from, to);
    return Pull();
  }
  const v1::Product& Pull() {
    static const v1::Product kNone;
    EXPECT_TRUE(host_.Run("products.pull")) << host_.failure.message();
    EXPECT_TRUE(host_.bad.empty()) << host_.bad[0].message();
    EXPECT_EQ(host_.products.size(), 1U);
    return host_.products.empty() ? kNone : host_.products[0];
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
};

std::optional<std::int64_t> StockOf(const v1::Product& product) {
  return product.has_stock_quantity() ? std::optional(product.stock_quantity()) : std::nullopt;
}

TEST_F(MedusaProductRecordTest, ReadsAVariantWhole) {
  const v1::Product& product = Read(MedusaVariant());

  EXPECT_EQ(product.external_id(), "variant_1");
  EXPECT_EQ(product.external_parent_id(), "prod_1");
  EXPECT_EQ(product.product_code(), "VILLASUKAT-1");
  EXPECT_EQ(product.title(), "Villasukat - 36–39");
  EXPECT_EQ(product.description(), "<p>100 % lampaanvillaa.</p>");
  EXPECT_TRUE(product.is_active());
  EXPECT_FALSE(product.is_virtual());
  EXPECT_FALSE(product.is_deleted());
  EXPECT_EQ(StockOf(product), 54);
  EXPECT_EQ(product.weight_grams(), 500) << "that of the product, as the variant has none";
  EXPECT_FALSE(product.has_length_mm());
  EXPECT_EQ(product.group(), "Vaatteet");
  ASSERT_EQ(product.options_size(), 1);
  EXPECT_EQ(product.options(0).name(), "Koko");
  EXPECT_EQ(product.options(0).value(), "36–39");
  EXPECT_EQ(product.modified_ms(), kNoonMs);
}

TEST_F(MedusaProductRecordTest, ADraftIsNotActiveAndAGiftCardIsNoThing) {
  EXPECT_FALSE(ReadWith(R"("status":"published")", R"("status":"draft")").is_active());
  EXPECT_TRUE(ReadWith(R"("is_giftcard":false)", R"("is_giftcard":true)").is_virtual());
}

TEST_F(MedusaProductRecordTest, HasTheNameOfItsProductWhereItHasTheAdminsName) {
  MedusaVariant variant;
  variant.title = "Default variant";

  EXPECT_EQ(Read(variant).title(), "Villasukat");
}

TEST_F(MedusaProductRecordTest, WasChangedWhenItOrItsProductWas) {
  MedusaVariant variant;
  variant.updated_ms = kNoonMs + 5;
  EXPECT_EQ(Read(variant).modified_ms(), kNoonMs + 5);
  variant.product_updated_ms = kNoonMs + 9;
  EXPECT_EQ(Read(variant).modified_ms(), kNoonMs + 9);
}

// As the real ones: a price of a region and one for many pieces come beside the plain one.
constexpr const char* kManyPrices =
    R"([{"amount":7.77,"currency_code":"eur","min_quantity":null,"max_quantity":null,)"
    R"("rules":{"region_id":"reg_1"}},)"
    R"({"amount":3.33,"currency_code":"eur","min_quantity":10,"max_quantity":null,"rules":{}},)"
    R"({"amount":2.22,"currency_code":"eur","min_quantity":null,"max_quantity":9,"rules":{}},)"
    R"({"amount":8.88,"currency_code":"usd","min_quantity":null,"max_quantity":null,"rules":{}},)"
    R"({"amount":33.72,"currency_code":"eur","min_quantity":null,"max_quantity":null,"rules":{}}])";

TEST_F(MedusaProductRecordTest, HasThePriceForEverybodyAndAnyNumber) {
  MedusaVariant variant;
  variant.prices_json = kManyPrices;

  const v1::Product& product = Read(variant);

  EXPECT_EQ(product.price().units(), 33);
  EXPECT_EQ(product.price().nanos(), 720'000'000);
  EXPECT_EQ(product.price().currency_code(), "EUR");
  EXPECT_TRUE(product.price_includes_tax());
}

TEST_F(MedusaProductRecordTest, HasThePriceInTheCurrencyThatIsSet) {
  host_.config_json = R"({"base_url":"https://shop.example","currency":"USD"})";
  MedusaVariant variant;
  variant.prices_json = kManyPrices;

  EXPECT_EQ(Read(variant).price().units(), 8);
  EXPECT_EQ(host_.products[0].price().currency_code(), "USD");
  for (const v1::HttpRequest& request : host_.requests) {
    EXPECT_NE(PathOf(request.url()), "/admin/stores") << "it is known";
    if (PathOf(request.url()) == "/admin/price-preferences") {
      EXPECT_EQ(ValueOf(request.url(), "attribute"), "currency_code");
      EXPECT_EQ(ValueOf(request.url(), "value"), "usd");
    }
  }
}

TEST_F(MedusaProductRecordTest, HasNoPriceWhereThereIsNoPlainOne) {
  MedusaVariant variant;
  variant.prices_json = R"([{"amount":7.77,"currency_code":"eur","min_quantity":null,)"
                        R"("max_quantity":null,"rules":{"region_id":"reg_1"}}])";

  EXPECT_FALSE(Read(variant).has_price());

  model_.stores_json = "[]";
  variant.prices_json = kManyPrices;
  EXPECT_FALSE(Read(variant).has_price()) << "the store has no default currency";
}

TEST_F(MedusaProductRecordTest, TaxIsInAPriceAsTheCurrencysPreferenceSays) {
  for (const char* without : {R"([{"is_tax_inclusive":false}])", "[]"}) {
    model_.preferences_json = without;
    EXPECT_FALSE(Read(MedusaVariant()).price_includes_tax()) << without;
    EXPECT_TRUE(host_.products[0].has_price_includes_tax());
  }
}

TEST_F(MedusaProductRecordTest, TakesTheFirstCodeOfEanBarcodeAndUpc) {
  const std::string none = R"("ean":null,"barcode":null,"upc":null)";
  EXPECT_EQ(Read(MedusaVariant()).ean(), "");
  EXPECT_EQ(ReadWith(none, R"("ean":"1","barcode":"2","upc":"3")").ean(), "1");
  EXPECT_EQ(ReadWith(none, R"("ean":null,"barcode":"2","upc":"3")").ean(), "2");
  EXPECT_EQ(ReadWith(none, R"("ean":"","barcode":null,"upc":"3")").ean(), "3");
}

TEST_F(MedusaProductRecordTest, ReadsMeasuresInTheUnitsThatAreSet) {
  const std::string none = R"("weight":null,"length":null,"width":null,"height":null)";
  const std::string some = R"("weight":0.35,"length":12.5,"width":3,"height":0)";
  const v1::Product plain =
      ReadWith(none, R"("weight":350,"length":125,"width":30.7,"height":"20")");
  EXPECT_EQ(plain.weight_grams(), 350);
  EXPECT_EQ(plain.length_mm(), 125);
  EXPECT_EQ(plain.width_mm(), 30);
  EXPECT_EQ(plain.height_mm(), 20);

  host_.config_json =
      R"({"base_url":"https://shop.example","weight_unit":"kg","length_unit":"cm"})";
  const v1::Product large = ReadWith(none, some);
  EXPECT_EQ(large.weight_grams(), 350);
  EXPECT_EQ(large.length_mm(), 125);
  EXPECT_EQ(large.width_mm(), 30);
  EXPECT_EQ(large.height_mm(), 0);
}

TEST_F(MedusaProductRecordTest, HasNoMeasureThatIsNone) {
  host_.config_json = R"({"base_url":"https://shop.example","weight_unit":"kg"})";
  for (const char* odd : {"-1", "-0.5", "\"heavy\"", "1e300", "1000000001", "[]"}) {
    SCOPED_TRACE(odd);
    EXPECT_FALSE(ReadWith(R"("weight":500)", std::string(R"("weight":)") + odd).has_weight_grams());
  }
}

TEST_F(MedusaProductRecordTest, TakesTheImagesOfTheVariantAndThenOfTheProduct) {
  const v1::Product& product = ReadWith(R"("thumbnail":null,"weight":500)",
                                        R"("thumbnail":"https://shop.example/p.jpg","weight":5)");
  ASSERT_EQ(product.image_urls_size(), 1);

  model_.variants[0].json = Replaced(
      model_.variants[0].json,
      R"("images":[],"options")",
      R"("images":[{"url":"https://shop.example/v.jpg"},{"url":"https://shop.example/p.jpg"}],"options")");
  const v1::Product& both = Pull();
  ASSERT_EQ(both.image_urls_size(), 2) << "none twice";
  EXPECT_EQ(both.image_urls(0), "https://shop.example/v.jpg");
}

TEST_F(MedusaProductRecordTest, IsInTheCollectionWhereItIsInNoCategory) {
  EXPECT_EQ(ReadWith(R"("collection":null,"categories":[{"name":"Vaatteet"}])",
                     R"("collection":{"title":"Talvi"},"categories":[])")
                .group(),
            "Talvi");
}

TEST_F(MedusaProductRecordTest, ReadsCustomsFromWhereverTheyAre) {
  EXPECT_EQ(ReadWith(R"("hs_code":null,"origin_country":null,"thumbnail")",
                     R"("hs_code":"610469","origin_country":"fi","thumbnail")")
                .origin_region_code(),
            "FI");
  EXPECT_EQ(host_.products[0].hs_code(), "610469");
}

TEST_F(MedusaProductRecordTest, ReadsTheStockOfTheLocationThatIsWritten) {
  MedusaVariant variant;
  variant.inventory_json =
      "[" + InventoryItem("iitem_1", 1, Level("sloc_2", 7) + "," + Level("sloc_1", 5)) + "]";
  EXPECT_EQ(StockOf(Read(variant)), 5);

  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"sloc_2"})";
  EXPECT_EQ(StockOf(Read(variant)), 7);

  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"sloc_3"})";
  EXPECT_EQ(StockOf(Read(variant)), std::nullopt) << "nothing was written there yet";
}

TEST_F(MedusaProductRecordTest, HasNoStockWhereMedusaKeepsNone) {
  const std::string level = Level("sloc_1", 5);
  MedusaVariant unmanaged;
  unmanaged.is_managed = false;
  unmanaged.inventory_json = "[]";
  MedusaVariant pair;
  pair.inventory_json = "[" + InventoryItem("iitem_1", 2, level) + "]";
  MedusaVariant kit;
  kit.inventory_json =
      "[" + InventoryItem("iitem_1", 1, level) + "," + InventoryItem("iitem_2", 1, level) + "]";
  for (const MedusaVariant& variant : {unmanaged, pair, kit}) {
    EXPECT_EQ(StockOf(Read(variant)), std::nullopt) << variant.inventory_json;
  }
}

}  // namespace
}  // namespace storebridge::testing
