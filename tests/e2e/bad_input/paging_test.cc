// Lists that never end: the run ends within a named limit, says why, and loses no product.
#include <atomic>
#include <charconv>
#include <memory>
#include <ostream>
#include <string>

#include "bad_input/ground.h"
#include "unit/egress/test_server.h"

namespace storebridge::e2e {
namespace {

constexpr int kPageSize = 2;
constexpr int kPages = 3;

// How a store answers pages after its last one.
enum class Beyond { kNothing, kLastPageAgain, kMoreAndMore };

int PageIn(const std::string& request) {
  const std::size_t at = request.find("&page=");
  int page = 1;
  if (at != std::string::npos) {
    std::from_chars(request.data() + at + 6, request.data() + request.size(), page);
  }
  return page;
}

std::string ProductJson(int id) {
  return R"({"id":)" + std::to_string(id) + R"(,"type":"simple","sku":"P)" + std::to_string(id) +
         R"(","name":"Mug","price":"1","status":"publish","date_modified_gmt":"2026-01-01T00:00:00"})";
}

// A store of six products in pages of two, over plain HTTP.
class PagedStore {
 public:
  PagedStore() : server_([this](egress::ServerConnection& connection) { Serve(connection); }) {}

  [[nodiscard]] std::string url() const { return "http://" + server_.address(); }
  [[nodiscard]] int requests() const { return requests_; }

  std::atomic<Beyond> beyond = Beyond::kNothing;
  std::atomic<bool> ignores_page = false;

 private:
  void Serve(egress::ServerConnection& connection) {
    for (std::string request = connection.ReadRequest(); !request.empty();
         request = connection.ReadRequest()) {
      connection.Write(Answer(request));
    }
  }

  std::string Answer(const std::string& request) {
    const std::string line = request.substr(0, request.find("\r\n"));
    if (line.find("/settings/general?") != std::string::npos) {
      return egress::HttpText(200, R"([{"id":"woocommerce_currency","value":"EUR"}])");
    }
    if (line.find("/wc/v3/products?") == std::string::npos) {
      return egress::HttpText(200, "[]");
    }
    ++requests_;
    int page = ignores_page ? 1 : PageIn(line);
    std::string body = "[]";
    if (page > kPages && beyond == Beyond::kLastPageAgain) {
      page = kPages;
    }
    if (page <= kPages || beyond == Beyond::kMoreAndMore) {
      body = "[" + ProductJson(page * kPageSize) + "," + ProductJson(page * kPageSize + 1) + "]";
    }
    return egress::HttpText(200, body, "X-WP-TotalPages: " + std::to_string(kPages) + "\r\n");
  }

  std::atomic<int> requests_ = 0;
  egress::TestServer server_;
};

struct Row {
  std::string name;
  void (*trouble)(PagedStore&);
  Words words;

  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
};

class PagingTable : public GroundTest<PagingTable>, public testing::WithParamInterface<Row> {
 public:
  static ServerOptions Options() { return {.places = {"127.0.0.1/32"}}; }

 protected:
  // The six products, as they are here.
  std::string SixProducts() {
    std::string all;
    for (const v1::Product& product : Must(platform_->ListProducts())) {
      const bool is_of_six = product.product_code() >= "P2" && product.product_code() <= "P7" &&
                             product.product_code().size() == 2;
      all += is_of_six ? product.ShortDebugString() + "\n" : "";
    }
    return all;
  }

  std::unique_ptr<day::Platform> platform_;
};

TEST_P(PagingTable, EndsWithAClearErrorAndHealsByItself) {
  constexpr int kRequestsMost = 10;
  PagedStore store;
  platform_ = NewMerchant();
  const day::DemoSide side(day::DemoAccess{.url = store.url(),
                                           .page_size = kPageSize,
                                           .consumer_key = kSecretKey,
                                           .consumer_secret = kSecretSecret});
  ASSERT_TRUE(Came(platform_->Connect("web", side, QuietSettings())));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS, true)));
  const std::string before = SixProducts();
  ASSERT_EQ(std::count(before.begin(), before.end(), '\n'), kPages * kPageSize)
      << Must(platform_->ListIssues()).size() << " issues";
  GetParam().trouble(store);
  const int requests = store.requests();

  const v1::SyncRun run = RunInVain(*platform_, "web", v1::FLOW_PRODUCTS, true);

  EXPECT_EQ(run.error_reason(), "CODE_LIMIT");
  EXPECT_TRUE(Says(run.error(), GetParam().words));
  EXPECT_LE(store.requests() - requests, kRequestsMost);
  EXPECT_EQ(SixProducts(), before) << "a run that did not end takes none for deleted";
  EXPECT_TRUE(Came(ground_->IsUp()));

  store.beyond = Beyond::kNothing;
  store.ignores_page = false;
  EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS, true)));
  EXPECT_EQ(SixProducts(), before);
  EXPECT_TRUE(Came(platform_->Pause("web")));
}

constexpr const char* kList = "WooCommerce's list of products";
constexpr const char* kCache = "see that nothing caches its API";

INSTANTIATE_TEST_SUITE_P(
    Paging,
    PagingTable,
    testing::Values(Row{"OfALastPageThatComesAgainAndAgain",
                        [](PagedStore& store) { store.beyond = Beyond::kLastPageAgain; },
                        {kList, "page 5 of", "holds only records of the pages before", kCache}},
                    Row{"OfOnePageWhateverIsAskedFor",
                        [](PagedStore& store) { store.ignores_page = true; },
                        {kList, "page 3 of", "holds only records of the pages before", kCache}},
                    Row{"OfPagesWithoutAnEnd",
                        [](PagedStore& store) { store.beyond = Beyond::kMoreAndMore; },
                        {kList, "has 3 pages, but page 5 is full, too", kCache}}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

}  // namespace
}  // namespace storebridge::e2e
