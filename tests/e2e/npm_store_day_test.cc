// The day of real stores that nobody here wrote.
#include <algorithm>
#include <ostream>
#include <set>
#include <string>

#include "npm_store_fixture.h"
#include "push_again.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kCoffee = "KAHVI-500";
constexpr const char* kMug = "MUKI-1";
constexpr std::chrono::milliseconds kDayMost{240'000};
constexpr int kPageSize = 100;
constexpr std::size_t kVariants = 205;
constexpr std::size_t kLongestDescription = 20'000;
constexpr std::int64_t kNanosPerMinor = 10'000'000;

// A kind of store, and its words for what became of an order.
struct Kind {
  const char* name = "";
  Result<NpmStore> (*start)(const day::TempFolder& folder, int page_size) = nullptr;
  const char* shipped = "";
  const char* partly_shipped = "";
};

constexpr Kind kVendure{.name = "vendure",
                        .start = StartVendure,
                        .shipped = "Shipped",
                        .partly_shipped = "PartiallyShipped"};
constexpr Kind kMedusa{.name = "medusa",
                       .start = StartMedusa,
                       .shipped = "shipped",
                       .partly_shipped = "partially_shipped"};

void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.name;
}

class NpmStoreDayTest : public NpmStoreFixture, public testing::WithParamInterface<Kind> {
 protected:
  void StartAll() { ConnectTo(Must(GetParam().start(folder_, kPageSize))); }
};

TEST_P(NpmStoreDayTest, TheWholeDayComesTrue) {
  store_ = Must(GetParam().start(folder_, kPageSize));
  ASSERT_TRUE(store_.side);
  server_ = Must(StartServer(folder_, {store_.place}));

  const auto day = Must(day::RunCommand({E2E_DEMO_DAY,
                                         "--server",
                                         server_.address,
                                         "--store",
                                         GetParam().name,
                                         "--ready-file",
                                         store_.ready_file,
                                         "--shop",
                                         ShopOf(GetParam().name),
                                         "--once"},
                                        "",
                                        kDayMost));

  EXPECT_EQ(day.exit_code, 0) << day.output << day.errors;
}

TEST_P(NpmStoreDayTest, EveryFieldOfEveryProductIsEqual) {
  StartAll();
  ASSERT_TRUE(
      Came(store_.side->EditProduct(kMug, {{"title", "Čáppa \"mokki\" – 茶碗 🦌"}})));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));

  const auto theirs = Must(store_.side->AllProducts());
  const auto ours = Must(platform_->ListProducts());

  EXPECT_EQ(theirs.size(), kVariants);
  EXPECT_EQ(ours.size(), theirs.size());
  std::size_t longest = 0;
  std::size_t empty = 0;
  for (const v1::Product& product : ours) {
    ASSERT_TRUE(theirs.contains(product.product_code())) << product.product_code();
    const day::StoreProduct& store = theirs.at(product.product_code());
    EXPECT_EQ(product.title(), store.title);
    EXPECT_EQ(product.ean(), store.ean) << store.code;
    EXPECT_EQ(product.description(), store.description) << store.code;
    EXPECT_EQ(product.price().currency_code(), store.currency) << store.code;
    EXPECT_EQ(product.price().units() * 100 + product.price().nanos() / kNanosPerMinor,
              store.price_minor)
        << store.code;
    longest = std::max(longest, product.description().size());
    empty += product.description().empty() ? 1U : 0U;
  }
  EXPECT_GE(longest, kLongestDescription);
  EXPECT_GE(empty, 1U);
  EXPECT_EQ(Must(platform_->GetProduct(kMug)).title(), "Čáppa \"mokki\" – 茶碗 🦌");
}

TEST_P(NpmStoreDayTest, ExactlyThePaidOrdersBecomeNew) {
  StartAll();
  Stock(kCoffee, 100);
  Stock(kMug, 100);
  std::set<std::string> paid;
  for (const day::Purchase& purchase :
       {day::Purchase{.lines = {{kCoffee, 1}}, .count = 8},
        day::Purchase{.lines = {{kCoffee, 2}, {kMug, 1}}, .count = 4}}) {
    const std::vector<std::string> numbers = Must(store_.side->Place(purchase));
    paid.insert(numbers.begin(), numbers.end());
  }
  const std::vector<std::string> authorized = Must(store_.side->Place(
      {.lines = {{kMug, 1}}, .payment = day::PaymentKind::kAuthorized, .count = 4}));
  ASSERT_TRUE(Came(store_.side->Place(
      {.lines = {{kMug, 1}}, .payment = day::PaymentKind::kUnpaid, .count = 4})));

  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  std::set<std::string> fresh;
  int with_two_lines = 0;
  for (const v1::Order& order : Must(platform_->ListOrders("state = NEW"))) {
    fresh.insert(order.order_number());
    with_two_lines += order.lines_size() == 2 ? 1 : 0;
  }
  EXPECT_EQ(fresh, paid);
  EXPECT_EQ(with_two_lines, 4);

  ASSERT_FALSE(authorized.empty());
  ASSERT_TRUE(Came(store_.side->Settle(authorized[0])));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  EXPECT_EQ(Must(platform_->GetOrder(authorized[0])).state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Must(platform_->ListOrders("state = NEW")).size(), paid.size() + 1);
}

TEST_P(NpmStoreDayTest, ShipmentsArriveOnceAndPartsAreParts) {
  StartAll();
  Stock(kCoffee, 20);
  Stock(kMug, 20);
  const std::string whole = Must(store_.side->Place({.lines = {{kCoffee, 1}}})).at(0);
  const std::string parts = Must(store_.side->Place({.lines = {{kCoffee, 2}, {kMug, 1}}})).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  const day::SentOrder sent = Must(warehouse_->Send(whole));
  ASSERT_TRUE(Came(platform_->Collect(parts)));
  const day::SentOrder part = Must(warehouse_->SendPart(parts, kCoffee, 2));
  ASSERT_TRUE(Came(WaitForState(whole, GetParam().shipped)));
  ASSERT_TRUE(Came(WaitForState(parts, GetParam().partly_shipped)));
  EXPECT_EQ(Must(store_.side->Order(whole)).tracking_codes, sent.tracking_codes);
  EXPECT_EQ(Must(store_.side->Order(parts)).tracking_codes, part.tracking_codes);
  EXPECT_EQ(Must(platform_->GetOrder(parts)).state(), v1::ORDER_STATE_COLLECTING);

  const day::SentOrder rest = Must(warehouse_->SendPart(parts, kMug, 1));
  ASSERT_TRUE(Came(WaitForState(parts, GetParam().shipped)));
  EXPECT_EQ(Must(platform_->GetOrder(parts)).state(), v1::ORDER_STATE_SHIPPED);

  const auto before = Must(store_.side->AllOrders());
  for (const v1::Flow flow :
       {v1::FLOW_SHIPMENTS, v1::FLOW_ORDERS, v1::FLOW_STOCK, v1::FLOW_SHIPMENTS}) {
    ASSERT_TRUE(Came(platform_->Run("web", flow, true)));
  }
  EXPECT_EQ(Must(store_.side->AllOrders()), before) << "nothing was due";
  for (const bool read_back_first : {true, false}) {
    for (const std::string& number : {whole, parts}) {
      EXPECT_TRUE(Came(PushAgain(folder_,
                                 *platform_,
                                 *store_.side,
                                 Must(platform_->GetOrder(number)),
                                 {.read_back_first = read_back_first})));
    }
    EXPECT_EQ(Must(store_.side->AllOrders()), before) << "after a repeated push";
  }
  EXPECT_EQ(rest.state, "ORDER_STATE_SHIPPED");
}

TEST_P(NpmStoreDayTest, TheLastTwoUnitsAreSoldCollectedAndShipped) {
  StartAll();
  Stock(kMug, 2);
  EXPECT_TRUE(Came(WaitForEqualStock(kMug, 2)));

  const std::string number = Must(store_.side->Place({.lines = {{kMug, 2}}})).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  EXPECT_TRUE(Came(WaitForEqualStock(kMug, 0))) << "sold";

  ASSERT_TRUE(Came(platform_->Collect(number)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_STOCK)));
  EXPECT_TRUE(Came(WaitForEqualStock(kMug, 0))) << "collected";

  ASSERT_TRUE(Came(platform_->Ship(number, {})));
  ASSERT_TRUE(Came(WaitForState(number, GetParam().shipped)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_STOCK, true)));
  EXPECT_TRUE(Came(WaitForEqualStock(kMug, 0))) << "shipped";
  EXPECT_EQ(Must(store_.side->ShownStock(kMug)), 0);

  Stock(kMug, 3);
  EXPECT_TRUE(Came(WaitForEqualStock(kMug, 3))) << "new goods";
}

INSTANTIATE_TEST_SUITE_P(Stores,
                         NpmStoreDayTest,
                         testing::Values(kVendure, kMedusa),
                         [](const auto& one) { return std::string(one.param.name); });

struct PageEdge {
  Kind kind = {};
  int page_size = 0;
};

void PrintTo(const PageEdge& edge, std::ostream* out) {
  *out << edge.kind.name << ", " << edge.page_size << " a page";
}

class NpmStorePageTest : public NpmStoreFixture, public testing::WithParamInterface<PageEdge> {};

TEST_P(NpmStorePageTest, NoneOfManyOrdersIsMissed) {
  const int page_size = GetParam().page_size;
  ConnectTo(Must(GetParam().kind.start(folder_, page_size)));
  Stock(kCoffee, 1'000);

  const int many = page_size + 3;
  std::vector<std::string> placed =
      Must(store_.side->Place({.lines = {{kCoffee, 1}}, .count = many}));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  const std::vector<std::string> later =
      Must(store_.side->Place({.lines = {{kCoffee, 1}}, .count = 3}));
  placed.insert(placed.end(), later.begin(), later.end());
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  std::set<std::string> fresh;
  for (const v1::Order& order : Must(platform_->ListOrders("state = NEW"))) {
    fresh.insert(order.order_number());
  }
  EXPECT_EQ(fresh, std::set<std::string>(placed.begin(), placed.end()));
}

// Medusa takes more than half a second for an order, and as long for eight at once.
INSTANTIATE_TEST_SUITE_P(PageSizes,
                         NpmStorePageTest,
                         testing::Values(PageEdge{.kind = kVendure, .page_size = 2},
                                         PageEdge{.kind = kVendure, .page_size = 100},
                                         PageEdge{.kind = kMedusa, .page_size = 2},
                                         PageEdge{.kind = kMedusa, .page_size = 20}),
                         [](const auto& one) {
                           return std::string(one.param.kind.name) + "_" +
                                  std::to_string(one.param.page_size);
                         });

}  // namespace
}  // namespace storebridge::e2e
