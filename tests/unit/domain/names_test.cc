#include "domain/names.h"

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

TEST(NamesTest, ReadsWhatItWrites) {
  const StoreKey store{.merchant = "demo", .store = "web"};

  EXPECT_EQ(ParseStoreName(StoreName(store)).value(), store);
  EXPECT_EQ(ParseMerchantName(MerchantName("demo")).value(), "demo");
  EXPECT_EQ(ParseOrderName(OrderName("demo", "0000000000001")).value().id, "0000000000001");
  EXPECT_EQ(ParseProductName(ProductName("demo", "p1")).value().merchant, "demo");
  EXPECT_EQ(ParseShipmentName(ShipmentName("demo", "s1")).value().id, "s1");
  EXPECT_EQ(ParseIssueName(IssueName("demo", "i1")).value().id, "i1");
  EXPECT_EQ(ParseSyncRunName(SyncRunName(store, "r1")).value().run, "r1");
  EXPECT_EQ(ParseConnectorName(ConnectorName("woocommerce")).value(), "woocommerce");
}

TEST(NamesTest, SaysWhichFormItExpected) {
  for (const char* name : {"",
                           "merchants/demo",
                           "merchants//stores/web",
                           "merchants/demo/stores/web/x",
                           "merchants/demo/orders/web",
                           "merchants/DEMO/stores/web",
                           "/merchants/demo/stores/web"}) {
    const Result<StoreKey> parsed = ParseStoreName(name);
    ASSERT_FALSE(parsed) << name;
    EXPECT_NE(parsed.error().message.find("merchants/{merchant}/stores/{store}"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace storebridge::domain
