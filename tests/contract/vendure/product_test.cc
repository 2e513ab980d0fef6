#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "vendure_answers.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr std::int64_t kVariants = 240;

// A variant as the connector asks for it.
std::string Variant(std::int64_t id, const std::string& updated = "2026-11-23T20:58:35.000Z") {
  const std::string number = std::to_string(id);
  return R"({"id":")" + number + R"(","sku":"VS-)" + number + R"(","name":"Sock )" + number +
         R"(","enabled":true,"updatedAt":")" + updated +
         R"(","priceWithTax":1490,"currencyCode":"EUR","trackInventory":"INHERIT",)"
         R"("stockLevels":[{"stockLocationId":"1","stockOnHand":5}],"featuredAsset":null,"options":[],)"
         R"("product":{"id":"7)" +
         number + R"(","description":"<p>Wool</p>","enabled":true,"updatedAt":")" + updated +
         R"(","featuredAsset":null}})";
}

// A number among the variables of a query.
std::int64_t NumberIn(const v1::HttpRequest& request, const std::string& name) {
  const std::size_t at = request.body().find("\"" + name + "\":");
  return at == std::string::npos
             ? 0
             : std::strtoll(request.body().c_str() + at + name.size() + 3, nullptr, 10);
}

bool IsWhole(const v1::HttpRequest& request) {
  return request.body().find("description") != std::string::npos;
}

v1::Completion TooLarge() {
  v1::Completion completion =
      HostFailure(v1::Failure::CODE_LIMIT, "POST /admin-api was answered with more than 10 bytes");
  completion.mutable_failure()->set_answer_too_large(true);
  return completion;
}

class VendureProductTest : public ::testing::Test {
 protected:
  VendureProductTest() {
    host_.begin.mutable_pull();
    host_.now_ms = 1'796'000'000'000;
    host_.answer = [this](const v1::HttpRequest& request) { return Answer(request); };
    for (std::int64_t id = 1; id <= kVariants; ++id) {
      variants_.push_back(Variant(id));
    }
  }

  v1::Completion Answer(const v1::HttpRequest& request) const {
    const std::int64_t skip = NumberIn(request, "skip");
    const std::int64_t take = NumberIn(request, "take");
    if (fails_ && fails_(request, skip, take)) {
      return TooLarge();
    }
    const auto total = static_cast<std::int64_t>(variants_.size());
    std::string items;
    for (std::int64_t place = skip; place < std::min(skip + take, total); ++place) {
      items += (items.empty() ? "" : ",") + variants_[static_cast<std::size_t>(place)];
    }
    const std::string list =
        R"({"totalItems":)" + std::to_string(total) + R"(,"items":[)" + items + "]}";
    const bool is_changed = request.body().find("$since") != std::string::npos;
    const std::string products = R"({"totalItems":0,"items":[]})";
    return HttpAnswer(200,
                      R"({"data":{"productVariants":)" + list +
                          (is_changed ? R"(,"products":)" + products : "") + "}}");
  }
  void Pull() { ASSERT_TRUE(host_.Run("products.pull")) << host_.failure.message(); }

  ScriptedHost host_{vendure_connector(), kVendureConfig};
  std::vector<std::string> variants_;
  std::function<bool(const v1::HttpRequest&, std::int64_t skip, std::int64_t take)> fails_;
};

TEST_F(VendureProductTest, ReadsTheOthersBesideOneWithoutAReadableTime) {
  for (const char* poison : {"null", "7", "{}", "\"soon\""}) {
    SCOPED_TRACE(poison);
    variants_[120] = Variant(121);
    const std::string time = R"("updatedAt":"2026-11-23T20:58:35.000Z")";
    variants_[120].replace(
        variants_[120].find(time), time.size(), std::string(R"("updatedAt":)") + poison);
    host_.cursor.clear();

    Pull();

    EXPECT_GE(host_.products.size(), static_cast<std::size_t>(kVariants - 1));
    EXPECT_EQ(host_.products.size() + host_.bad.size(), static_cast<std::size_t>(kVariants));
    if (!host_.bad.empty()) {
      EXPECT_EQ(host_.bad[0].external_id(), "121");
      EXPECT_NE(host_.bad[0].message().find("updatedAt"), std::string::npos);
    }
  }
}

TEST_F(VendureProductTest, SaysWhereAVariantWithoutIdStands) {
  for (const bool is_changed : {false, true}) {
    SCOPED_TRACE(is_changed);
    variants_[120].replace(0, variants_[120].find(",\"sku\""), R"({"id":null)");
    host_.cursor = is_changed ? "2026-11-01T00:00:00.000Z" : "";

    Pull();

    EXPECT_EQ(host_.products.size(), static_cast<std::size_t>(kVariants - 1));
    ASSERT_EQ(host_.bad.size(), 1U);
    EXPECT_EQ(host_.bad[0].external_id(), "");
    EXPECT_NE(host_.bad[0].message().find("records 101 to 200"), std::string::npos)
        << host_.bad[0].message();
    variants_[120] = Variant(121);
  }
}

TEST_F(VendureProductTest, AsksForLessWhenAPageIsTooLarge) {
  fails_ = [](const v1::HttpRequest&, std::int64_t, std::int64_t take) { return take > 30; };
  for (const char* cursor : {"", "2026-11-01T00:00:00.000Z"}) {
    host_.cursor = cursor;

    Pull();

    EXPECT_EQ(host_.products.size(), static_cast<std::size_t>(kVariants));
    EXPECT_TRUE(host_.bad.empty());
    EXPECT_LT(host_.requests.size(), 40U);
  }
}

TEST_F(VendureProductTest, StepsOverAVariantThatIsTooLargeByItself) {
  fails_ = [](const v1::HttpRequest& request, std::int64_t skip, std::int64_t take) {
    return IsWhole(request) && skip <= 120 && skip + take > 120;
  };
  for (const char* cursor : {"", "2026-11-01T00:00:00.000Z"}) {
    host_.cursor = cursor;

    Pull();

    EXPECT_EQ(host_.products.size(), static_cast<std::size_t>(kVariants - 1));
    ASSERT_EQ(host_.bad.size(), 1U);
    EXPECT_EQ(host_.bad[0].external_id(), "121");
    EXPECT_EQ(host_.bad[0].label(), "VS-121");
    EXPECT_NE(host_.bad[0].message().find("shorten its texts"), std::string::npos);
    EXPECT_EQ(host_.cursor, "2026-11-23T20:58:35Z") << "it is not read again and again";
  }
}

TEST_F(VendureProductTest, ReadsAVariantThatStandsBesideAProductThatIsTooLarge) {
  const std::string fat = R"({"updatedAt":"2026-11-23T21:00:00.000Z","variants":[)" + Variant(901) +
                          "," + Variant(902) + "]}";
  host_.cursor = "2026-11-01T00:00:00.000Z";
  host_.answer = [&](const v1::HttpRequest& request) {
    const bool has_products = request.body().find("products(options") != std::string::npos;
    const bool has_variants = request.body().find("productVariants(options") != std::string::npos;
    if (has_products && IsWhole(request)) {
      return TooLarge();
    }
    return HttpAnswer(
        200,
        R"({"data":{)" +
            std::string(has_variants
                            ? R"("productVariants":{"totalItems":1,"items":[)" + Variant(5) + "]}"
                            : "") +
            (has_variants && has_products ? "," : "") +
            (has_products ? R"("products":{"totalItems":1,"items":[)" + fat + "]}" : "") + "}}");
  };

  Pull();

  ASSERT_EQ(host_.products.size(), 1U);
  EXPECT_EQ(host_.products[0].external_id(), "5");
  ASSERT_EQ(host_.bad.size(), 2U);
  EXPECT_EQ(host_.bad[0].external_id(), "901");
  EXPECT_EQ(host_.bad[1].external_id(), "902");
  EXPECT_EQ(host_.cursor, "2026-11-23T21:00:00Z");
}

// Vendure lists levels in no order: one that was made later may come first.
class VendureLocationTest : public ::testing::Test {
 protected:
  // Reads a variant that has 7 pieces at location 2 and 5 at location 1, the first of the channel,
  // in each of the ways in which variants are read.
  void ExpectStock(std::optional<std::int64_t> stock) {
    for (const char* way : {"all", "changed", "by id"}) {
      SCOPED_TRACE(way);
      host_.cursor = std::string(way) == "changed" ? "2026-11-01T00:00:00.000Z" : "";
      host_.begin.mutable_pull()->clear_only_external_ids();
      if (std::string(way) == "by id") {
        host_.begin.mutable_pull()->add_only_external_ids("5");
      }

      ASSERT_TRUE(host_.Run("products.pull")) << host_.failure.message();

      ASSERT_EQ(host_.requests.size(), 1U) << "the location costs no request of its own";
      ASSERT_FALSE(host_.products.empty());
      const v1::Product& product = host_.products[0];
      EXPECT_EQ(product.has_stock_quantity(), stock.has_value());
      EXPECT_EQ(product.stock_quantity(), stock.value_or(0));
    }
  }

  static v1::Completion Answer(const v1::HttpRequest& request) {
    std::string variant = Variant(5);
    const std::string level = R"({"stockLocationId":"1","stockOnHand":5})";
    variant.insert(variant.find(level), R"({"stockLocationId":"2","stockOnHand":7},)");
    const bool asks = request.body().find("stockLocations(") != std::string::npos;
    return HttpAnswer(200,
                      std::string(R"({"data":{)") +
                          (asks ? R"("stockLocations":{"items":[{"id":"1"}]},)" : "") +
                          R"("productVariants":{"totalItems":1,"items":[)" + variant +
                          R"(]},"products":{"totalItems":0,"items":[]}}})");
  }

  ScriptedHost host_{vendure_connector(), kVendureConfig};
};

TEST_F(VendureLocationTest, ReadsTheStockOfTheLocationThatIsWritten) {
  host_.answer = Answer;

  ExpectStock(5);
  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"2"})";
  ExpectStock(7);
}

TEST_F(VendureLocationTest, KnowsNoStockWhereNothingWasWrittenYet) {
  host_.answer = Answer;
  host_.config_json = R"({"base_url":"https://shop.example","stock_location_id":"3"})";

  ExpectStock(std::nullopt);
}

TEST_F(VendureProductTest, TakesWhatIsNotThereForDeletedWhenItIsAskedForIt) {
  host_.begin.mutable_pull()->add_only_external_ids("5");
  host_.begin.mutable_pull()->add_only_external_ids("999");
  host_.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(200, R"({"data":{"productVariants":{"items":[)" + Variant(5) + "]}}}");
  };

  Pull();

  EXPECT_EQ(NumberIn(host_.requests.at(0), "take"), 2) << "or what does not fit would be missing";
  ASSERT_EQ(host_.products.size(), 2U);
  EXPECT_EQ(host_.products[0].external_id(), "999");
  EXPECT_TRUE(host_.products[0].is_deleted());
  EXPECT_EQ(host_.products[1].product_code(), "VS-5");
}

// A cache in front of it that looks at the address only.
TEST_F(VendureProductTest, TakesNothingForDeletedWhenTheAnswerIsNotToTheQuestion) {
  host_.begin.mutable_pull()->add_only_external_ids("5");
  host_.begin.mutable_pull()->add_only_external_ids("999");
  host_.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(200, R"({"data":{"productVariants":{"items":[)" + Variant(7) + "]}}}");
  };

  Pull();

  ASSERT_EQ(host_.products.size(), 1U);
  EXPECT_EQ(host_.products[0].external_id(), "7");
  EXPECT_FALSE(host_.products[0].is_deleted());
}

}  // namespace
}  // namespace storebridge::testing
