#include "store_client.h"

namespace storebridge::demo_store {
namespace {

class PoisonTest : public StoreTest {
 protected:
  void Spoil(std::int64_t id, const json::object& members, bool twice = false) {
    const json::object body{{"id", id}, {"members", members}, {"twice", twice}};
    ASSERT_EQ(Demo("/poison", body).status, 200);
  }
  std::string Order(std::int64_t id) { return Api("GET", "/orders/" + std::to_string(id)).body; }
};

TEST_F(PoisonTest, ShowsRawTextInPlaceOfAMember) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 2);

  Spoil(id,
        {{"/line_items/0/quantity", "1000000000000000000"},
         {"/shipping/last_name", "\"M\\u0000kinen \xF0\x9F\x98\x80\""},
         {"/total", nullptr}});

  const std::string body = Order(id);
  EXPECT_NE(body.find("\"quantity\":1000000000000000000,"), std::string::npos);
  EXPECT_NE(body.find("\"last_name\":\"M\\u0000kinen \xF0\x9F\x98\x80\""), std::string::npos);
  EXPECT_EQ(body.find("\"cart_tax\":\"0.00\",\"total\""), std::string::npos);
  EXPECT_FALSE(Api("GET", "/orders/" + std::to_string(id)).Json().as_object().contains("total"));
  EXPECT_NE(Api("GET", "/orders").body.find("1000000000000000000"), std::string::npos);
}

TEST_F(PoisonTest, ChangesNothingOfOtherRecordsAndFields) {
  const std::int64_t good = PlaceOrder("SF-MUG-BIRCH", 2);
  const std::int64_t bad = PlaceOrder("SF-MUG-BIRCH", 2);
  const std::string before = Order(good);

  Spoil(bad, {{"/line_items/0/quantity", "\"many\""}});

  EXPECT_EQ(Order(good), before);
  EXPECT_EQ(Api("GET", "/orders/" + std::to_string(bad) + "?_fields=id,status").body,
            "{\"id\":" + std::to_string(bad) + ",\"status\":\"processing\"}");
  EXPECT_EQ(OrderState(bad).at("id"), bad) << "the shop itself knows nothing of it";
}

TEST_F(PoisonTest, ShowsARecordTwiceInListsOnly) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 2);

  Spoil(id, {{"/shipping/city", "\"Espoo\""}}, true);

  const json::value list = ApiJson("/orders");
  ASSERT_EQ(list.as_array().size(), 2U);
  EXPECT_NE(list.at(0).at("shipping").at("city"), "Espoo");
  EXPECT_EQ(list.at(1).at("shipping").at("city"), "Espoo");
  EXPECT_EQ(ApiJson("/orders/" + std::to_string(id)).at("id"), id);
}

TEST_F(PoisonTest, FillsATextWithBytes) {
  const std::int64_t id = IdOf("SF-MUG-BIRCH");

  Spoil(id, {{"/description", 1'000'000}});

  EXPECT_EQ(ApiJson("/products/" + std::to_string(id)).at("description").as_string().size(),
            1'000'000U);
}

TEST_F(PoisonTest, HealsWithASave) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 2);
  const std::string before = Order(id);
  Spoil(id, {{"/status", nullptr}});
  Advance(60);

  const json::object heal{{"id", id}, {"heal", true}};
  ASSERT_EQ(Demo("/poison", heal).status, 200);

  const json::value order = ApiJson("/orders/" + std::to_string(id));
  EXPECT_EQ(order.at("status"), "processing");
  EXPECT_NE(Order(id), before) << "the modified time";
}

TEST_F(PoisonTest, SaysWhatItDoesNotUnderstand) {
  const std::int64_t id = PlaceOrder("SF-MUG-BIRCH", 2);
  const auto status = [&](const json::value& members) {
    const json::object body{{"id", id}, {"members", members}};
    return Demo("/poison", body).status;
  };
  const json::object unknown{{"id", 987654}};

  EXPECT_EQ(Demo("/poison", unknown).status, 404);
  EXPECT_EQ(status(7), 400);
  EXPECT_EQ(status(json::object({{"total", "1"}})), 400) << "no pointer";
  EXPECT_EQ(status(json::object({{"/total", true}})), 400);
  EXPECT_EQ(status(json::object({{"/total", 67'108'864}})), 200);
  EXPECT_EQ(status(json::object({{"/total", 67'108'865}})), 400);
}

}  // namespace
}  // namespace storebridge::demo_store
