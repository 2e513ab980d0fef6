#include <gtest/gtest.h>

#include "domain/merge.h"
#include "domain/money.h"
#include "domain/timestamp.h"
#include "domain_fixtures.h"

namespace storebridge::domain {
namespace {

v1::Product Merged(const v1::Product* existing,
                   const connector::v1::Product& seen,
                   const std::string& store = "web") {
  return MergeProduct(existing, seen, ProductContextOf(store)).value().record;
}

TEST(MergeProductTest, TakesOverANewProduct) {
  const ProductMerge merge = MergeProduct(nullptr, SeenProduct(), ProductContextOf("web")).value();

  EXPECT_TRUE(merge.changed);
  EXPECT_EQ(merge.record.name(), "merchants/demo/products/0000000000009");
  EXPECT_EQ(merge.record.product_code(), "MUG-1");
  EXPECT_EQ(merge.record.ean(), "6400000000017");
  EXPECT_EQ(FormatMoney(merge.record.price()), "12.50 EUR");
  EXPECT_TRUE(merge.record.is_active());
  EXPECT_TRUE(merge.record.is_shippable());
  ASSERT_EQ(merge.record.listings_size(), 1);
  EXPECT_EQ(merge.record.listings(0).store(), "merchants/demo/stores/web");
  EXPECT_EQ(merge.record.listings(0).external_id(), "p-1");
  EXPECT_EQ(MsFromTimestamp(merge.record.create_time()), kNow);
}

TEST(MergeProductTest, ChangesNothingWhenTheSameIsSeenAgain) {
  const v1::Product first = Merged(nullptr, SeenProduct());
  ProductContext later = ProductContextOf("web");
  later.now_ms += 1000;
  connector::v1::Product seen = SeenProduct();
  seen.set_modified_ms(seen.modified_ms() + 500);

  const ProductMerge merge = MergeProduct(&first, seen, later).value();

  EXPECT_FALSE(merge.changed);
  EXPECT_EQ(merge.record.etag(), first.etag());
  EXPECT_EQ(MsFromTimestamp(merge.record.update_time()), kNow);
}

TEST(MergeProductTest, OverwritesWithWhatTheStoreSays) {
  const v1::Product first = Merged(nullptr, SeenProduct());
  connector::v1::Product seen = SeenProduct();
  seen.set_title("Big mug");
  SetMoney(*seen.mutable_price(), 14);
  seen.set_is_active(false);

  const ProductMerge merge = MergeProduct(&first, seen, ProductContextOf("web")).value();

  EXPECT_TRUE(merge.changed);
  EXPECT_EQ(merge.record.title(), "Big mug");
  EXPECT_EQ(FormatMoney(merge.record.price()), "14.00 EUR");
  EXPECT_FALSE(merge.record.is_active());
  EXPECT_EQ(merge.record.name(), first.name());
  EXPECT_EQ(merge.record.create_time().seconds(), first.create_time().seconds());
}

TEST(MergeProductTest, IsSentWhileOneOfItsStoresSellsItAsGoods) {
  connector::v1::Product download = SeenProduct();
  download.set_is_virtual(true);
  const v1::Product goods = Merged(nullptr, SeenProduct(), "web");

  const v1::Product both = Merged(&goods, download, "two");
  const v1::Product neither = Merged(&both, download, "web");

  EXPECT_TRUE(both.is_shippable());
  EXPECT_TRUE(both.listings(1).is_virtual());
  EXPECT_FALSE(neither.is_shippable());
  EXPECT_TRUE(Merged(&neither, SeenProduct(), "two").is_shippable());
}

TEST(MergeProductTest, IsWhatItsOtherStoresSayWhenOneDropsIt) {
  connector::v1::Product download = SeenProduct();
  download.set_is_virtual(true);
  const v1::Product goods = Merged(nullptr, SeenProduct(), "web");
  const v1::Product both = Merged(&goods, download, "two");

  const v1::Product left = WithoutListing(both, {"demo", "web"}, "p-1", kNow + 1);

  EXPECT_FALSE(left.is_shippable());
  EXPECT_FALSE(WithoutListing(left, {"demo", "two"}, "p-1", kNow + 2).is_shippable());
}

TEST(MergeProductTest, KeepsAFieldThatTheStoreDoesNotHaveAndClearsAnEmptyOne) {
  const v1::Product first = Merged(nullptr, SeenProduct());
  connector::v1::Product absent = SeenProduct();
  absent.clear_ean();
  absent.clear_price();
  connector::v1::Product empty = SeenProduct();
  empty.set_ean("");

  EXPECT_EQ(Merged(&first, absent).ean(), "6400000000017");
  EXPECT_TRUE(Merged(&first, absent).has_price());
  EXPECT_FALSE(Merged(&first, empty).has_ean());
}

TEST(MergeProductTest, TakesSupplierAndGroupAsItTakesOtherTexts) {
  connector::v1::Product seen = SeenProduct();
  seen.set_supplier("Savi Oy");
  seen.set_supplier_product_code("S-77");
  seen.set_group("Mugs");
  const v1::Product first = Merged(nullptr, seen);
  connector::v1::Product empty = SeenProduct();
  empty.set_supplier("");
  empty.set_supplier_product_code("");
  empty.set_group("");

  EXPECT_EQ(first.supplier(), "Savi Oy");
  EXPECT_EQ(first.supplier_product_code(), "S-77");
  EXPECT_EQ(first.group(), "Mugs");
  const v1::Product kept = Merged(&first, SeenProduct());
  EXPECT_EQ(kept.supplier(), "Savi Oy");
  EXPECT_EQ(kept.supplier_product_code(), "S-77");
  EXPECT_EQ(kept.group(), "Mugs");
  const v1::Product cleared = Merged(&first, empty);
  EXPECT_FALSE(cleared.has_supplier());
  EXPECT_FALSE(cleared.has_supplier_product_code());
  EXPECT_FALSE(cleared.has_group());
}

TEST(MergeProductTest, KeepsZeroAsAValue) {
  connector::v1::Product seen = SeenProduct();
  seen.set_weight_grams(0);
  SetMoney(*seen.mutable_price(), 0);

  const v1::Product record = Merged(nullptr, seen);

  EXPECT_TRUE(record.has_weight_grams());
  EXPECT_EQ(record.weight_grams(), 0);
  EXPECT_EQ(FormatMoney(record.price()), "0.00 EUR");
}

TEST(MergeProductTest, SharesOneRecordBetweenStores) {
  connector::v1::Product seen = SeenProduct();
  seen.add_image_urls("https://web.example/mug.jpg");
  const v1::Product first = Merged(nullptr, seen);
  connector::v1::Product other = SeenProduct();
  other.set_external_id("x-77");
  other.set_is_active(false);

  const v1::Product both = Merged(&first, other, "outlet");

  ASSERT_EQ(both.listings_size(), 2);
  EXPECT_TRUE(both.is_active()) << "one store still sells it";
  EXPECT_EQ(both.image_urls_size(), 1) << "a store without pictures does not wipe them";
}

TEST(MergeProductTest, RefusesWhatIsNotAProduct) {
  const auto reason = [](const auto& change) {
    connector::v1::Product seen = SeenProduct();
    change(seen);
    const Result<ProductMerge> merge = MergeProduct(nullptr, seen, ProductContextOf("web"));
    return merge ? std::string("none") : merge.error().reason;
  };

  EXPECT_EQ(reason([](auto& seen) { seen.clear_external_id(); }), "PRODUCT_ID_MISSING");
  EXPECT_EQ(reason([](auto& seen) { seen.set_product_code(" "); }), "PRODUCT_CODE_MISSING");
  EXPECT_EQ(reason([](auto& seen) { seen.set_product_code("A\nB"); }), "PRODUCT_CODE_FORMAT");
  EXPECT_EQ(reason([](auto& seen) { seen.set_product_code(std::string(101, 'x')); }),
            "PRODUCT_CODE_FORMAT");
  EXPECT_EQ(reason([](auto& seen) { seen.set_product_code(std::string(100, 'x')); }), "none");
  EXPECT_EQ(reason([](auto& seen) { seen.set_title(std::string(1001, 'x')); }),
            "PRODUCT_TITLE_TOO_LONG");
  EXPECT_EQ(reason([](auto& seen) { seen.set_title(std::string("a\0", 2)); }), "PRODUCT_TEXT");
  EXPECT_EQ(reason([](auto& seen) { seen.set_supplier(std::string(1000, 'x')); }), "none");
  EXPECT_EQ(reason([](auto& seen) { seen.set_supplier(std::string(1001, 'x')); }), "PRODUCT_TEXT");
  EXPECT_EQ(reason([](auto& seen) { seen.set_supplier_product_code("S\x1B"); }), "PRODUCT_TEXT");
  EXPECT_EQ(reason([](auto& seen) { seen.set_group("\xFF"); }), "PRODUCT_TEXT");
  EXPECT_EQ(reason([](auto& seen) { seen.mutable_price()->set_currency_code("Euro"); }),
            "PRODUCT_PRICE");
}

TEST(MergeProductTest, TakesDescriptionsAsTheStoreHasThem) {
  const std::string odd = "<p>Wool\x0B \xEF\xBF\xBD</p>\r\n\t";
  connector::v1::Product seen = SeenProduct();
  seen.set_description(odd);
  seen.set_short_description(odd);

  const v1::Product record = Merged(nullptr, seen);

  EXPECT_EQ(record.description(), odd);
  EXPECT_EQ(record.short_description(), odd);
}

TEST(MergeProductTest, RefusesACodeThatTheStoreUsesTwiceAndNamesTheOther) {
  const v1::Product first = Merged(nullptr, SeenProduct());
  connector::v1::Product seen = SeenProduct();
  seen.set_external_id("p-2");

  const Error error = MergeProduct(&first, seen, ProductContextOf("web")).error();

  EXPECT_EQ(error.reason, "PRODUCT_CODE_DUPLICATE");
  EXPECT_EQ(error.code, Code::kAlreadyExists);
  EXPECT_NE(error.message.find("'Mug' (external_id 'p-1')"), std::string::npos) << error.message;
}

TEST(MergeProductTest, TakesTheListingFromAProductThatIsGone) {
  const v1::Product first = Merged(nullptr, SeenProduct());
  connector::v1::Product seen;
  seen.set_external_id("p-1");
  seen.set_is_deleted(true);

  const ProductMerge merge = MergeProduct(&first, seen, ProductContextOf("web")).value();

  EXPECT_TRUE(merge.changed);
  EXPECT_TRUE(merge.record.listings().empty());
  EXPECT_FALSE(merge.record.is_active());
  EXPECT_EQ(merge.record.title(), "Mug");
  EXPECT_FALSE(MergeProduct(nullptr, seen, ProductContextOf("web")).value().changed);
}

TEST(FindTargetTest, KeepsTheRecordOfARenamedProductUnlessAnotherStoreHasIt) {
  const StoreKey web{.merchant = "demo", .store = "web"};
  const v1::Product alone = Merged(nullptr, SeenProduct());
  connector::v1::Product other = SeenProduct();
  other.set_external_id("x-77");
  const v1::Product shared = Merged(&alone, other, "outlet");
  connector::v1::Product renamed = SeenProduct();
  renamed.set_product_code("MUG-2");

  EXPECT_EQ(FindTarget(&alone, nullptr, renamed, web).existing, &alone);
  EXPECT_EQ(FindTarget(&shared, nullptr, renamed, web).existing, nullptr);
  EXPECT_EQ(FindTarget(&shared, nullptr, renamed, web).leaves, &shared);
}

TEST(FindTargetTest, MovesAListingToTheProductThatHasTheCode) {
  const StoreKey web{.merchant = "demo", .store = "web"};
  const v1::Product from = Merged(nullptr, SeenProduct());
  connector::v1::Product renamed = SeenProduct();
  renamed.set_product_code("MUG-2");
  v1::Product to;
  to.set_product_code("MUG-2");

  const ProductTarget target = FindTarget(&from, &to, renamed, web);

  EXPECT_EQ(target.existing, &to);
  EXPECT_EQ(target.leaves, &from);
  EXPECT_TRUE(WithoutListing(from, web, "p-1", kNow).listings().empty());
}

TEST(FindTargetTest, FindsByCodeWhatWasNotListedBefore) {
  const StoreKey web{.merchant = "demo", .store = "web"};
  const v1::Product known = Merged(nullptr, SeenProduct(), "outlet");

  EXPECT_EQ(FindTarget(nullptr, &known, SeenProduct(), web).existing, &known);
  EXPECT_EQ(FindTarget(nullptr, nullptr, SeenProduct(), web).existing, nullptr);
}

TEST(FindTargetTest, DeletesOnlyWhatItListed) {
  const StoreKey web{.merchant = "demo", .store = "web"};
  const v1::Product known = Merged(nullptr, SeenProduct());
  connector::v1::Product gone = SeenProduct();
  gone.set_is_deleted(true);

  EXPECT_EQ(FindTarget(&known, nullptr, gone, web).existing, &known);
  EXPECT_EQ(FindTarget(nullptr, &known, gone, web).existing, nullptr);
}

}  // namespace
}  // namespace storebridge::domain
