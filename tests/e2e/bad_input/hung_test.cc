// A connector that does not come back from a step.
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bad_input/ground.h"
#include "storebridge/v1/store_service.grpc.pb.h"
#include "support/plain_http.h"

namespace storebridge::e2e {
namespace {

namespace fs = std::filesystem;

constexpr int kStopSeconds = 1;
constexpr std::chrono::seconds kCallMost{3};

class HungTest : public ::testing::Test {
 protected:
  // A server with a store whose connector does not come back from its first step.
  void Start(std::vector<std::string> in_process, bool is_previewed = false) {
    fs::create_directory(folder_.File("connectors"));
    fs::copy_file(fs::path(E2E_ABI_CONNECTORS) / "never_returns.so",
                  folder_.File("connectors/minimal.so"));
    fs::permissions(folder_.File("connectors/minimal.so"), fs::perms(0644));
    fs::copy_file(fs::path(E2E_CONNECTORS) / "woocommerce.so",
                  folder_.File("connectors/woocommerce.so"));
    store_ = Must(StartDemoStore(folder_, "store"));
    server_ = Must(StartServer(folder_,
                               {.places = {store_.place},
                                .connectors = folder_.File("connectors"),
                                .in_process = std::move(in_process),
                                .stop_seconds = kStopSeconds,
                                .has_metrics = true}));
    ASSERT_TRUE(server_.process);
    platform_ = std::make_unique<day::Platform>(server_.address, "acme");
    ASSERT_TRUE(Came(platform_->WaitForServer()));
    ASSERT_TRUE(Came(platform_->CreateMerchant("Acme")));
    v1::StoreService::Stub stores(platform_->channel());
    v1::CreateStoreRequest create;
    create.set_parent(platform_->parent());
    create.set_store_id("web");
    create.mutable_store()->set_connector("connectors/minimal");
    create.mutable_store()->set_config_json("{}");
    create.set_start_paused(is_previewed);
    grpc::ClientContext creating;
    creating.set_deadline(std::chrono::system_clock::now() + kCallMost);
    v1::Store store;
    // Answered or not: in the server, its first check takes the thread of all stores.
    (void)stores.CreateStore(&creating, create, &store);
    grpc::ClientContext asking;
    asking.set_deadline(std::chrono::system_clock::now() + kCallMost);
    const std::string name = platform_->parent() + "/stores/web";
    if (is_previewed) {
      v1::PreviewStoreRequest preview;
      preview.set_name(name);
      v1::StorePreview shown;
      EXPECT_FALSE(stores.PreviewStore(&asking, preview, &shown).ok());
    } else {
      v1::CheckStoreRequest check;
      check.set_name(name);
      v1::CheckStoreResponse report;
      EXPECT_FALSE(stores.CheckStore(&asking, check, &report).ok());
    }
  }

  const day::TempFolder folder_;
  DemoStore store_;
  Server server_;
  std::unique_ptr<day::Platform> platform_;
};

TEST_F(HungTest, TheServerEndsWithoutTheConnectorAndNamesIt) {
  Start({"minimal"});
  const std::string metrics = storebridge::testing::Get(
      storebridge::testing::PortIn(server_.process->Output(), "metrics on http://"), "/metrics");
  EXPECT_TRUE(Says(metrics, {"storebridge_engine_answers 0", "storebridge_database_answers 1"}))
      << metrics;

  EXPECT_EQ(server_.process->Stop(), 1);

  const std::string said = server_.process->Output();
  EXPECT_TRUE(Says(said, {"the server did not come to its end in time", "connector=minimal"}))
      << said;
}

TEST_F(HungTest, InItsSandboxItHoldsUpNobody) {
  Start({"woocommerce"});

  ASSERT_TRUE(Came(platform_->Connect("shop", *store_.side, QuietSettings())));
  EXPECT_TRUE(Came(platform_->Check("shop")));
  EXPECT_EQ(server_.process->Stop(), 0);

  const std::string said = server_.process->Output();
  EXPECT_EQ(said.find("did not come to its end in time"), std::string::npos) << said;
}

TEST_F(HungTest, APreviewThatIsCutOffLeavesNothingBehind) {
  Start({"woocommerce"}, true);

  EXPECT_EQ(server_.process->Stop(), 0) << server_.process->Output();
}

}  // namespace
}  // namespace storebridge::e2e
