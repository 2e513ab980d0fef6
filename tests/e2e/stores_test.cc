// Several stores and merchants on one server, and how stores are reached.
#include <algorithm>

#include "demo_fixture.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr const char* kSoap = "SF-SOAP-TAR";

class TwoStoresTest : public DemoFixture {
 protected:
  void StartBoth() {
    store_ = Must(StartDemoStore(folder_, "first"));
    other_ = Must(StartDemoStore(folder_, "second"));
    server_ = Must(StartServer(folder_, {store_.place, other_.place}));
    ASSERT_TRUE(store_.side && other_.side && server_.process);
    platform_ = std::make_unique<day::Platform>(server_.address, "demo");
    ASSERT_TRUE(Came(platform_->CreateMerchant("Demo")));
    ASSERT_TRUE(Came(platform_->Connect("web", *store_.side, Quiet())));
    ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  }

  DemoStore other_;
};

TEST_F(TwoStoresTest, OfOneMerchantShareTheStock) {
  StartBoth();
  ASSERT_TRUE(Came(platform_->Connect("outlet", *other_.side, Quiet())));
  ASSERT_TRUE(Came(platform_->Run("outlet", v1::FLOW_PRODUCTS)));
  EXPECT_EQ(Must(platform_->GetProduct(kMug)).listings_size(), 2);

  Stock(kMug, 10);
  ASSERT_TRUE(Came(WaitForShown(*other_.side, kMug, 10)));
  ASSERT_TRUE(Came(store_.side->Place({.lines = {{kMug, 3}}})));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  EXPECT_TRUE(Came(WaitForShown(*other_.side, kMug, 7)));
  EXPECT_EQ(Must(store_.side->Salable(kMug)), 7);
  EXPECT_EQ(Must(platform_->GetStock(kMug)).available(), 7);
}

TEST_F(TwoStoresTest, OfTwoMerchantsNeverSeeEachOther) {
  StartBoth();
  day::Platform others(server_.address, "other");
  ASSERT_TRUE(Came(others.CreateMerchant("Other")));
  ASSERT_TRUE(Came(others.Connect("web", *other_.side, Quiet())));
  ASSERT_TRUE(Came(others.Run("web", v1::FLOW_PRODUCTS)));

  Stock(kMug, 10);
  const std::int64_t untouched = Must(other_.side->ShownStock(kMug));
  const std::string bought = Buy(kMug).at(0);
  const std::string foreign = Must(other_.side->Place({.lines = {{kSoap, 1}}, .count = 2})).at(1);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  ASSERT_TRUE(Came(others.Run("web", v1::FLOW_ORDERS)));

  EXPECT_EQ(Must(platform_->ListOrders("")).size(), 1U);
  EXPECT_EQ(Must(others.ListOrders("")).size(), 2U);
  EXPECT_EQ(platform_->GetOrder(foreign).has_value(), foreign == bought);
  EXPECT_FALSE(Must(others.GetStock(kMug)).has_on_hand());
  EXPECT_EQ(Must(other_.side->ShownStock(kMug)), untouched);
  for (const v1::Order& order : Must(others.ListOrders(""))) {
    EXPECT_TRUE(order.name().starts_with("merchants/other/")) << order.name();
  }
}

TEST(ReachingTest, SignsWithOAuthOverPlainHttp) {
  const day::TempFolder folder;
  const DemoStore store = Must(StartDemoStore(folder, "store", {.auth = "oauth1"}));
  const Server server = Must(StartServer(folder, {store.place}));
  day::Platform platform(server.address, "demo");
  ASSERT_TRUE(Came(platform.CreateMerchant("Demo")));
  ASSERT_TRUE(Came(platform.Connect("web", *store.side)));

  const v1::CheckStoreResponse report = Must(platform.Check("web"));

  EXPECT_GT(report.checks_size(), 0);
  for (const v1::StoreCheck& check : report.checks()) {
    EXPECT_TRUE(check.ok()) << check.check() << ": " << check.message();
  }
  EXPECT_TRUE(Came(platform.Run("web", v1::FLOW_PRODUCTS)));
}

TEST(ReachingTest, UsesBasicOverTlsWithACertificateOfOurChoice) {
  const day::TempFolder folder;
  const DemoStore store =
      Must(StartDemoStore(folder, "store", {.flags = {"--tls"}, .auth = "basic"}));
  const Server server = Must(StartServer(folder, {store.place}, folder.File("store.pem")));
  day::Platform platform(server.address, "demo");
  ASSERT_TRUE(Came(platform.CreateMerchant("Demo")));
  ASSERT_TRUE(Came(platform.Connect("web", *store.side)));

  ASSERT_TRUE(Came(platform.Run("web", v1::FLOW_PRODUCTS)));

  EXPECT_EQ(Must(platform.GetProduct(kMug)).title(), Must(store.side->Product(kMug)).title);
}

TEST(ReachingTest, RefusesATlsStoreWhoseCertificateNobodyKnows) {
  const day::TempFolder folder;
  const DemoStore store =
      Must(StartDemoStore(folder, "store", {.flags = {"--tls"}, .auth = "basic"}));
  const Server server = Must(StartServer(folder, {store.place}));
  day::Platform platform(server.address, "demo");
  ASSERT_TRUE(Came(platform.CreateMerchant("Demo")));
  ASSERT_TRUE(Came(platform.Connect("web", *store.side)));

  const Result<v1::CheckStoreResponse> report = platform.Check("web");

  const bool is_fine =
      report && std::all_of(report->checks().begin(),
                            report->checks().end(),
                            [](const v1::StoreCheck& check) { return check.ok(); });
  EXPECT_FALSE(is_fine);
}

}  // namespace
}  // namespace storebridge::e2e
