// A disk that is full while the server works: what is asked of it is refused with what to do, what
// was answered stays, and it goes on once there is room.
#include <filesystem>
#include <memory>
#include <string>

#include <sys/resource.h>

#include "bad_input/ground.h"

namespace storebridge::e2e {
namespace {

constexpr const char* kCode = "SF-MUG-BIRCH";

class DiskTest : public testing::Test {
 protected:
  // From now on no file of the server grows beyond this.
  void LimitFiles(rlim_t bytes) {
    const rlimit limit{.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
    ASSERT_EQ(prlimit(server_.process->pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  }

  // The size of the file that is written next, so that nothing fits any more.
  [[nodiscard]] rlim_t LogBytes() const {
    return std::filesystem::file_size(folder_.File("data/storebridge.db-wal"));
  }

  day::TempFolder folder_;
  DemoStore store_;
  Server server_;
  std::unique_ptr<day::Platform> platform_;
};

TEST_F(DiskTest, ThatIsFullIsSaidAndLosesNothing) {
  store_ = Must(StartSecretStore(folder_, "store"));
  server_ = Must(StartServer(folder_, {store_.place}));
  ASSERT_TRUE(store_.side && server_.process);
  platform_ = std::make_unique<day::Platform>(server_.address, "demo");
  ASSERT_TRUE(Came(platform_->CreateMerchant("Demo")));
  ASSERT_TRUE(Came(platform_->Connect("web", *store_.side, QuietSettings())));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_PRODUCTS)));
  ASSERT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  ASSERT_TRUE(Came(platform_->SetStock(kCode, 10)));
  const std::string number = Must(store_.side->Place({.lines = {{kCode, 1}}})).at(0);
  LimitFiles(LogBytes());
  const std::string before = Must(StateOf(*platform_));

  const Result<v1::Stock> set = platform_->SetStock(kCode, 11);
  const Result<v1::SyncRun> run = platform_->Run("web", v1::FLOW_ORDERS);

  ASSERT_FALSE(set.has_value());
  EXPECT_EQ(set.error().code, Code::kUnavailable);
  EXPECT_TRUE(Says(set.error().message,
                   {"nothing was written", "storebridge.db'", "make room on the disk"}));
  ASSERT_FALSE(run.has_value());
  EXPECT_TRUE(Says(run.error().message, {"make room on the disk"}));
  EXPECT_TRUE(Came(IsServing(server_.address)));
  EXPECT_EQ(Must(StateOf(*platform_)), before);

  LimitFiles(RLIM_INFINITY);
  EXPECT_TRUE(Came(platform_->SetStock(kCode, 12)));
  EXPECT_TRUE(Came(platform_->Run("web", v1::FLOW_ORDERS)));
  EXPECT_EQ(Must(platform_->GetOrder(number)).order_number(), number);
  server_.process->Kill();
  server_ = Must(StartServer(folder_, {store_.place}));
  ASSERT_TRUE(server_.process);
  platform_ = std::make_unique<day::Platform>(server_.address, "demo");
  EXPECT_EQ(Must(platform_->GetStock(kCode)).on_hand(), 12);
  EXPECT_EQ(Must(platform_->GetOrder(number)).order_number(), number);
}

}  // namespace
}  // namespace storebridge::e2e
