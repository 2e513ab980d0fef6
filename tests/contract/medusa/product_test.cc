// Which variants a pull gives.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "medusa_model.h"
#include "storebridge/sdk/time.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr std::int64_t kMarginMs = 30'000;

class MedusaProductTest : public ::testing::Test {
 protected:
  MedusaProductTest() {
    host_.begin.mutable_pull();
    host_.now_ms = model_.clock_ms;
    host_.answer = [this](const v1::HttpRequest& request) { return model_.Answer(request); };
  }

  void AddVariant(int number, std::int64_t updated_ms = kNoonMs) {
    MedusaVariant variant;
    variant.id = "variant_" + std::to_string(number);
    variant.sku = "VS-" + std::to_string(number);
    variant.updated_ms = updated_ms;
    model_.Add(variant);
  }
  std::vector<std::string> Pull() {
    EXPECT_TRUE(host_.Run("products.pull")) << host_.failure.message();
    std::vector<std::string> ids;
    for (const v1::Product& product : host_.products) {
      ids.push_back(product.external_id() + (product.is_deleted() ? " deleted" : ""));
    }
    return ids;
  }
  // Requests for a list.
  [[nodiscard]] long Asked(const std::string& list) const {
    return std::count_if(host_.requests.begin(), host_.requests.end(), [&](const auto& request) {
      return PathOf(request.url()) == "/admin/" + list;
    });
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
  const std::string at_noon_ = sdk::FormatTime(kNoonMs);
};

using Ids = std::vector<std::string>;

TEST_F(MedusaProductTest, ReadsTheWholeCatalogueAtFirstInTheOrderOfItsMaking) {
  host_.config_json = R"({"base_url":"https://shop.example","page_size":2})";
  for (int number = 1; number <= 5; ++number) {
    AddVariant(number, kNoonMs + number);
  }

  EXPECT_EQ(Pull(), (Ids{"variant_1", "variant_2", "variant_3", "variant_4", "variant_5"}));

  EXPECT_EQ(ValueOf(host_.requests[0].url(), "order"), "created_at");
  EXPECT_EQ(Asked("product-variants"), 5) << "each page begins with the last of the one before";
  EXPECT_EQ(Asked("stock-locations"), 1) << "the shop is asked once";
  EXPECT_EQ(Asked("stores"), 1);
  EXPECT_EQ(Asked("price-preferences"), 1);
  EXPECT_EQ(host_.cursor, sdk::FormatTime(model_.clock_ms - kMarginMs));
}

// A place in the list that others have left would hide a variant, and it would count as deleted.
TEST_F(MedusaProductTest, LosesNoVariantWhileOthersAreDeleted) {
  host_.config_json = R"({"base_url":"https://shop.example","page_size":3})";
  for (const bool is_one_moment : {false, true}) {
    SCOPED_TRACE(is_one_moment);
    host_.cursor.clear();
    model_.variants.clear();
    for (int number = 10; number <= 40; ++number) {
      AddVariant(number, kNoonMs + (is_one_moment ? 0 : number));
    }
    int answers = 0;
    model_.between = [&] {
      if (++answers % 3 == 0 && model_.variants.size() > 25) {
        model_.variants.erase(model_.variants.begin());
      }
    };

    const Ids seen = Pull();

    for (int number = 20; number <= 40; ++number) {
      const std::string id = "variant_" + std::to_string(number);
      EXPECT_NE(std::find(seen.begin(), seen.end(), id), seen.end()) << id;
    }
    model_.between = nullptr;
  }
}

TEST_F(MedusaProductTest, ReadsTheWholeCatalogueAgainWhenItIsToldTo) {
  AddVariant(1, kNoonMs - 1);
  host_.cursor = at_noon_;
  host_.begin.mutable_pull()->set_full(true);

  EXPECT_EQ(Pull(), Ids{"variant_1"});
}

TEST_F(MedusaProductTest, AsksNothingOfTheShopWhereThereIsNoVariant) {
  EXPECT_TRUE(Pull().empty());
  EXPECT_EQ(host_.requests.size(), 1U);

  host_.cursor = at_noon_;
  EXPECT_TRUE(Pull().empty());
  EXPECT_EQ(host_.requests.size(), 4U) << "changed products, numbers of the location, variants";
}

TEST_F(MedusaProductTest, ReadsVariantsThatWereChangedSince) {
  AddVariant(1, kNoonMs);
  AddVariant(2, kNoonMs + 1);
  host_.cursor = at_noon_;

  EXPECT_EQ(Pull(), Ids{"variant_2"});
  EXPECT_EQ(host_.cursor, sdk::FormatTime(kNoonMs + 1));
}

// An edit of a title moves the product's time only.
TEST_F(MedusaProductTest, ReadsTheVariantsOfAProductThatWasEdited) {
  AddVariant(1);
  model_.AddProduct("prod_1", kNoonMs + 5, "variant_1");
  host_.cursor = at_noon_;

  EXPECT_EQ(Pull(), Ids{"variant_1"});
  EXPECT_EQ(host_.cursor, sdk::FormatTime(kNoonMs + 5));
  EXPECT_EQ(ValueOf(host_.requests[4].url(), "id[]"), "variant_1");
}

// An edit of a number moves the level's time only.
TEST_F(MedusaProductTest, ReadsTheVariantsWhoseNumberWasEdited) {
  for (int number = 1; number <= 3; ++number) {
    AddVariant(number);
  }
  model_.AddLevel("variant_1", kNoonMs);
  model_.AddLevel("variant_2", kNoonMs + 5);
  model_.AddLevel("variant_3", kNoonMs + 5, "sloc_other");
  host_.cursor = at_noon_;

  EXPECT_EQ(Pull(), Ids{"variant_2"});
  EXPECT_EQ(host_.cursor, sdk::FormatTime(kNoonMs + 5)) << "it is not read again at the next poll";
}

TEST_F(MedusaProductTest, AsksForNoLocationWhereTheSettingNamesIt) {
  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"sloc_1"})";
  AddVariant(1, kNoonMs + 1);
  host_.cursor = at_noon_;

  EXPECT_EQ(Pull(), Ids{"variant_1"});
  EXPECT_EQ(Asked("stock-locations"), 0) << "the setting names it";
  EXPECT_EQ(Asked("inventory-items"), 1);
}

TEST_F(MedusaProductTest, ReadsAVariantOnceThatWasChangedWithItsProduct) {
  AddVariant(1, kNoonMs + 5);
  model_.AddProduct("prod_1", kNoonMs + 5, "variant_1");
  host_.cursor = at_noon_;

  EXPECT_EQ(Pull(), Ids{"variant_1"});
  EXPECT_EQ(Asked("product-variants"), 1);
}

TEST_F(MedusaProductTest, KeepsTheCursorBehindTheClockOfTheStoreAndNeverMovesItBack) {
  AddVariant(1, model_.clock_ms);
  host_.cursor = at_noon_;
  EXPECT_EQ(Pull(), Ids{"variant_1"});
  EXPECT_EQ(host_.cursor, sdk::FormatTime(model_.clock_ms - kMarginMs));

  host_.cursor = sdk::FormatTime(model_.clock_ms - 1);
  EXPECT_EQ(Pull(), Ids{"variant_1"});
  EXPECT_EQ(host_.cursor, sdk::FormatTime(model_.clock_ms - 1));
}

TEST_F(MedusaProductTest, TakesWhatIsNotThereForDeletedWhenItIsAskedForIt) {
  AddVariant(5);
  for (const char* id : {"variant_5", "variant_999", ""}) {
    host_.begin.mutable_pull()->add_only_external_ids(id);
  }

  EXPECT_EQ(Pull(), (Ids{"variant_999 deleted", "variant_5"}));
  EXPECT_EQ(host_.cursor, "") << "it says nothing of the others";
}

// A store, or a cache in front of it, that gives other records than those that were asked for.
TEST_F(MedusaProductTest, TakesNothingForDeletedWhenTheAnswerIsNotToTheQuestion) {
  host_.begin.mutable_pull()->add_only_external_ids("variant_5");
  AddVariant(7);
  host_.answer = [this](const v1::HttpRequest& request) {
    v1::HttpRequest other = request;
    other.set_url(PathOf(request.url()) + "?limit=1");
    return model_.Answer(other);
  };

  EXPECT_EQ(Pull(), Ids{"variant_7"});
}

TEST_F(MedusaProductTest, AsksForAHundredVariantsById) {
  for (int number = 1; number <= 230; ++number) {
    AddVariant(number);
    host_.begin.mutable_pull()->add_only_external_ids("variant_" + std::to_string(number));
  }

  EXPECT_EQ(Pull().size(), 230U);
  EXPECT_EQ(Asked("product-variants"), 3);
}

TEST_F(MedusaProductTest, EndsWhenTheKeyIsNotTaken) {
  host_.answer = [](const v1::HttpRequest&) { return HttpAnswer(401, kUnauthorized); };

  EXPECT_FALSE(host_.Run("products.pull"));
  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_AUTH);
  EXPECT_NE(host_.failure.message().find("Medusa says 'Unauthorized'"), std::string::npos);
}

}  // namespace
}  // namespace storebridge::testing
