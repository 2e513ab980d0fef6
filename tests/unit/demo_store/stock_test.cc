#include "store_client.h"

namespace storebridge::demo_store {
namespace {

class StockTest : public StoreTest {
 protected:
  Reply Push(const std::string& sku, const json::value& quantity) {
    return Api("PUT",
               "/products/" + std::to_string(IdOf(sku)),
               json::object({{"stock_quantity", quantity}}));
  }

  std::string ModifiedOf(const std::string& sku) {
    const json::value product = ApiJson("/products/" + std::to_string(IdOf(sku)));
    return std::string(product.at("date_modified_gmt").as_string());
  }

  json::value ProductOf(const std::string& sku) {
    const json::value state = State();
    for (const json::value& product : state.at("products").as_array()) {
      if (product.at("sku").as_string() == sku) {
        return product;
      }
    }
    return {};
  }

  Reply BatchOf(int items) {
    json::array updates;
    for (int i = 0; i < items; ++i) {
      updates.push_back({{"id", 1001}, {"stock_quantity", i}});
    }
    return Api("POST", "/products/batch", json::object({{"update", updates}}));
  }
};

TEST_F(StockTest, LowersStockAtTheSale) {
  const std::int64_t before = StockOf("SF-MUG-BIRCH");

  PlaceOrder("SF-MUG-BIRCH", 2);

  EXPECT_EQ(StockOf("SF-MUG-BIRCH"), before - 2);
}

TEST_F(StockTest, HoldsStockOfAnUnpaidOrderWithoutLoweringIt) {
  const json::object line{{"sku", "SF-KNIFE-11"}, {"quantity", 3}};
  Demo("/orders", json::object({{"lines", json::array({line})}, {"paid", false}}));

  const json::value salable =
      SendOnce(port_, "GET", "/demo/salable?sku=SF-KNIFE-11", "", {}).Json();

  EXPECT_EQ(StockOf("SF-KNIFE-11"), 12);
  EXPECT_EQ(salable.at("salable"), 9);
}

TEST_F(StockTest, LowersStockOnceWhenAnOrderIsPaidAndThenCompleted) {
  const json::object line{{"sku", "SF-KNIFE-11"}, {"quantity", 3}};
  const Reply placed =
      Demo("/orders", json::object({{"lines", json::array({line})}, {"paid", false}}));
  const std::int64_t id = placed.Json().at("ids").at(0).as_int64();

  Demo("/orders/" + std::to_string(id), json::object({{"pay", true}}));
  Api("PUT", "/orders/" + std::to_string(id), json::object({{"status", "completed"}}));

  EXPECT_EQ(StockOf("SF-KNIFE-11"), 9);
}

TEST_F(StockTest, ReturnsStockWhenAnOrderIsCancelled) {
  const std::int64_t id = PlaceOrder("SF-KNIFE-11", 3);

  Demo("/orders/" + std::to_string(id), json::object({{"cancel", true}}));

  EXPECT_EQ(StockOf("SF-KNIFE-11"), 12);
  EXPECT_EQ(OrderState(id).at("status"), "cancelled");
}

TEST_F(StockTest, RefundsPartOfAnOrderAndThenTheRest) {
  const std::int64_t id = PlaceOrder("SF-KNIFE-11", 3);
  const std::string path = "/orders/" + std::to_string(id);
  const json::object line{{"sku", "SF-KNIFE-11"}, {"quantity", 1}};

  Demo(path, json::object({{"refund", {{"lines", json::array({line})}}}}));
  const std::int64_t after_part = StockOf("SF-KNIFE-11");
  const json::value status = OrderState(id).at("status");
  Demo(path, json::object({{"refund", true}}));

  EXPECT_EQ(after_part, 10);
  EXPECT_EQ(status, "processing");
  EXPECT_EQ(StockOf("SF-KNIFE-11"), 12);
  EXPECT_EQ(OrderState(id).at("status"), "refunded");
  EXPECT_EQ(ApiJson(path + "/refunds").as_array().size(), 2U);
}

TEST_F(StockTest, RefusesToSellMoreThanThereIsUnlessForced) {
  const json::object line{{"sku", "SF-KNIFE-11"}, {"quantity", 13}};
  json::object order{{"lines", json::array({line})}};
  EXPECT_EQ(Demo("/orders", order).status, 409);

  order["oversell"] = true;
  EXPECT_EQ(Demo("/orders", order).status, 201);

  EXPECT_EQ(StockOf("SF-KNIFE-11"), -1);
}

TEST_F(StockTest, SellsAVariationFromItsOwnStock) {
  const std::int64_t id = PlaceOrder("SF-SWEATER-2", 2);

  const json::value order = ApiJson("/orders/" + std::to_string(id));
  const json::value& line = order.at("line_items").at(0);

  EXPECT_EQ(StockOf("SF-SWEATER-2"), 7);
  EXPECT_EQ(line.at("variation_id"), IdOf("SF-SWEATER-2"));
  EXPECT_EQ(line.at("product_id"), IdOf("SF-SWEATER"));
}

TEST_F(StockTest, MovesTheModifiedTimeAtASaleAndAtAnEqualWrite) {
  const std::string at_first = ModifiedOf("SF-MUG-BIRCH");
  Advance(10);
  PlaceOrder("SF-MUG-BIRCH", 1);
  const std::string after_sale = ModifiedOf("SF-MUG-BIRCH");
  Advance(10);

  Push("SF-MUG-BIRCH", StockOf("SF-MUG-BIRCH"));

  EXPECT_NE(at_first, after_sale);
  EXPECT_NE(after_sale, ModifiedOf("SF-MUG-BIRCH"));
}

TEST_F(StockTest, TakesNegativeStockAndRefusesFractions) {
  EXPECT_EQ(Push("SF-MUG-BIRCH", -3).status, 200);

  const Reply fraction = Push("SF-MUG-BIRCH", 1.5);

  EXPECT_EQ(fraction.status, 400);
  EXPECT_EQ(fraction.Json().at("code"), "rest_invalid_param");
  EXPECT_EQ(StockOf("SF-MUG-BIRCH"), -3);
}

TEST_F(StockTest, IgnoresAQuantityWhereStockIsNotManaged) {
  const std::string path = "/products/" + std::to_string(IdOf("SF-MUG-BIRCH"));
  Api("PUT", path, json::object({{"manage_stock", false}}));

  const Reply reply = Push("SF-MUG-BIRCH", 5);

  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.Json().at("stock_quantity").is_null());
}

TEST_F(StockTest, RefusesABatchOfMoreThanAHundred) {
  EXPECT_EQ(BatchOf(100).status, 200);

  const Reply reply = BatchOf(101);

  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.Json().at("code"), "woocommerce_rest_request_entity_too_large");
}

TEST_F(StockTest, AnswersABatchWithErrorsInThePlaceOfBadItems) {
  const json::array updates{{{"id", IdOf("SF-MUG-BIRCH")}, {"stock_quantity", 41}},
                            {{"id", IdOf("SF-SOAP-TAR")}, {"stock_quantity", 1.5}},
                            {{"id", 999'999}, {"stock_quantity", 7}},
                            {{"id", IdOf("SF-KNIFE-11")}, {"stock_quantity", 42}}};

  const Reply reply = Api("POST", "/products/batch", json::object({{"update", updates}}));

  ASSERT_EQ(reply.status, 200);
  const json::value answer = reply.Json();
  const json::array& items = answer.at("update").as_array();
  EXPECT_EQ(items.at(0).at("stock_quantity"), 41);
  EXPECT_EQ(items.at(1).at("error").at("data").at("status"), 400);
  EXPECT_EQ(items.at(2).at("error").at("code"), "woocommerce_rest_product_invalid_id");
  EXPECT_EQ(StockOf("SF-KNIFE-11"), 42);
}

TEST_F(StockTest, StripsABatchAnswerDownToTheAskedTopLevelMembers) {
  const json::array updates{{{"id", 1001}, {"stock_quantity", 1}}};

  const Reply reply =
      Api("POST", "/products/batch?_fields=id", json::object({{"update", updates}}));

  EXPECT_EQ(reply.body, "{}");
  EXPECT_EQ(StockOf("SF-BLANKET-GREY"), 1);
}

TEST_F(StockTest, PushesStockToVariationsInABatch) {
  const std::int64_t parent = IdOf("SF-SWEATER");
  const json::array updates{{{"id", IdOf("SF-SWEATER-1")}, {"stock_quantity", 77}}};

  const Reply reply = Api("POST",
                          "/products/" + std::to_string(parent) + "/variations/batch",
                          json::object({{"update", updates}}));

  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(StockOf("SF-SWEATER-1"), 77);
}

TEST_F(StockTest, SharesTheParentsStockAmongItsVariations) {
  const std::string parent = "/products/" + std::to_string(IdOf("SF-SOCKS"));
  const std::string child = parent + "/variations/" + std::to_string(IdOf("SF-SOCKS-1"));
  Api("PUT", parent, json::object({{"manage_stock", true}, {"stock_quantity", 50}}));
  Api("PUT", child, json::object({{"manage_stock", false}}));

  PlaceOrder("SF-SOCKS-1", 4);

  EXPECT_EQ(ApiJson(child).at("manage_stock"), "parent");
  EXPECT_EQ(ApiJson(child).at("stock_quantity"), 46);
}

TEST_F(StockTest, CountsStockWritesAndForgetsThemOnDemand) {
  Push("SF-MUG-BIRCH", 4);
  BatchOf(3);
  EXPECT_EQ(State().at("counters").at("stock_writes"), 4);

  Demo("/reset_counters", json::object());

  EXPECT_EQ(State().at("counters").at("stock_writes"), 0);
}

TEST_F(StockTest, CountsAVersionForEachStockValueThatIsTaken) {
  const std::string variations =
      "/products/" + std::to_string(IdOf("SF-SWEATER")) + "/variations/batch";
  const json::array updates{{{"id", IdOf("SF-SWEATER-1")}, {"stock_quantity", 77}},
                            {{"id", IdOf("SF-SWEATER-2")}, {"stock_quantity", 1.5}}};
  Push("SF-MUG-BIRCH", 4);
  Push("SF-MUG-BIRCH", 4);
  Push("SF-MUG-BIRCH", 0);
  Api("POST", variations, json::object({{"update", updates}}));

  EXPECT_EQ(ProductOf("SF-MUG-BIRCH").at("stock_versions"), 3);
  EXPECT_EQ(ProductOf("SF-MUG-BIRCH").at("stock_set"), 0);
  EXPECT_EQ(ProductOf("SF-SWEATER-1").at("stock_versions"), 1);
  EXPECT_EQ(ProductOf("SF-SWEATER-1").at("stock_set"), 77);
  EXPECT_EQ(ProductOf("SF-SWEATER-2").at("stock_versions"), 0);
  EXPECT_TRUE(ProductOf("SF-SWEATER-2").at("stock_set").is_null());
}

TEST_F(StockTest, CountsNoVersionForWhatIsNotSetByAClient) {
  Demo("/stock", json::object({{"sku", "SF-MUG-BIRCH"}, {"quantity", 9}}));
  PlaceOrder("SF-MUG-BIRCH", 1);
  const std::string path = "/products/" + std::to_string(IdOf("SF-MUG-BIRCH"));
  Api("PUT", path, json::object({{"name", "Muki"}}));
  Api("PUT", path, json::object({{"manage_stock", false}}));
  Push("SF-MUG-BIRCH", 5);

  EXPECT_EQ(ProductOf("SF-MUG-BIRCH").at("stock_versions"), 0);
}

}  // namespace
}  // namespace storebridge::demo_store
