// Canaries: texts planted as a store's key, secret and token and as a customer's name, address and
// mail address go through a whole day and through what can go wrong in one. They must not be found
// in logs, in errors and in recordings, and credentials not in the database.
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <sys/resource.h>

#include "canaries.h"
#include "day_kit/call.h"
#include "day_kit/http.h"
#include "day_kit/json_text.h"
#include "demo_fixture.h"
#include "storebridge/v1/order_service.grpc.pb.h"
#include "storebridge/v1/store_service.grpc.pb.h"
#include "storebridge/v1/sync_service.grpc.pb.h"
#include "unit/api/calls.h"
#include "unit/egress/test_server.h"

namespace storebridge::e2e {
namespace {

namespace json = boost::json;

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr const char* kSoap = "SF-SOAP-TAR";

const Canary kKey{"the key", "ck_canary5e1f7a2b9c4d3e8f60718293a4b5c6d7e8"};
const Canary kSecret{"the secret", "cs_canary8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1"};
const Canary kToken{"the token", "tok_canary41d2c3b4a5968778695a4b3c2d1e0f"};
const std::vector<Canary> kCredentials{kKey, kSecret, kToken};

const Canary kFirstName{"a first name", "Qvanaarje"};
const Canary kLastName{"a last name", "Zebrafinkenlund"};
const Canary kMail{"a mail address", "qv.zebrafinkenlund@canary-mail.example"};
const Canary kStreet{"a street", "Kanarievogelstrasse"};

std::vector<Canary> All() {
  std::vector<Canary> all = kCredentials;
  all.insert(all.end(), {kFirstName, kLastName, kMail, kStreet});
  return all;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What was said of something, by where.
class Sayings {
 public:
  void Add(const std::string& where, const std::string& text) { texts_[where] += text + "\n"; }
  template <typename T>
  void AddError(const std::string& where, const Result<T>& result) {
    if (!result) {
      ++errors_;
      Add(where, result.error().message);
      for (const auto& [name, value] : result.error().facts) {
        Add(where, value);
      }
    }
  }

  [[nodiscard]] int errors() const { return errors_; }

  void ExpectNone(const std::vector<Canary>& canaries) const {
    for (const auto& [where, text] : texts_) {
      for (const Canary& canary : canaries) {
        const std::optional<std::string> found = FindCanary(text, canary);
        EXPECT_FALSE(found) << where << " has " << *found;
      }
    }
  }

 private:
  std::map<std::string, std::string> texts_;
  int errors_ = 0;
};

// One store of the day, and how it is reached.
struct Shop {
  std::string name;
  DemoStore store = {};
  std::string ca_file = {};
  std::unique_ptr<day::Platform> platform = nullptr;
};

class CanaryTest : public ::testing::Test {
 protected:
  void StartShop(Shop& shop, const std::string& auth);
  void StartAll();
  // A store of Vendure's kind that repeats the whole request, token and all.
  void ConnectEcho();

  // Orders of the canary customer: good ones, and one whose address is wrong.
  void BuyGood(Shop& shop, int count);
  void BuyBad(Shop& shop);
  void Post(Shop& shop, const std::string& path, const json::object& body);

  void LiveADay(Shop& shop);
  // Everything that the API says while the store misbehaves like that.
  void Suffer(Shop& shop, json::object rule);
  void AskForNonsense(Shop& shop);
  void Gather(Shop& shop);
  void Record(Shop& shop, const std::string& operation);
  // Replays what was recorded of real customers, who are pseudonyms in it.
  void ExpectSame(const std::string& operation, const std::string& recording);

  day::TempFolder folder_;
  Shop plain_{.name = "plain"};
  Shop tls_{.name = "tls"};
  std::unique_ptr<egress::TestServer> echo_;
  Server server_;
  Sayings said_;
};

void CanaryTest::StartShop(Shop& shop, const std::string& auth) {
  DemoStoreOptions options{
      .flags = {"--consumer-key", kKey.text, "--consumer-secret", kSecret.text}, .auth = auth};
  if (auth == "basic") {
    options.flags.emplace_back("--tls");
    shop.ca_file = folder_.File(shop.name + ".pem");
  }
  shop.store = Must(StartDemoStore(folder_, shop.name, options));
  shop.store.side = std::make_unique<day::DemoSide>(day::DemoAccess{.url = shop.store.url,
                                                                    .auth = auth,
                                                                    .consumer_key = kKey.text,
                                                                    .consumer_secret = kSecret.text,
                                                                    .ca_file = shop.ca_file});
}

void CanaryTest::StartAll() {
  StartShop(plain_, "oauth1");
  StartShop(tls_, "basic");
  ASSERT_FALSE(HasFailure());
  server_ = Must(StartServer(folder_,
                             ServerOptions{.places = {"127.0.0.1/32"},
                                           .ca_file = tls_.ca_file,
                                           .connectors = E2E_HASTY_CONNECTORS,
                                           .log_level = "debug"}));
  ASSERT_TRUE(server_.process);
  v1::StoreSettings settings;
  settings.mutable_orders_from()->set_seconds(1);
  for (Shop* shop : {&plain_, &tls_}) {
    shop->platform = std::make_unique<day::Platform>(server_.address, shop->name);
    ASSERT_TRUE(Came(shop->platform->CreateMerchant(shop->name)));
    ASSERT_TRUE(Came(shop->platform->Connect("web", *shop->store.side, settings)));
    ASSERT_TRUE(Came(shop->platform->Check("web")));
    ASSERT_TRUE(Came(shop->platform->Run("web", v1::FLOW_PRODUCTS)));
    ASSERT_TRUE(Came(shop->platform->SetStock(kMug, 100)));
    ASSERT_TRUE(Came(shop->platform->SetStock(kSoap, 100)));
    ASSERT_TRUE(Came(shop->platform->Run("web", v1::FLOW_STOCK)));
  }
}

void CanaryTest::ConnectEcho() {
  echo_ = std::make_unique<egress::TestServer>([](egress::ServerConnection& connection) {
    for (std::string request = connection.ReadRequest(); !request.empty();
         request = connection.ReadRequest()) {
      const json::object error{{"message", "you said: " + request}};
      connection.Write(egress::HttpText(
          200, json::serialize(json::object({{"errors", json::array({error})}, {"data", {}}}))));
    }
  });
  v1::CreateStoreRequest request;
  request.set_parent(plain_.platform->parent());
  request.set_store_id("echo");
  request.mutable_store()->set_connector("connectors/vendure");
  request.mutable_store()->set_config_json(R"({"base_url":"http://)" + echo_->address() + R"("})");
  (*request.mutable_secrets())["api_key"] = kToken.text;
  v1::StoreService::Stub stores(plain_.platform->channel());
  ASSERT_TRUE(Came(day::Call<v1::Store>(stores, &v1::StoreService::Stub::CreateStore, request)));
  for (const v1::Flow flow : {v1::FLOW_PRODUCTS, v1::FLOW_ORDERS}) {
    said_.AddError("a run of the store that echoes", plain_.platform->Run("echo", flow));
  }
  said_.Add("the check of the store that echoes",
            Must(plain_.platform->Check("echo")).ShortDebugString());
  said_.Add("the store that echoes", Must(plain_.platform->GetStore("echo")).ShortDebugString());
}

void CanaryTest::Post(Shop& shop, const std::string& path, const json::object& body) {
  const Result<day::HttpAnswer> answer =
      day::CallHttp({.method = "POST",
                     .url = shop.store.url + path,
                     .headers = {"Content-Type: application/json"},
                     .body = json::serialize(body),
                     .ca_file = shop.ca_file});
  ASSERT_TRUE(Came(answer));
  ASSERT_EQ(answer->status, 201) << answer->body;
}

void CanaryTest::BuyGood(Shop& shop, int count) {
  Post(shop,
       "/demo/orders",
       {{"lines", json::array({json::object({{"sku", kMug}, {"quantity", 1}})})},
        {"count", count},
        {"address",
         {{"first_name", kFirstName.text},
          {"last_name", kLastName.text},
          {"address_1", kStreet.text + " 7"},
          {"email", kMail.text}}}});
}

void CanaryTest::BuyBad(Shop& shop) {
  Post(shop,
       "/demo/orders",
       {{"lines", json::array({json::object({{"sku", kSoap}, {"quantity", 1}})})},
        {"address",
         {{"first_name", kFirstName.text},
          {"last_name", kLastName.text},
          {"address_1", kStreet.text + " 7"},
          {"postcode", "nowhere"},
          {"email", kMail.text}}}});
}

void CanaryTest::LiveADay(Shop& shop) {
  day::Platform& platform = *shop.platform;
  BuyGood(shop, 4);
  BuyBad(shop);
  ASSERT_TRUE(Came(platform.Run("web", v1::FLOW_ORDERS)));
  const std::vector<v1::Order> fresh = Must(platform.ListOrders("state = NEW"));
  ASSERT_EQ(fresh.size(), 4U);
  ASSERT_EQ(Must(platform.ListOrders("state = DRAFT")).size(), 1U);
  day::Warehouse warehouse(platform, "posti", 50'000'000);
  EXPECT_TRUE(Came(warehouse.Send(fresh[0].order_number())));
  EXPECT_TRUE(Came(platform.Run("web", v1::FLOW_SHIPMENTS)));
  EXPECT_TRUE(Came(platform.Collect(fresh[1].order_number())));
  for (const char* method : {"HoldOrder", "ReleaseOrder", "CancelOrder"}) {
    const std::string reason = method == std::string("ReleaseOrder") ? "" : " reason: 'asked to'";
    const grpc::Status status =
        storebridge::testing::Call(platform.channel().get(),
                                   std::string("OrderService.") + method,
                                   "name: '" + fresh[2].name() + "'" + reason);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  // Refused: what was collected cannot be held, what was cancelled cannot be collected.
  said_.AddError("a refused collecting", platform.Collect(fresh[2].order_number()));
  said_.AddError("a refused shipment", warehouse.Send(fresh[2].order_number()));
  said_.AddError("a draft that is collected",
                 platform.Collect(Must(platform.ListOrders("state = DRAFT")).at(0).order_number()));
  ASSERT_TRUE(Came(platform.Run("web", v1::FLOW_ORDERS, true)));
}

void CanaryTest::Suffer(Shop& shop, json::object rule) {
  day::Platform& platform = *shop.platform;
  const std::string kind = json::serialize(rule);
  rule["times"] = -1;
  BuyGood(shop, 1);
  ASSERT_TRUE(Came(shop.store.side->Misbehave(rule)));
  for (const v1::Flow flow : {v1::FLOW_ORDERS, v1::FLOW_PRODUCTS}) {
    said_.AddError("a run with " + kind, platform.Run("web", flow, true));
  }
  if (const Result<v1::CheckStoreResponse> report = platform.Check("web"); report) {
    said_.Add("a check with " + kind, report->ShortDebugString());
  }
  Gather(shop);
  ASSERT_TRUE(Came(shop.store.side->Behave()));
  // Also when the credentials were refused too often.
  const grpc::Status resumed =
      storebridge::testing::Call(platform.channel().get(),
                                 "StoreService.ResumeStore",
                                 "name: '" + platform.StoreName("web") + "'");
  ASSERT_TRUE(resumed.ok()) << resumed.error_message();
  ASSERT_TRUE(Came(platform.Run("web", v1::FLOW_ORDERS)));
}

void CanaryTest::AskForNonsense(Shop& shop) {
  const std::string store = "parent: '" + shop.platform->parent() + "' store_id: 'other' ";
  const std::string woo = "connector: 'connectors/woocommerce' ";
  const std::string secret = "secrets {key: 'consumer_secret' value: '" + kSecret.text + "'} ";
  const std::string key = "secrets {key: 'consumer_key' value: '" + kKey.text + "'} ";
  const std::string good = R"(config_json: '{"base_url":"https://shop.example"}' )";
  const std::string too_long(70'000, 'x');
  const std::vector<std::string> requests = {
      store + "store {" + woo + good + "} " + key,
      store + "store {" + woo + good + "} " + secret,
      store + "store {" + woo + good + "} " + key + secret +
          "secrets {key: 'consumer_sekret' value: '" + kSecret.text + "'}",
      store + "store {" + woo + "config_json: '{\"base_url\":\"https://shop.example\"," +
          R"("consumer_secret":")" + kSecret.text + "\"}'} " + key,
      store + "store {" + woo + "config_json: '{\"base_url\":\"https://shop.example\"," +
          R"("consumer_sekret":")" + kSecret.text + "\"}'} " + key + secret,
      store + "store {" + woo + "config_json: '{\"base_url\":\"https://" + kKey.text + ":" +
          kSecret.text + "@shop.example\"}'} " + key + secret,
      store + "store {" + woo +
          "config_json: '{\"base_url\":\"https://shop.example/?consumer_key=" + kKey.text +
          "&consumer_secret=" + kSecret.text + "\"}'} " + key + secret,
      store + "store {" + woo + "config_json: '{consumer_secret: " + kSecret.text + "'} " + key,
      store + "store {" + woo + good + "} " + key + "secrets {key: 'consumer_secret' value: '" +
          kSecret.text + too_long + "'}",
      store + "store {connector: 'connectors/none' " + good + "} " + key + secret,
  };
  for (const std::string& request : requests) {
    const grpc::Status status = storebridge::testing::Call(
        shop.platform->channel().get(), "StoreService.CreateStore", request);
    EXPECT_FALSE(status.ok()) << "the call was to be refused";
    EXPECT_NE(status.error_code(), grpc::StatusCode::UNKNOWN) << status.error_message();
    said_.Add("a refused CreateStore", status.error_message() + status.error_details());
  }
}

void CanaryTest::Gather(Shop& shop) {
  day::Platform& platform = *shop.platform;
  v1::ListSyncRunsRequest list;
  list.set_parent(platform.StoreName("web"));
  list.set_page_size(500);
  v1::SyncService::Stub syncs(platform.channel());
  said_.Add(
      "sync runs",
      Must(day::Call<v1::ListSyncRunsResponse>(syncs, &v1::SyncService::Stub::ListSyncRuns, list))
          .ShortDebugString());
  said_.Add("a store", Must(platform.GetStore("web")).ShortDebugString());
  for (const v1::Issue& issue : Must(platform.ListIssues())) {
    said_.Add("an issue", issue.ShortDebugString());
  }
  for (const v1::Order& order : Must(platform.ListOrders(""))) {
    for (const v1::OrderProblem& problem : order.problems()) {
      said_.Add("a problem of an order", problem.ShortDebugString());
    }
    for (const v1::Shipment& shipment : order.shipments()) {
      said_.Add("what the store was told", shipment.store_report().ShortDebugString());
    }
  }
}

void CanaryTest::Record(Shop& shop, const std::string& operation) {
  const std::string config = folder_.File("run.json");
  std::ofstream(config) << json::serialize(json::object(
      {{"config", {{"base_url", shop.store.url}, {"auth", "oauth1"}}},
       {"secrets", {{"consumer_key", kKey.text}, {"consumer_secret", kSecret.text}}}}));
  const std::string recording = folder_.File(operation + ".recording");

  const day::CommandResult run =
      Must(day::RunCommand({E2E_RUN,
                            std::string(E2E_CONNECTORS) + "/woocommerce.so",
                            "--operation",
                            operation,
                            "--config",
                            config,
                            "--full",
                            "--allow-private",
                            "--record",
                            recording},
                           "",
                           kStartMost));

  EXPECT_EQ(run.exit_code, 0) << run.errors;
  const std::string bytes = ReadAll(recording);
  EXPECT_GT(bytes.size(), 1'000U);
  said_.Add("the recording of " + operation, bytes);
  said_.Add("what storebridge-run says of " + operation, run.errors);
  // What a person runs it for: the records.
  EXPECT_EQ(FindCanary(run.output, kLastName).has_value(), operation == "orders.pull");
  for (const Canary& canary : kCredentials) {
    EXPECT_FALSE(FindCanary(run.output, canary));
  }
  ExpectSame(operation, recording);
}

void CanaryTest::ExpectSame(const std::string& operation, const std::string& recording) {
  const day::CommandResult replay = Must(day::RunCommand(
      {E2E_RUN, std::string(E2E_CONNECTORS) + "/woocommerce.so", "--replay", recording},
      "",
      kStartMost));
  EXPECT_EQ(replay.exit_code, 0) << replay.output << replay.errors;
  EXPECT_NE(replay.output.find("the same, byte for byte"), std::string::npos) << replay.output;
  said_.Add("the replay of " + operation, replay.output + replay.errors);
}

TEST_F(CanaryTest, AreFoundNowhereButWhereTheyBelong) {
  StartAll();
  ASSERT_FALSE(HasFailure());
  ConnectEcho();
  const std::vector<json::object> troubles = {
      {{"kind", "401"}},
      {{"kind", "echo"}, {"status", 401}},
      {{"kind", "echo"}, {"status", 404}},
      {{"kind", "echo"}, {"status", 409}},
      {{"kind", "echo"}, {"status", 500}},
      {{"kind", "echo"}, {"status", 200}},
      {{"kind", "truncated"}},
      {{"kind", "truncated"}, {"status", 400}},
      {{"kind", "truncated"}, {"status", 403}},
      {{"kind", "truncated"}, {"status", 500}},
      {{"kind", "html"}},
  };
  for (Shop* shop : {&plain_, &tls_}) {
    LiveADay(*shop);
    ASSERT_FALSE(HasFailure()) << shop->name;
    for (const json::object& trouble : troubles) {
      Suffer(*shop, trouble);
    }
    AskForNonsense(*shop);
    Gather(*shop);
  }
  Record(plain_, "orders.pull");
  Record(plain_, "products.pull");
  const std::string live = ReadAll(folder_.File("data/storebridge.db-wal"));
  server_.process->Stop();
  const std::string log = server_.process->Output();
  const std::string database = ReadAll(folder_.File("data/storebridge.db")) + live;

  EXPECT_GT(said_.errors(), 20);
  said_.Add("the log", log);
  said_.ExpectNone(All());
  for (const Canary& canary : kCredentials) {
    const std::optional<std::string> found = FindCanary(database, canary);
    EXPECT_FALSE(found) << "the database has " << *found;
  }

  // The search finds what is there: customers in the database, and a line that was planted.
  EXPECT_NE(log.find("sync run failed"), std::string::npos) << "nothing went wrong";
  for (const Canary& canary : {kFirstName, kLastName, kMail, kStreet}) {
    EXPECT_TRUE(FindCanary(database, canary)) << canary.name;
  }
  for (const Canary& canary : All()) {
    for (const std::string& look : LooksOf("of " + canary.text + " and more")) {
      EXPECT_TRUE(FindCanary(log + "planted: " + look + "\n" + log, canary)) << look;
    }
  }
}

TEST_F(CanaryTest, AreWhereTheyBelong) {
  StartAll();
  ASSERT_FALSE(HasFailure());
  BuyGood(plain_, 1);
  ASSERT_TRUE(Came(plain_.platform->Run("web", v1::FLOW_ORDERS)));

  const std::vector<v1::Order> orders = Must(plain_.platform->ListOrders(""));

  ASSERT_EQ(orders.size(), 1U);
  const std::string order =
      Must(plain_.platform->GetOrder(orders[0].order_number())).ShortDebugString();
  for (const Canary& canary : {kFirstName, kLastName, kMail, kStreet}) {
    EXPECT_TRUE(FindCanary(order, canary)) << canary.name;
  }
  // The echo of the demo store does repeat the key that it was given.
  // However often: the platform may ask for something in between.
  ASSERT_TRUE(Came(plain_.store.side->Misbehave({{"kind", "echo"}, {"times", -1}})));
  const day::HttpAnswer echo =
      Must(day::CallHttp({.url = plain_.store.url + "/wp-json/wc/v3/orders",
                          .credentials = kKey.text + ":" + kSecret.text}));
  EXPECT_TRUE(FindCanary(echo.body, kKey)) << echo.body;
  EXPECT_TRUE(FindCanary(echo.body, kSecret)) << echo.body;
}

TEST_F(CanaryTest, AreInNoCoreFile) {
  StartAll();
  ASSERT_FALSE(HasFailure());

  rlimit limit{.rlim_cur = 1, .rlim_max = 1};
  ASSERT_EQ(prlimit(server_.process->pid(), RLIMIT_CORE, nullptr, &limit), 0);

  EXPECT_EQ(limit.rlim_cur, 0U);
  EXPECT_EQ(limit.rlim_max, 0U);
}

}  // namespace
}  // namespace storebridge::e2e
