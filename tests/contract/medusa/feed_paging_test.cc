// Lists of changes that have no end, and pages that are too large.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "medusa_model.h"
#include "storebridge/sdk/time.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr const char* kTwoPerPage = R"({"base_url":"https://shop.example","page_size":2})";

class MedusaPagingTest : public ::testing::Test {
 protected:
  MedusaPagingTest() {
    host_.begin.mutable_pull();
    host_.answer = [this](const v1::HttpRequest& request) { return model_.Answer(request); };
  }

  // Orders and variants whose times repeat every `period` milliseconds.
  void Fill(int count, int period) {
    model_.orders.clear();
    model_.variants.clear();
    for (int number = 1; number <= count; ++number) {
      MedusaOrder order;
      order.id = "order_" + std::to_string(number);
      order.updated_ms = kNoonMs + number % period;
      model_.Add(order);
      MedusaVariant variant;
      variant.id = "variant_" + std::to_string(number);
      variant.updated_ms = kNoonMs + number % period;
      model_.Add(variant);
    }
  }
  void Poll(const std::string& operation, const std::string& cursor) {
    host_.now_ms = model_.clock_ms;
    host_.cursor = cursor;
    ASSERT_TRUE(host_.Run(operation)) << host_.failure.message();
  }
  void ExpectLimit(const std::string& operation,
                   const std::string& words,
                   v1::Failure::Code code = v1::Failure::CODE_LIMIT) {
    EXPECT_FALSE(host_.Run(operation));
    EXPECT_FALSE(host_.is_broken) << "it has to end by itself";
    EXPECT_EQ(host_.failure.code(), code) << host_.failure.message();
    EXPECT_TRUE(Has(host_.failure.message(), words)) << host_.failure.message();
  }
  [[nodiscard]] std::size_t Orders() const {
    std::set<std::string> ids;
    for (const v1::Order& order : host_.orders) {
      ids.insert(order.external_id());
    }
    return ids.size();
  }
  [[nodiscard]] std::size_t Variants() const {
    std::set<std::string> ids;
    for (const v1::Product& product : host_.products) {
      ids.insert(product.external_id());
    }
    return ids.size();
  }

  MedusaModel model_;
  ScriptedHost host_{medusa_connector(), kMedusaConfig};
  const std::string before_ = sdk::FormatTime(kNoonMs - 1);
};

bool IsList(const v1::HttpRequest& request, const std::string& name) {
  return PathOf(request.url()) == "/admin/" + name;
}

bool IsIn(const MedusaModel::Rows& rows, const std::string& id) {
  return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
}

TEST_F(MedusaPagingTest, EndsAListOfChangesThatIgnoresWhereItBegins) {
  host_.config_json = kTwoPerPage;
  Fill(2, 1000);
  host_.answer = [this](const v1::HttpRequest& request) {
    v1::HttpRequest same = request;
    same.set_url(PathOf(request.url()) + "?limit=2");
    return model_.Answer(same);
  };

  ExpectLimit("orders.pull", "Medusa's list of orders keeps changing", v1::Failure::CODE_TRANSIENT);
  EXPECT_LT(host_.requests.size(), 100U);

  host_.cursor = before_;
  ExpectLimit(
      "products.pull", "Medusa's list of variants keeps changing", v1::Failure::CODE_TRANSIENT);

  host_.cursor.clear();
  host_.answer = [](const v1::HttpRequest& request) {
    return IsList(request, "product-variants")
               ? HttpAnswer(200,
                            R"({"variants":[)" + Json(MedusaVariant()) + "," +
                                Json(MedusaVariant()) + R"(],"count":2000})")
               : HttpAnswer(200, R"({"stock_locations":[],"stores":[],"price_preferences":[]})");
  };
  ExpectLimit(
      "products.pull", "Medusa's list of variants keeps changing", v1::Failure::CODE_TRANSIENT);
}

TEST_F(MedusaPagingTest, EndsAListOfPaymentsThatIgnoresWhereItBegins) {
  host_.config_json = kTwoPerPage;
  host_.answer = [](const v1::HttpRequest&) {
    return HttpAnswer(200,
                      R"({"payments":[)" + Json(MedusaPayment()) + "," + Json(MedusaPayment()) +
                          R"(],"count":2})");
  };

  ExpectLimit(
      "orders.pull", "Medusa's list of payments keeps changing", v1::Failure::CODE_TRANSIENT);
}

TEST_F(MedusaPagingTest, ReadsTheNumbersOfALocationPageByPage) {
  Fill(0, 1);
  for (int number = 1; number <= 2500; ++number) {
    const std::string id = "variant_" + std::to_string(number);
    model_.AddLevel(id, kNoonMs + (number > 2490 ? 5 : 0));
    MedusaVariant variant;
    variant.id = id;
    model_.Add(variant);
  }
  std::size_t pages = 0;
  model_.is_too_large = [&](const v1::HttpRequest& request, const MedusaModel::Rows& rows) {
    pages += IsList(request, "inventory-items") ? 1U : 0U;
    return rows.size() > 600;
  };

  Poll("products.pull", sdk::FormatTime(kNoonMs));

  EXPECT_EQ(Variants(), 10U);
  EXPECT_GE(pages, 5U);
  EXPECT_LE(pages, 12U);

  host_.answer = [this](const v1::HttpRequest& request) {
    return IsList(request, "inventory-items")
               ? HttpAnswer(200, R"({"inventory_items":[{"id":"iitem_1"}],"count":100000})")
               : model_.Answer(request);
  };
  ExpectLimit("products.pull", "Medusa's list of inventory items holds only");
}

TEST_F(MedusaPagingTest, HalvesAPageThatIsTooLarge) {
  for (const int period : {1, 3, 1000}) {
    SCOPED_TRACE(period);
    Fill(250, period);
    std::size_t largest = 0;
    model_.is_too_large = [&](const v1::HttpRequest&, const MedusaModel::Rows& rows) {
      largest = rows.size() > 20 ? largest : std::max(largest, rows.size());
      return rows.size() > 20;
    };

    Poll("orders.pull", "");
    EXPECT_EQ(Orders(), 250U);
    EXPECT_TRUE(host_.bad.empty());

    Poll("products.pull", before_);
    EXPECT_EQ(Variants(), 250U);
    Poll("products.pull", "");
    EXPECT_EQ(Variants(), 250U);
    EXPECT_TRUE(host_.bad.empty());
    EXPECT_GT(largest, 5U) << "as much at once as passes";
  }
}

TEST_F(MedusaPagingTest, StepsOverAnOrderThatIsTooLargeByItself) {
  for (const int period : {1, 3, 1000}) {
    for (const std::string fat : {"order_1", "order_120", "order_250"}) {
      SCOPED_TRACE(std::to_string(period) + " " + fat);
      Fill(250, period);
      model_.is_too_large = [&](const v1::HttpRequest& request, const MedusaModel::Rows& rows) {
        return Has(ValueOf(request.url(), "fields"), "shipping_address") && IsIn(rows, fat);
      };

      Poll("orders.pull", "");

      EXPECT_EQ(Orders(), 249U);
      ASSERT_EQ(host_.bad.size(), 1U);
      EXPECT_EQ(host_.bad[0].external_id(), fat);
      EXPECT_TRUE(host_.bad[0].is_order());
      EXPECT_TRUE(Has(host_.bad[0].message(), "shorten")) << host_.bad[0].message();
      EXPECT_LT(host_.requests.size(), 60U);
    }
  }
}

// Medusa gives an order's items whatever fields are asked for.
TEST_F(MedusaPagingTest, StepsOverAnOrderThatIsTooLargeHoweverLittleOfItIsAskedFor) {
  Fill(250, 1000);
  model_.is_too_large = [](const v1::HttpRequest&, const MedusaModel::Rows& rows) {
    return IsIn(rows, "order_120");
  };

  Poll("orders.pull", "");

  EXPECT_EQ(Orders(), 249U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "");
  EXPECT_TRUE(
      Has(host_.bad[0].message(), " of the orders with updated_at from 2026-11-29T12:00:00"))
      << host_.bad[0].message();
}

TEST_F(MedusaPagingTest, EndsWhenEveryAnswerIsTooLarge) {
  model_.is_too_large = [](const v1::HttpRequest& request, const MedusaModel::Rows&) {
    return !IsList(request, "payments");
  };

  ExpectLimit("orders.pull", "");
  EXPECT_LT(host_.requests.size(), 1000U);
  ExpectLimit("products.pull", "");
  host_.cursor = before_;
  ExpectLimit("products.pull", "");
}

TEST_F(MedusaPagingTest, StepsOverAVariantThatIsTooLargeByItself) {
  for (const int period : {1, 3, 1000}) {
    for (const std::string& cursor : {std::string(), before_}) {
      SCOPED_TRACE(std::to_string(period) + " " + cursor);
      Fill(250, period);
      model_.is_too_large = [&](const v1::HttpRequest& request, const MedusaModel::Rows& rows) {
        return Has(ValueOf(request.url(), "fields"), "prices") && IsIn(rows, "variant_120");
      };

      Poll("products.pull", cursor);

      EXPECT_EQ(Variants(), 249U);
      ASSERT_EQ(host_.bad.size(), 1U);
      EXPECT_EQ(host_.bad[0].external_id(), "variant_120");
      EXPECT_EQ(host_.bad[0].label(), "VILLASUKAT-1");
      EXPECT_FALSE(host_.bad[0].is_order());
      EXPECT_LT(host_.requests.size(), 60U);
    }
  }
}

TEST_F(MedusaPagingTest, StepsOverAVariantThatIsAskedForByIdAndTooLarge) {
  Fill(30, 1000);
  for (int number = 1; number <= 30; ++number) {
    host_.begin.mutable_pull()->add_only_external_ids("variant_" + std::to_string(number));
  }
  model_.is_too_large = [](const v1::HttpRequest&, const MedusaModel::Rows& rows) {
    return IsIn(rows, "variant_12");
  };

  Poll("products.pull", "");

  EXPECT_EQ(Variants(), 29U);
  ASSERT_EQ(host_.bad.size(), 1U);
  EXPECT_EQ(host_.bad[0].external_id(), "variant_12");
}

}  // namespace
}  // namespace storebridge::testing
