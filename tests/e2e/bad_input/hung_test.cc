// A connector that does not come back from a step.
#include <chrono>
#include <filesystem>

#include "bad_input/ground.h"
#include "storebridge/v1/store_service.grpc.pb.h"

namespace storebridge::e2e {
namespace {

namespace fs = std::filesystem;

constexpr int kStopSeconds = 1;
constexpr std::chrono::seconds kCallMost{3};

TEST(HungTest, TheServerEndsWithoutTheConnectorAndNamesIt) {
  const day::TempFolder folder;
  fs::create_directory(folder.File("connectors"));
  fs::copy_file(fs::path(E2E_ABI_CONNECTORS) / "never_returns.so",
                folder.File("connectors/minimal.so"));
  fs::permissions(folder.File("connectors/minimal.so"), fs::perms(0644));
  const Server server = Must(StartServer(folder,
                                         {.connectors = folder.File("connectors"),
                                          .in_process = {"minimal"},
                                          .stop_seconds = kStopSeconds}));
  ASSERT_TRUE(server.process);
  day::Platform platform(server.address, "acme");
  ASSERT_TRUE(Came(platform.WaitForServer()));
  ASSERT_TRUE(Came(platform.CreateMerchant("Acme")));
  v1::StoreService::Stub stores(platform.channel());
  v1::CreateStoreRequest create;
  create.set_parent(platform.parent());
  create.set_store_id("web");
  create.mutable_store()->set_connector("connectors/minimal");
  create.mutable_store()->set_config_json("{}");
  grpc::ClientContext creating;
  creating.set_deadline(std::chrono::system_clock::now() + kCallMost);
  v1::Store store;
  // Answered or not: its first check takes the thread of all stores.
  (void)stores.CreateStore(&creating, create, &store);
  v1::CheckStoreRequest check;
  check.set_name(platform.parent() + "/stores/web");
  grpc::ClientContext checking;
  checking.set_deadline(std::chrono::system_clock::now() + kCallMost);
  v1::CheckStoreResponse report;
  EXPECT_FALSE(stores.CheckStore(&checking, check, &report).ok());

  EXPECT_EQ(server.process->Stop(), 1);

  const std::string said = server.process->Output();
  EXPECT_TRUE(Says(said, {"the server did not come to its end in time", "connector=minimal"}))
      << said;
}

}  // namespace
}  // namespace storebridge::e2e
