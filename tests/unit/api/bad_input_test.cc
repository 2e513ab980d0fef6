#include <map>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "api_fixture.h"
#include "calls.h"
#include "storebridge/v1/change_service.pb.h"
#include "storebridge/v1/connector_service.pb.h"
#include "storebridge/v1/issue_service.pb.h"
#include "storebridge/v1/order_service.pb.h"
#include "storebridge/v1/product_service.pb.h"
#include "storebridge/v1/stock_service.pb.h"
#include "storebridge/v1/sync_service.pb.h"

namespace storebridge::api {
namespace {

using testing::Call;
using testing::InfoOf;

// A request that is refused, and what the caller is told.
struct Row {
  const char* method;
  const char* request;
  grpc::StatusCode code;
  const char* words;

  friend std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.method << " {" << row.request << "}";
  }
};

class BadInputTest : public testing::ApiFixture {
 protected:
  void SetUp() override {
    ApiFixture::SetUp();
    CreateMerchant("demo");
    CreateStore({.merchant = "demo", .store = "web"});
    CreateProduct({.merchant = "demo", .store = "web"}, "MUG-1");
  }

  void Expect(const Row& row) {
    const grpc::Status status = Call(channel_.get(), row.method, row.request);

    EXPECT_EQ(status.error_code(), row.code) << row << ": " << status.error_message();
    EXPECT_NE(status.error_message().find(row.words), std::string::npos)
        << row << ": " << status.error_message();
    EXPECT_FALSE(InfoOf(status).reason().empty()) << row;
    EXPECT_EQ(InfoOf(status).domain(), "storebridge") << row;
  }
};

TEST_F(BadInputTest, RefusesRequestsWithMissingFields) {
  const grpc::StatusCode invalid = grpc::StatusCode::INVALID_ARGUMENT;
  const Row rows[] = {
      {"MerchantService.CreateMerchant", "", invalid, "merchant_id is missing"},
      {"MerchantService.UpdateMerchant",
       "merchant {name: 'merchants/demo'}",
       invalid,
       "merchant.display_name is missing"},
      {"StoreService.CreateStore", "parent: 'merchants/demo'", invalid, "store_id is missing"},
      {"ProductService.GetProduct", "name: 'merchants/demo'", invalid, "product_code is missing"},
      {"StockService.SetStock",
       "name: 'merchants/demo' product_code: 'MUG-1' reason: 'counted'",
       invalid,
       "on_hand is missing"},
      {"StockService.SetStock",
       "name: 'merchants/demo' product_code: 'MUG-1' on_hand: 1",
       invalid,
       "reason is missing"},
      {"StockService.BatchSetStock", "parent: 'merchants/demo'", invalid, "requests is missing"},
      {"StockService.AdjustStock",
       "name: 'merchants/demo' product_code: 'MUG-1' reason: 'broken'",
       invalid,
       "delta is missing"},
      {"OrderService.GetOrder", "name: 'merchants/demo'", invalid, "order_number is missing"},
      {"OrderService.CancelOrder",
       "name: 'merchants/demo' order_number: '7'",
       invalid,
       "reason is missing"},
      {"OrderService.HoldOrder",
       "name: 'merchants/demo' order_number: '7'",
       invalid,
       "reason is missing"},
      {"OrderService.PutBackOrder",
       "name: 'merchants/demo' order_number: '7'",
       invalid,
       "reason is missing"},
      {"SyncService.StartSyncRun", "parent: 'merchants/demo/stores/web'", invalid, "flow"},
  };
  for (const Row& row : rows) {
    Expect(row);
  }
}

TEST_F(BadInputTest, RefusesNamesOfAnotherForm) {
  const grpc::StatusCode invalid = grpc::StatusCode::INVALID_ARGUMENT;
  const Row rows[] = {
      {"MerchantService.GetMerchant", "name: 'demo'", invalid, "merchants/{merchant}"},
      {"StoreService.GetStore", "name: 'merchants/demo'", invalid, "stores/{store}"},
      {"StoreService.ListStores", "parent: 'merchants/a/b'", invalid, "merchants/{merchant}"},
      {"StoreService.PreviewStore", "name: 'merchants/demo'", invalid, "stores/{store}"},
      {"StoreService.PreviewStore",
       "name: 'merchants/demo/stores/web' settings {orders_from {seconds: -1}}",
       invalid,
       "settings.orders_from"},
      {"StoreService.CreateStore", "parent: 'merchants/-'", invalid, "merchants/{merchant}"},
      {"ConnectorService.GetConnector", "name: 'demo'", invalid, "connectors/{connector}"},
      {"ConnectorService.ReloadConnector", "name: 'demo'", invalid, "connectors/{connector}"},
      {"ProductService.UpdateProduct", "product {name: 'x'}", invalid, "products/{product}"},
      {"IssueService.GetIssue", "name: 'merchants/demo'", invalid, "issues/{issue}"},
      {"IssueService.RetryIssue", "name: 'merchants/demo'", invalid, "issues/{issue}"},
      {"SyncService.GetSyncRun", "name: 'merchants/demo/stores/web'", invalid, "syncRuns/{run}"},
      {"ChangeService.ListChanges", "parent: 'merchants/-'", invalid, "merchants/{merchant}"},
      {"StockService.ListStockEntries", "name: 'merchants/-'", invalid, "merchants/{merchant}"},
      {"StockService.BatchSetStock", "parent: 'merchants/-'", invalid, "merchants/{merchant}"},
      {"OrderService.GetOrder", "name: 'merchants/demo/products/1'", invalid, "orders/{order}"},
  };
  for (const Row& row : rows) {
    Expect(row);
  }
}

TEST_F(BadInputTest, SaysWhatDoesNotExist) {
  const grpc::StatusCode missing = grpc::StatusCode::NOT_FOUND;
  const Row rows[] = {
      {"MerchantService.GetMerchant", "name: 'merchants/none'", missing, "none"},
      {"MerchantService.DeleteMerchant", "name: 'merchants/none'", missing, "none"},
      {"StoreService.GetStore", "name: 'merchants/demo/stores/none'", missing, "none"},
      {"StoreService.ListStores", "parent: 'merchants/none'", missing, "none"},
      {"StoreService.PauseStore", "name: 'merchants/demo/stores/none'", missing, "none"},
      {"StoreService.ResumeStore", "name: 'merchants/demo/stores/none'", missing, "none"},
      {"StoreService.DeleteStore", "name: 'merchants/demo/stores/none'", missing, "none"},
      {"StoreService.CheckStore", "name: 'merchants/demo/stores/none'", missing, "none"},
      {"StoreService.PreviewStore", "name: 'merchants/demo/stores/none'", missing, "none"},
      {"StoreService.UpdateStore", "store {name: 'merchants/demo/stores/none'}", missing, "none"},
      {"ConnectorService.GetConnector", "name: 'connectors/none'", missing, "none"},
      {"ConnectorService.ReloadConnector", "name: 'connectors/none'", missing, "none"},
      {"ProductService.GetProduct", "name: 'merchants/demo' product_code: 'NONE'", missing, "NONE"},
      {"ProductService.GetProduct",
       "name: 'merchants/demo/products/0000000000000'",
       missing,
       "0000000000000"},
      {"ProductService.UpdateProduct",
       "product {name: 'merchants/demo/products/0000000000000'}",
       missing,
       "0000000000000"},
      {"ProductService.ListProducts", "parent: 'merchants/none'", missing, "none"},
      {"StockService.GetStock", "name: 'merchants/demo' product_code: 'NONE'", missing, "NONE"},
      {"StockService.ExplainStock", "name: 'merchants/demo' product_code: 'NONE'", missing, "NONE"},
      {"StockService.ListStockEntries",
       "name: 'merchants/demo' product_code: 'NONE'",
       missing,
       "NONE"},
      {"StockService.ListStockEntries",
       "name: 'merchants/demo/products/0000000000000'",
       missing,
       "0000000000000"},
      {"OrderService.ExplainOrder", "name: 'merchants/none' order_number: '1'", missing, "none"},
      {"StockService.ListStock", "parent: 'merchants/none'", missing, "none"},
      {"StockService.SetStock",
       "name: 'merchants/demo' product_code: 'NONE' on_hand: 1 reason: 'counted'",
       missing,
       "NONE"},
      {"StockService.BatchSetStock",
       "parent: 'merchants/none' requests {product_code: 'MUG-1' on_hand: 1 reason: 'counted'}",
       missing,
       "none"},
      {"StockService.AdjustStock",
       "name: 'merchants/demo' product_code: 'NONE' delta: 1 reason: 'received'",
       missing,
       "NONE"},
      {"OrderService.GetOrder", "name: 'merchants/demo' order_number: '7'", missing, "'7'"},
      {"OrderService.GetOrder", "name: 'merchants/none' order_number: '7'", missing, "none"},
      {"OrderService.CollectOrder", "name: 'merchants/demo' order_number: '7'", missing, "7"},
      {"OrderService.ShipOrder", "name: 'merchants/demo' order_number: '7'", missing, "7"},
      {"OrderService.ReleaseOrder", "name: 'merchants/demo' order_number: '7'", missing, "7"},
      {"OrderService.ListOrders", "parent: 'merchants/none'", missing, "none"},
      {"IssueService.ListIssues", "parent: 'merchants/none'", missing, "none"},
      {"IssueService.GetIssue",
       "name: 'merchants/demo/issues/0000000000000'",
       missing,
       "0000000000000"},
      {"IssueService.RetryIssue",
       "name: 'merchants/demo/issues/0000000000000'",
       missing,
       "0000000000000"},
      {"SyncService.StartSyncRun",
       "parent: 'merchants/demo/stores/none' flow: FLOW_ORDERS",
       missing,
       "none"},
      {"SyncService.ListSyncRuns", "parent: 'merchants/demo/stores/none'", missing, "none"},
      {"SyncService.GetSyncRun",
       "name: 'merchants/demo/stores/web/syncRuns/0000000000000'",
       missing,
       "0000000000000"},
      {"SyncService.CancelSyncRun",
       "name: 'merchants/demo/stores/web/syncRuns/0000000000000'",
       missing,
       "0000000000000"},
      {"ChangeService.ListChanges", "parent: 'merchants/none'", missing, "none"},
  };
  for (const Row& row : rows) {
    Expect(row);
  }
}

TEST_F(BadInputTest, RefusesBadPagesOfEveryList) {
  // What they are lists of, where it is not a merchant.
  const std::map<std::string, std::string> parents = {
      {"ListMerchants", ""},
      {"ListConnectors", ""},
      {"ListSyncRuns", "parent: 'merchants/demo/stores/web' "},
      {"ListStockEntries", "name: 'merchants/demo' product_code: 'MUG-1' "}};
  int lists = 0;
  for (const char* service :
       {"Merchant", "Store", "Product", "Stock", "Order", "Issue", "Sync", "Change"}) {
    const google::protobuf::ServiceDescriptor* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
            std::string("storebridge.v1.") + service + "Service");
    ASSERT_NE(descriptor, nullptr) << service;
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const std::string name = descriptor->method(i)->name();
      if (name.rfind("List", 0) != 0) {
        continue;
      }
      ++lists;
      const auto known = parents.find(name);
      const std::string parent =
          known == parents.end() ? "parent: 'merchants/demo' " : known->second;
      const std::string method = descriptor->name() + "." + name;
      const std::string negative = parent + "page_size: -1";
      const std::string token = parent + "page_token: 'abc'";
      Expect({method.c_str(),
              negative.c_str(),
              grpc::StatusCode::INVALID_ARGUMENT,
              "page_size is -1; leave it out for 50, or use 1 to 500"});
      Expect({method.c_str(),
              token.c_str(),
              grpc::StatusCode::INVALID_ARGUMENT,
              "page_token is not one that this server gave"});
    }
  }
  EXPECT_EQ(lists, 9);
}

TEST_F(BadInputTest, RefusesWhatIsOutOfBounds) {
  const grpc::StatusCode invalid = grpc::StatusCode::INVALID_ARGUMENT;
  const std::string long_id = "merchant_id: 'acme' request_id: '" + std::string(65, 'x') + "'";
  const std::string long_reason =
      "name: 'merchants/demo/stores/web' reason: '" + std::string(501, 'x') + "'";
  const Row rows[] = {
      {"MerchantService.CreateMerchant", long_id.c_str(), invalid, "request_id has 65 characters"},
      {"MerchantService.CreateMerchant", "merchant_id: 'Acme Ltd'", invalid, "'Acme Ltd'"},
      {"StoreService.PauseStore", long_reason.c_str(), invalid, "reason has 501 characters"},
      {"StockService.SetStock",
       "name: 'merchants/demo' product_code: 'MUG-1' on_hand: -1 reason: 'counted'",
       invalid,
       "-1"},
      {"StockService.SetStock",
       "name: 'merchants/demo' product_code: 'MUG-1' on_hand: 1000000001 reason: 'counted'",
       invalid,
       "1000000001"},
      {"OrderService.ListOrders",
       "parent: 'merchants/demo' filter: 'colour = RED'",
       invalid,
       "state, store and order_number"},
      {"OrderService.ListOrders",
       "parent: 'merchants/demo' filter: 'store = \"merchants/other/stores/web\"'",
       invalid,
       "set parent to 'merchants/other'"},
      {"OrderService.ListOrders",
       "parent: 'merchants/demo' filter: 'create_time >= 2026-12-01T00:00:00Z AND create_time < "
       "2026-11-01T00:00:00Z'",
       invalid,
       "no order can be between its times, '2026-12-01T00:00:00Z' and '2026-11-01T00:00:00Z'"},
      {"SyncService.StartSyncRun", "parent: 'merchants/demo/stores/web' flow: 99", invalid, "flow"},
  };
  for (const Row& row : rows) {
    Expect(row);
  }
}

TEST_F(BadInputTest, GivesEveryRefusalAReasonThatFitsTheForm) {
  const google::protobuf::DescriptorPool* pool = google::protobuf::DescriptorPool::generated_pool();
  int refused = 0;
  for (const char* service :
       {"Connector", "Merchant", "Store", "Product", "Stock", "Order", "Issue", "Sync", "Change"}) {
    const google::protobuf::ServiceDescriptor* descriptor =
        pool->FindServiceByName(std::string("storebridge.v1.") + service + "Service");
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const google::protobuf::MethodDescriptor* method = descriptor->method(i);
      if (method->server_streaming()) {
        continue;
      }
      const grpc::Status status =
          Call(channel_.get(), descriptor->name() + "." + method->name(), "");
      if (method->name() == "ListMerchants" || method->name() == "ListConnectors") {
        EXPECT_TRUE(status.ok()) << method->name();
        continue;
      }
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method->name();
      EXPECT_EQ(InfoOf(status).reason().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
                std::string::npos);
      EXPECT_GT(InfoOf(status).reason().size(), 2U) << method->name();
      ++refused;
    }
  }
  EXPECT_EQ(refused, 43);
}

}  // namespace
}  // namespace storebridge::api
