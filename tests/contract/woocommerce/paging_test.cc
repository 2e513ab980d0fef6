// Lists that never end: the store, or a cache in front of it, gives full pages for ever.
#include "storebridge/sdk/paging.h"

#include <string>

#include <gtest/gtest.h>

#include "woo_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

constexpr const char* kTwoPerPage = R"({"base_url":"https://shop.example","page_size":2})";

std::string SimpleProduct(std::int64_t id) {
  return R"({"id":)" + std::to_string(id) + R"(,"type":"simple","sku":"S)" + std::to_string(id) +
         R"(","name":"Mug","price":"1","status":"publish",)" +
         R"("date_modified_gmt":"2026-11-18T10:00:00"})";
}

std::string Variation(std::int64_t id) {
  return R"({"id":)" + std::to_string(id) + R"(,"parent_id":20,"sku":"V)" + std::to_string(id) +
         R"(","price":"1","status":"publish","attributes":[]})";
}

class PagingTest : public ::testing::Test {
 protected:
  PagingTest() { host_.begin.mutable_pull(); }

  // Runs an operation over a store whose list at the end of `route` is `page`, for ever.
  void Run(const std::string& operation,
           const std::string& route,
           std::function<v1::Completion(const std::string& page)> page) {
    host_.answer = [route, page = std::move(page)](const v1::HttpRequest& request) {
      const std::string path = PathOf(request.url());
      if (path.ends_with(route)) {
        return page(QueryOf(request.url(), "page"));
      }
      if (path.ends_with("/wc/v3/products")) {
        return HttpAnswer(
            200,
            QueryOf(request.url(), "page") == "1"
                ? R"([{"id":20,"type":"variable","sku":"SH","name":"Shirt","price":"1",)"
                  R"("status":"publish","date_modified_gmt":"2026-11-18T10:00:00"}])"
                : "[]");
      }
      return HttpAnswer(200, "[]");
    };
    EXPECT_FALSE(host_.Run(operation));
    EXPECT_EQ(host_.failure.code(), v1::Failure::CODE_LIMIT) << host_.failure.message();
  }

  void ExpectSaid(const std::string& words) {
    EXPECT_NE(host_.failure.message().find(words), std::string::npos) << host_.failure.message();
  }

  ScriptedHost host_{woocommerce_connector(), kTwoPerPage};
};

TEST_F(PagingTest, EndsAListOfProductsThatIgnoresThePage) {
  Run("products.pull", "/wc/v3/products", [](const std::string&) {
    return HttpAnswer(200, "[" + SimpleProduct(1) + "," + SimpleProduct(2) + "]");
  });

  ExpectSaid("page 3 of WooCommerce's list of products holds only records of the pages before");
}

TEST_F(PagingTest, EndsAListOfProductsThatIsLongerThanTheStoreSays) {
  Run("products.pull", "/wc/v3/products", [](const std::string& page) {
    const std::int64_t first = 2 * std::stoll(page);
    v1::Completion answer =
        HttpAnswer(200, "[" + SimpleProduct(first) + "," + SimpleProduct(first + 1) + "]");
    auto* said = answer.mutable_http()->add_headers();
    said->set_name("x-wp-totalpages");
    said->set_value("2");
    return answer;
  });

  ExpectSaid("WooCommerce's list of products has 2 pages, but page 4 is full");
}

TEST_F(PagingTest, EndsAnEndlessListOfProductsAtItsLimit) {
  Run("products.pull", "/wc/v3/products", [](const std::string& page) {
    const std::int64_t first = 2 * std::stoll(page);
    return HttpAnswer(200, "[" + SimpleProduct(first) + "," + SimpleProduct(first + 1) + "]");
  });

  ExpectSaid("WooCommerce's list of products has more than 10000 pages");
  EXPECT_EQ(static_cast<std::int64_t>(host_.products.size()), 2 * sdk::PageGuard::kPagesMax);
}

TEST_F(PagingTest, EndsAListOfVariationsThatIgnoresThePage) {
  const auto page = [](const std::string&) {
    return HttpAnswer(200, "[" + Variation(21) + "," + Variation(22) + "]");
  };
  Run("products.pull", "/products/20/variations", page);
  ExpectSaid("WooCommerce's list of the variations of product 20 holds only records");

  host_.begin.add_capabilities("variations_endpoint");
  Run("products.pull", "/wc/v3/variations", page);
  ExpectSaid("WooCommerce's list of variations holds only records");
}

TEST_F(PagingTest, EndsAListOfOpenOrdersThatIgnoresThePage) {
  host_.begin.mutable_pull()->set_full(true);

  Run("orders.pull", "/wc/v3/orders", [](const std::string&) {
    return HttpAnswer(200,
                      "[" + OrderJson(1, "processing", 1'795'000'000) + "," +
                          OrderJson(2, "processing", 1'795'000'000) + "]");
  });

  ExpectSaid("WooCommerce's list of open orders holds only records of the pages before");
}

TEST_F(PagingTest, EndsAListOfChangedOrdersThatIgnoresWhereItBegins) {
  Run("orders.pull", "/wc/v3/orders", [](const std::string&) {
    return HttpAnswer(200,
                      "[" + OrderJson(1, "processing", 1'794'000'000) + "," +
                          OrderJson(2, "processing", 1'795'000'000) + "]");
  });

  ExpectSaid("ignores 'offset'");
  EXPECT_LT(host_.requests.size(), 20U);
}

}  // namespace
}  // namespace storebridge::testing
