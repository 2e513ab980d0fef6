#include <set>

#include "store_client.h"

namespace storebridge::demo_store {
namespace {

/// 2026-09-21T14:13:20, the fixture's start, plus `seconds`.
std::string At(int seconds) {
  return "2026-09-21T14:13:" + std::to_string(20 + seconds);
}

class ListingTest : public StoreTest {
 protected:
  std::vector<std::int64_t> Ids(const std::string& path) {
    std::vector<std::int64_t> ids;
    const json::value list = ApiJson(path);
    for (const json::value& item : list.as_array()) {
      ids.push_back(item.at("id").as_int64());
    }
    return ids;
  }

  /// Places `count` orders created in the same given second.
  void PlaceAt(const std::string& date, int count) {
    const json::object line{{"sku", "SF-SOAP-TAR"}, {"quantity", 1}};
    const Reply reply =
        Demo("/orders",
             json::object({{"lines", json::array({line})}, {"count", count}, {"date_gmt", date}}));
    ASSERT_EQ(reply.status, 201) << reply.body;
  }
};

TEST_F(ListingTest, ShowsTenByDefaultWithTotalsAndANextLink) {
  const Reply reply = Api("GET", "/products");

  EXPECT_EQ(reply.Json().as_array().size(), 10U);
  EXPECT_EQ(reply.headers.at("x-wp-total"), "27");
  EXPECT_EQ(reply.headers.at("x-wp-totalpages"), "3");
  EXPECT_NE(reply.headers.at("link").find("page=2>; rel=\"next\""), std::string::npos);
  EXPECT_TRUE(reply.headers.contains("date"));
}

TEST_F(ListingTest, RefusesMoreThanAHundredPerPage) {
  EXPECT_EQ(Api("GET", "/products?per_page=100").status, 200);

  const Reply reply = Api("GET", "/products?per_page=101");

  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.Json().at("code"), "rest_invalid_param");
  EXPECT_TRUE(reply.Json().at("data").at("params").as_object().contains("per_page"));
}

TEST_F(ListingTest, WalksEveryProductOnceOverThePages) {
  options_.products = 230;
  std::set<std::int64_t> seen;

  for (const char* page : {"1", "2", "3"}) {
    for (const std::int64_t id :
         Ids(std::string("/products?per_page=100&orderby=modified&order=asc&page=") + page)) {
      EXPECT_TRUE(seen.insert(id).second);
    }
  }

  EXPECT_EQ(seen.size(), 233U);
}

TEST_F(ListingTest, ComparesModifiedAfterStrictlySoThatTiesAreLost) {
  PlaceAt(At(0), 3);
  PlaceAt(At(1), 2);

  const std::string query = "/orders?dates_are_gmt=true&modified_after=";

  EXPECT_EQ(Ids(query + At(0)).size(), 2U);
  EXPECT_EQ(Ids(query + At(1)).size(), 0U);
  EXPECT_EQ(Ids(query + "2026-09-21T14:13:19").size(), 5U);
}

TEST_F(ListingTest, ComparesWithTheShopsOwnTimeUnlessToldGmt) {
  PlaceAt(At(0), 1);

  EXPECT_EQ(Ids("/orders?modified_after=" + At(1)).size(), 1U);
  EXPECT_EQ(Ids("/orders?dates_are_gmt=true&modified_after=" + At(1)).size(), 0U);
}

TEST_F(ListingTest, BreaksTiesOfTheModifiedTimeById) {
  PlaceAt(At(0), 4);

  const auto ascending = Ids("/orders?orderby=modified&order=asc");
  const auto descending = Ids("/orders?orderby=modified&order=desc");

  EXPECT_TRUE(std::is_sorted(ascending.begin(), ascending.end()));
  EXPECT_TRUE(std::is_sorted(descending.rbegin(), descending.rend()));
}

TEST_F(ListingTest, FiltersOrdersByACommaListOfStatuses) {
  PlaceAt(At(0), 2);
  const json::object line{{"sku", "SF-SOAP-TAR"}};
  Demo("/orders",
       json::object({{"lines", json::array({line})}, {"paid", false}, {"payment_method", "bacs"}}));

  EXPECT_EQ(Ids("/orders?status=processing").size(), 2U);
  EXPECT_EQ(Ids("/orders?status=processing,on-hold").size(), 3U);
  EXPECT_EQ(Ids("/orders?status=completed").size(), 0U);
  EXPECT_EQ(Api("GET", "/orders?status=shipped").status, 400);
}

TEST_F(ListingTest, FindsBySkuByIncludeAndByOffset) {
  const std::int64_t id = IdOf("SF-KNIFE-11");

  EXPECT_EQ(Ids("/products?sku=SF-KNIFE-11"), std::vector<std::int64_t>{id});
  EXPECT_EQ(Ids("/products?include=" + std::to_string(id) + ",1001").size(), 2U);
  EXPECT_EQ(Ids("/products?offset=25").size(), 2U);
}

TEST_F(ListingTest, CutsItemsToTheAskedFields) {
  const json::value list = ApiJson("/products?per_page=1&_fields=id,dimensions.length");

  const json::object& item = list.at(0).as_object();

  EXPECT_EQ(item.size(), 2U);
  EXPECT_TRUE(item.at("dimensions").as_object().contains("length"));
  EXPECT_FALSE(item.at("dimensions").as_object().contains("width"));
}

TEST_F(ListingTest, HasGlobalVariationsAndEansOnlyOnTheNewVersion) {
  EXPECT_EQ(Api("GET", "/variations").status, 200);
  EXPECT_EQ(ApiJson("/products/1001").at("global_unique_id").as_string().size(), 13U);
  options_.version = WooVersion::k7_9;
  Start();

  EXPECT_EQ(Api("GET", "/variations").Json().at("code"), "rest_no_route");
  EXPECT_FALSE(ApiJson("/products/1001").as_object().contains("global_unique_id"));
}

TEST_F(ListingTest, EscapesAsPhpDoes) {
  const Reply reply = Api("GET", "/products/1001");

  EXPECT_NE(reply.body.find("H\\u00e4m\\u00e4r\\u00e4"), std::string::npos);
  EXPECT_NE(reply.body.find("http:\\/\\/127.0.0.1"), std::string::npos);
  EXPECT_EQ(reply.Json().at("name"), "Villapeitto Hämärä, 130 × 180 cm");
}

}  // namespace
}  // namespace storebridge::demo_store
