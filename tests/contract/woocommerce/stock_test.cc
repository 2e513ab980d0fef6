#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

// The items of a batch request, as `"id":7,` finds them.
std::size_t CountItems(const std::string& body) {
  std::size_t count = 0;
  for (std::size_t at = body.find("\"id\":"); at != std::string::npos;
       at = body.find("\"id\":", at + 1)) {
    ++count;
  }
  return count;
}

// Answers a batch as WooCommerce does: each item with what it is now, which here is what was asked
// for.
const std::string& Echo(const std::string& body) {
  return body;
}

class StockTest : public ::testing::Test {
 protected:
  StockTest() {
    host_.answer = [this](const v1::HttpRequest& request) {
      const std::size_t count = CountItems(request.body());
      sizes_[PathOf(request.url())].push_back(count);
      if (count > limit) {
        return HttpAnswer(413, R"({"code":"woocommerce_rest_request_entity_too_large"})");
      }
      return HttpAnswer(200, reply.empty() ? Echo(request.body()) : reply);
    };
    host_.begin.mutable_stock();
  }
  void Add(const std::string& id, std::int64_t quantity, const std::string& parent = "") {
    v1::StockLevel* level = host_.begin.mutable_stock()->add_levels();
    level->set_ref("ref-" + id);
    level->set_external_id(id);
    level->set_external_parent_id(parent);
    level->set_quantity(quantity);
  }
  [[nodiscard]] const v1::ItemResult& ResultOf(const std::string& id) const {
    static const v1::ItemResult kNone;
    const auto found = std::find_if(host_.results.begin(),
                                    host_.results.end(),
                                    [&](const auto& one) { return one.ref() == "ref-" + id; });
    return found == host_.results.end() ? kNone : *found;
  }

  ScriptedHost host_{woocommerce_connector(), kWooConfig};
  std::map<std::string, std::vector<std::size_t>> sizes_;
  std::size_t limit = 100;
  std::string reply;
};

TEST_F(StockTest, IsPushedThoughASettingForOrdersIsWrong) {
  host_.config_json = R"({"base_url":"https://shop.example","unpaid_statuses":"processing"})";
  Add("7", 5);

  ASSERT_TRUE(host_.Run("stock.push")) << host_.failure.message();

  EXPECT_TRUE(ResultOf("7").has_accepted());
}

TEST_F(StockTest, WritesSimpleProductsAndVariationsOfAParentTogether) {
  Add("7", 5);
  Add("8", 0);
  Add("21", 3, "20");
  Add("22", -1, "20");

  ASSERT_TRUE(host_.Run("stock.push"));

  EXPECT_EQ(sizes_["/wp-json/wc/v3/products/batch"], std::vector<std::size_t>{2});
  EXPECT_EQ(sizes_["/wp-json/wc/v3/products/20/variations/batch"], std::vector<std::size_t>{2});
  EXPECT_EQ(host_.requests[0].safety(), v1::HttpRequest::SAFETY_IDEMPOTENT);
  EXPECT_EQ(host_.requests[0].body(),
            R"({"update":[{"id":7,"manage_stock":true,"stock_quantity":5},)"
            R"({"id":8,"manage_stock":true,"stock_quantity":0}]})");
  EXPECT_EQ(host_.results.size(), 4U);
  EXPECT_TRUE(ResultOf("8").accepted().confirmed());
  EXPECT_TRUE(ResultOf("22").accepted().confirmed());
}

TEST_F(StockTest, SendsAtMostAHundredAtOnce) {
  for (int id = 1; id <= 250; ++id) {
    Add(std::to_string(id), id);
  }

  ASSERT_TRUE(host_.Run("stock.push"));

  EXPECT_EQ(sizes_["/wp-json/wc/v3/products/batch"], (std::vector<std::size_t>{100, 100, 50}));
  EXPECT_EQ(host_.results.size(), 250U);
}

TEST_F(StockTest, HalvesWhatIsTooLarge) {
  limit = 30;
  for (int id = 1; id <= 100; ++id) {
    Add(std::to_string(id), id);
  }

  ASSERT_TRUE(host_.Run("stock.push"));

  EXPECT_EQ(host_.results.size(), 100U);
  EXPECT_TRUE(std::all_of(host_.results.begin(), host_.results.end(), [](const auto& one) {
    return one.accepted().confirmed();
  }));
}

TEST_F(StockTest, RefusesOneItemAndWritesTheOthers) {
  Add("7", 5);
  Add("8", 5);
  Add("9", 5);
  Add("10", 5);
  reply =
      R"({"update":[{"id":7,"manage_stock":true,"stock_quantity":5},{"id":8,"error":{"code":)"
      R"("woocommerce_rest_product_invalid_id","message":"Invalid ID.","data":{"status":400}}},)"
      R"({"id":9,"manage_stock":false,"stock_quantity":null}]})";

  ASSERT_TRUE(host_.Run("stock.push"));

  EXPECT_TRUE(ResultOf("7").accepted().confirmed());
  EXPECT_EQ(ResultOf("8").failure().code(), v1::Failure::CODE_NOT_FOUND);
  EXPECT_NE(ResultOf("8").failure().message().find("Invalid ID."), std::string::npos);
  EXPECT_EQ(ResultOf("9").failure().code(), v1::Failure::CODE_UNSUPPORTED);
  EXPECT_EQ(ResultOf("10").failure().code(), v1::Failure::CODE_TRANSIENT) << "not in the answer";
}

TEST_F(StockTest, RefusesWhatCannotBeAnIdOfWooCommerce) {
  Add("abc", 5);
  Add("7", 5);

  ASSERT_TRUE(host_.Run("stock.push"));

  EXPECT_EQ(ResultOf("abc").failure().code(), v1::Failure::CODE_PERMANENT);
  EXPECT_TRUE(ResultOf("7").accepted().confirmed());
}

TEST_F(StockTest, DoesNotClaimANumberThatTheStoreDoesNotShow) {
  Add("7", 5);
  reply = R"({"update":[{"id":7,"manage_stock":true,"stock_quantity":4}]})";

  ASSERT_TRUE(host_.Run("stock.push"));

  EXPECT_TRUE(ResultOf("7").has_accepted());
  EXPECT_FALSE(ResultOf("7").accepted().confirmed());
}

TEST_F(StockTest, ConfirmsTheOthersWhereTheStoreShowsAHalf) {
  Add("7", 5);
  Add("8", 2);
  reply = R"({"update":[{"id":7,"manage_stock":true,"stock_quantity":5},)"
          R"({"id":8,"manage_stock":true,"stock_quantity":2.5}]})";

  ASSERT_TRUE(host_.Run("stock.push"));

  EXPECT_TRUE(ResultOf("7").accepted().confirmed());
  EXPECT_TRUE(ResultOf("8").has_accepted());
  EXPECT_FALSE(ResultOf("8").accepted().confirmed());
}

TEST_F(StockTest, LeavesOtherBatchesAloneWhenOneIsRefusedWhole) {
  Add("7", 5);
  Add("21", 3, "20");
  host_.answer = [](const v1::HttpRequest& request) {
    return PathOf(request.url()).find("/20/") != std::string::npos
               ? HttpAnswer(404, R"({"code":"woocommerce_rest_product_invalid_id","message":"x"})")
               : HttpAnswer(200, Echo(request.body()));
  };

  ASSERT_TRUE(host_.Run("stock.push"));

  EXPECT_TRUE(ResultOf("7").accepted().confirmed());
  EXPECT_EQ(ResultOf("21").failure().code(), v1::Failure::CODE_NOT_FOUND);
}

TEST_F(StockTest, StopsWhenTheStoreCannotBeReached) {
  Add("7", 5);
  host_.answer = [](const v1::HttpRequest&) {
    return HostFailure(v1::Failure::CODE_TRANSIENT, "no route to host");
  };

  EXPECT_FALSE(host_.Run("stock.push"));
  EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_TRANSIENT);
  EXPECT_TRUE(host_.results.empty());
}

}  // namespace
}  // namespace storebridge::testing
