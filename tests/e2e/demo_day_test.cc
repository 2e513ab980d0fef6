// The demo store's day, asked from the store's side.
#include <filesystem>

#include "day_kit/call.h"
#include "demo_fixture.h"
#include "storebridge/v1/connector_service.grpc.pb.h"
#include "support/landlock.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kMug = "SF-MUG-BIRCH";
constexpr const char* kSoap = "SF-SOAP-TAR";
constexpr std::chrono::milliseconds kDayMost{240'000};

day::CommandResult RunDay(const Server& server, const DemoStore& store) {
  return Must(day::RunCommand({E2E_DEMO_DAY,
                               "--server",
                               server.address,
                               "--store",
                               "demo",
                               "--store-url",
                               store.url,
                               "--once"},
                              "",
                              kDayMost));
}

TEST(DemoDayTest, TheWholeDayComesTrue) {
  const day::TempFolder folder;
  const DemoStore store = Must(StartDemoStore(folder, "store"));
  const Server server = Must(StartServer(folder, {store.place}));

  const day::CommandResult day = RunDay(server, store);

  EXPECT_EQ(day.exit_code, 0) << day.output << day.errors;
  EXPECT_NE(day.output.find("The day came true"), std::string::npos) << day.output;
}

TEST(DemoDayTest, TheWholeDayComesTrueWithTheConnectorInItsSandbox) {
  if (!testing::HasLandlock()) {
    GTEST_SKIP() << "not run: this kernel has no Landlock";
  }
  const day::TempFolder folder;
  const DemoStore store = Must(StartDemoStore(folder, "store"));
  const Server server =
      Must(StartServer(folder, {.places = {store.place}, .is_all_in_sandbox = true}));

  const day::CommandResult day = RunDay(server, store);

  EXPECT_EQ(day.exit_code, 0) << day.output << day.errors;
  EXPECT_NE(day.output.find("The day came true"), std::string::npos) << day.output;
  const std::string said = server.process->Output();
  EXPECT_NE(said.find("hosting=sandbox"), std::string::npos) << said;
  EXPECT_EQ(said.find("hosting=\"in process\""), std::string::npos) << said;
}

TEST(DemoDayTest, AConnectorIsInstalledWhileTheServerRuns) {
  if (!testing::HasLandlock()) {
    GTEST_SKIP() << "not run: this kernel has no Landlock";
  }
  const day::TempFolder folder;
  std::filesystem::create_directory(folder.File("connectors"));
  const DemoStore store = Must(StartDemoStore(folder, "store"));
  const Server server = Must(StartServer(folder,
                                         {.places = {store.place},
                                          .connectors = folder.File("connectors"),
                                          .is_all_in_sandbox = true}));
  day::Platform platform(server.address, "demo");
  ASSERT_TRUE(Came(platform.WaitForServer()));
  ASSERT_TRUE(Came(platform.CreateMerchant("Demo")));
  EXPECT_FALSE(platform.Connect("web", *store.side, {}).has_value());
  std::filesystem::copy_file(std::string(E2E_CONNECTORS) + "/woocommerce.so",
                             folder.File("connectors/woocommerce.so"));

  v1::ConnectorService::Stub connectors(platform.channel());
  v1::ReloadConnectorRequest reload;
  reload.set_name("connectors/woocommerce");
  const v1::Connector loaded = Must(
      day::Call<v1::Connector>(connectors, &v1::ConnectorService::Stub::ReloadConnector, reload));

  EXPECT_EQ(loaded.hosting(), v1::Connector::HOSTING_SANDBOX);
  EXPECT_TRUE(Came(platform.Connect("web", *store.side, {})));
  EXPECT_TRUE(Came(platform.Check("web")));
}

TEST(DemoDayTest, SaysWhichStepDidNotComeTrue) {
  const day::TempFolder folder;
  const DemoStore store = Must(StartDemoStore(folder, "store"));
  const Server server = Must(StartServer(folder, {"127.0.0.1:9"}));

  const day::CommandResult day = RunDay(server, store);

  EXPECT_EQ(day.exit_code, 1);
  EXPECT_NE(day.errors.find("step 1, the store is connected and checked"), std::string::npos)
      << day.errors;
}

class SimulatorTest : public DemoFixture {};

TEST_F(SimulatorTest, CollectsAndShipsWhatIsNew) {
  StartAll();
  Stock(kMug, 10);
  const std::vector<std::string> numbers = Buy(kMug, 2);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  const auto run = Must(day::RunCommand(
      {E2E_SIMULATOR, "--server", server_.address, "--merchant", "demo", "--once"}, "", kDayMost));

  EXPECT_EQ(run.exit_code, 0) << run.errors;
  for (const std::string& number : numbers) {
    EXPECT_NE(run.output.find(number), std::string::npos) << run.output;
    EXPECT_TRUE(Came(WaitForShipped(number)));
  }
}

TEST_F(SimulatorTest, ShipsWhatComesWhileItWatches) {
  StartAll();
  Stock(kMug, 10);
  const auto simulator = Must(day::Process::Start(
      {.arguments = {E2E_SIMULATOR, "--server", server_.address, "--merchant", "demo"},
       .output_file = folder_.File("simulator.log")}));

  const std::vector<std::string> numbers = Buy(kMug, 3);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  for (const std::string& number : numbers) {
    EXPECT_TRUE(Came(WaitForShipped(number)));
  }
  EXPECT_EQ(simulator->Stop(), 0) << simulator->Output();
}

class ConnectingTest : public DemoFixture {};

TEST_F(ConnectingTest, NeverShipsThePast) {
  store_ = Must(StartDemoStore(folder_, "store"));
  ASSERT_TRUE(Came(store_.side->PlacePastOrders(50, "2025-11-01T10:00:00")));
  server_ = Must(StartServer(folder_, {store_.place}));
  platform_ = std::make_unique<day::Platform>(server_.address, "demo");
  ASSERT_TRUE(Came(platform_->CreateMerchant("Demo")));
  ASSERT_TRUE(Came(platform_->Connect("web", *store_.side)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));

  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS, true)));

  EXPECT_EQ(Must(platform_->ListOrders("state = NEW")).size(), 0U);
  EXPECT_EQ(Must(platform_->ListOrders("state = PENDING")).size(), 0U);
  EXPECT_EQ(Must(platform_->ListOrders("state = DRAFT")).size(), 0U);
}

class CancelTest : public DemoFixture {};

TEST_F(CancelTest, AnOrderCancelledInTheStoreFreesItsReservation) {
  StartAll();
  Stock(kSoap, 5);
  const std::string number = Buy(kSoap).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  EXPECT_EQ(Must(platform_->GetStock(kSoap)).reserved(), 1);

  ASSERT_TRUE(Came(store_.side->Cancel(number)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  EXPECT_EQ(Must(platform_->GetOrder(number)).state(), v1::ORDER_STATE_CANCELLED);
  EXPECT_EQ(Must(platform_->GetStock(kSoap)).reserved(), 0);
  EXPECT_EQ(Must(platform_->GetStock(kSoap)).available(), 5);
  EXPECT_TRUE(Came(WaitForShown(*store_.side, kSoap, 5)));
}

class DominanceTest : public DemoFixture {};

TEST_F(DominanceTest, TitlesAreRefusedNamingTheStoreThatOwnsThem) {
  StartAll();
  v1::Product product = Must(platform_->GetProduct(kMug));
  const std::string title = product.title();

  product.set_title("Ours");
  const Result<v1::Product> edited = platform_->UpdateProduct(product);

  ASSERT_FALSE(edited.has_value());
  EXPECT_EQ(edited.error().code, Code::kFailedPrecondition);
  EXPECT_NE(edited.error().message.find("merchants/demo/stores/web"), std::string::npos)
      << edited.error().message;
  EXPECT_EQ(Must(platform_->GetProduct(kMug)).title(), title);
  EXPECT_EQ(Must(store_.side->Product(kMug)).title, title);
}

TEST_F(DominanceTest, AWrongPostalCodeIsADraftUntilTheStoreCorrectsIt) {
  StartAll();
  Stock(kMug, 5);
  day::Purchase wrong{.lines = {{kMug, 1}}};
  wrong.address.postal_code = "ABC";
  wrong.address.region_code = "FI";
  const std::string number = Must(store_.side->Place(wrong)).at(0);
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  const v1::Order draft = Must(platform_->GetOrder(number));
  EXPECT_EQ(draft.state(), v1::ORDER_STATE_DRAFT);
  ASSERT_EQ(draft.problems_size(), 1);
  EXPECT_EQ(draft.problems(0).field(), "shipping_address.postal_code");

  ASSERT_TRUE(Came(store_.side->CorrectPostalCode(number, "00100")));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));

  EXPECT_EQ(Must(platform_->GetOrder(number)).state(), v1::ORDER_STATE_NEW);
  EXPECT_EQ(Must(platform_->GetOrder(number)).problems_size(), 0);
}

}  // namespace
}  // namespace storebridge::e2e
