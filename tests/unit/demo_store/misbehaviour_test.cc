#include "store_client.h"

namespace storebridge::demo_store {
namespace {

class MisbehaviourTest : public StoreTest {
 protected:
  void Arm(json::object rule) { ASSERT_EQ(Demo("/misbehave", std::move(rule)).status, 201); }

  json::value Armed() {
    return SendOnce(port_, "GET", "/demo/misbehave", "", {}).Json().at("armed");
  }
};

TEST_F(MisbehaviourTest, AnswersAStatusWithRetryAfterAsOftenAsTold) {
  Arm({{"kind", "429"}, {"route", "/orders"}, {"times", 2}, {"retry_after", 7}});

  const Reply first = Api("GET", "/orders");
  const Reply other_route = Api("GET", "/products");
  const Reply second = Api("GET", "/orders");
  const Reply third = Api("GET", "/orders");

  EXPECT_EQ(first.status, 429);
  EXPECT_EQ(first.headers.at("retry-after"), "7");
  EXPECT_EQ(other_route.status, 200);
  EXPECT_EQ(second.status, 429);
  EXPECT_EQ(third.status, 200);
  EXPECT_EQ(Armed().at(0).at("fired"), 2);
}

TEST_F(MisbehaviourTest, AnswersServerErrorsByMethodAndAfterSkips) {
  Arm({{"kind", 503}, {"method", "PUT"}, {"skip", 1}});
  const json::object stock{{"stock_quantity", 3}};

  const Reply read = Api("GET", "/products/1001");
  const Reply skipped = Api("PUT", "/products/1001", stock);
  const Reply hit = Api("PUT", "/products/1002", stock);

  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(skipped.status, 200);
  EXPECT_EQ(hit.status, 503);
  EXPECT_NE(StockOf("SF-MUG-BIRCH"), 3);
}

TEST_F(MisbehaviourTest, EchoesTheRequestWithItsCredentials) {
  Arm({{"kind", "echo"}, {"status", 403}});

  const Reply echo = Api("PUT", "/products/1001", json::object({{"stock_quantity", 3}}));

  EXPECT_EQ(echo.status, 403);
  EXPECT_NE(echo.body.find("PUT"), std::string::npos);
  EXPECT_NE(echo.body.find("authorization: Basic"), std::string::npos);
  EXPECT_NE(echo.body.find("stock_quantity"), std::string::npos);
  EXPECT_NE(StockOf("SF-BLANKET-GREY"), 3);
}

TEST_F(MisbehaviourTest, LosesTheAnswerOfAWriteThatWasApplied) {
  Arm({{"kind", "lost_answer"}, {"method", "PUT"}});

  const Reply lost = Api("PUT", "/products/1001", json::object({{"stock_quantity", 3}}));

  EXPECT_TRUE(lost.error);
  EXPECT_EQ(lost.status, 0);
  EXPECT_EQ(StockOf("SF-BLANKET-GREY"), 3);
}

TEST_F(MisbehaviourTest, CutsAnAnswerInTheMiddle) {
  Arm({{"kind", "cut"}});

  const Reply cut = Api("GET", "/products");

  EXPECT_TRUE(cut.error);
  EXPECT_EQ(Api("GET", "/products").status, 200);
}

TEST_F(MisbehaviourTest, TruncatesTheJsonOfAWellFormedAnswer) {
  Arm({{"kind", "truncated"}});

  const Reply reply = Api("GET", "/products");

  EXPECT_FALSE(reply.error);
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.body.empty());
  EXPECT_TRUE(reply.Json().is_null());
}

TEST_F(MisbehaviourTest, TruncatesUnderAStatusOfChoice) {
  Arm({{"kind", "truncated"}, {"status", 500}});

  const Reply reply = Api("GET", "/products");

  EXPECT_EQ(reply.status, 500);
  EXPECT_NE(reply.body.find("\"sku\""), std::string::npos);
  EXPECT_TRUE(reply.Json().is_null());
}

TEST_F(MisbehaviourTest, AnswersAWebPageOrNothingInsteadOfJson) {
  Arm({{"kind", "html"}});
  Arm({{"kind", "empty"}});

  const Reply html = Api("GET", "/orders");
  const Reply empty = Api("GET", "/orders");

  EXPECT_EQ(html.status, 200);
  EXPECT_EQ(html.headers.at("content-type"), "text/html; charset=UTF-8");
  EXPECT_EQ(empty.status, 200);
  EXPECT_TRUE(empty.body.empty());
}

TEST_F(MisbehaviourTest, RepeatsThePageBefore) {
  const std::string path = "/products?per_page=5&orderby=id&order=asc&page=";
  const Reply first = Api("GET", path + "1");
  Arm({{"kind", "duplicate_page"}, {"route", "page=2"}});

  const Reply repeated = Api("GET", path + "2");
  const Reply second = Api("GET", path + "2");

  EXPECT_EQ(repeated.body, first.body);
  EXPECT_NE(second.body, first.body);
}

TEST_F(MisbehaviourTest, DelaysAndDripsTheRightAnswer) {
  const std::string right = Api("GET", "/products/1001").body;
  Arm({{"kind", "slow"}, {"delay_ms", 20}});
  Arm({{"kind", "drip"}, {"delay_ms", 2}});

  const Reply slow = Api("GET", "/products/1001");
  const Reply drip = Api("GET", "/products/1001");

  EXPECT_EQ(slow.body, right);
  EXPECT_EQ(drip.body, right);
  EXPECT_EQ(Armed().at(0).at("fired"), 1);
  EXPECT_EQ(Armed().at(1).at("fired"), 1);
}

TEST_F(MisbehaviourTest, AnswersAHugeBody) {
  Arm({{"kind", "huge"}, {"bytes", 3'000'000}});

  const Reply reply = Api("GET", "/products");

  EXPECT_EQ(reply.status, 200);
  EXPECT_GT(reply.body.size(), 2'900'000U);
  EXPECT_TRUE(reply.Json().is_array());
}

TEST_F(MisbehaviourTest, NamesTheKindsWhenAskedForAnUnknownOne) {
  const Reply kind = Demo("/misbehave", json::object({{"kind", "explode"}}));
  const Reply route = Demo("/misbehave", json::object({{"kind", "500"}, {"route", "("}}));

  EXPECT_EQ(kind.status, 400);
  EXPECT_NE(kind.body.find("lost_answer"), std::string::npos);
  EXPECT_EQ(route.status, 400);
}

TEST_F(MisbehaviourTest, ForgetsWhatIsArmedOnDelete) {
  Arm({{"kind", "500"}, {"times", -1}});
  EXPECT_EQ(Api("GET", "/orders").status, 500);

  SendOnce(port_, "DELETE", "/demo/misbehave", "", {});

  EXPECT_EQ(Api("GET", "/orders").status, 200);
}

}  // namespace
}  // namespace storebridge::demo_store
