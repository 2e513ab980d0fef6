#include "app/app.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storebridge/v1/merchant_service.grpc.pb.h"
#include "support/plain_http.h"

namespace storebridge::app {
namespace {

class AppTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "app.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    config_.listen.address = "127.0.0.1:0";
    config_.listen.unix_socket = folder_ + "/data/sb.sock";
    config_.data.folder = folder_ + "/data";
    config_.data.database_file = folder_ + "/data/storebridge.db";
    config_.data.key_file = folder_ + "/data/vault.key";
    config_.connectors.folder = folder_ + "/connectors";
    std::filesystem::create_directory(config_.connectors.folder);
    config_.log.file = folder_ + "/log";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<App> Start() {
    Result<std::unique_ptr<App>> started = App::Start(config_);
    EXPECT_TRUE(started) << (started ? "" : started.error().message);
    return started ? std::move(*started) : nullptr;
  }

  [[nodiscard]] std::unique_ptr<v1::MerchantService::Stub> Merchants() const {
    return v1::MerchantService::NewStub(grpc::CreateChannel("unix:" + config_.listen.unix_socket,
                                                            grpc::InsecureChannelCredentials()));
  }

  std::string folder_;
  config::ServerConfig config_;
};

TEST_F(AppTest, SaysInOneLineWhereItListensAndWhereItKeepsThings) {
  const std::unique_ptr<App> app = Start();
  ASSERT_NE(app, nullptr);

  const std::string line = app->ReadyLine();

  EXPECT_EQ(line.find("storebridged "), 0U) << line;
  EXPECT_NE(line.find(" listening on 127.0.0.1:"), std::string::npos) << line;
  EXPECT_NE(line.find(" and unix:" + config_.listen.unix_socket + "; 0 connectors"),
            std::string::npos)
      << line;
  EXPECT_NE(line.find("; data in " + config_.data.folder), std::string::npos) << line;
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST_F(AppTest, MakesADataFolderThatNobodyElseCanRead) {
  const std::unique_ptr<App> app = Start();
  ASSERT_NE(app, nullptr);

  struct stat found {};
  ASSERT_EQ(stat(config_.data.folder.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0700U);
}

TEST_F(AppTest, KeepsWhatItAnsweredOverAStop) {
  std::unique_ptr<App> app = Start();
  ASSERT_NE(app, nullptr);
  grpc::ClientContext creating;
  v1::CreateMerchantRequest create;
  create.set_merchant_id("acme");
  v1::Merchant merchant;
  ASSERT_TRUE(Merchants()->CreateMerchant(&creating, create, &merchant).ok());

  app->Stop();
  app.reset();
  app = Start();

  ASSERT_NE(app, nullptr);
  grpc::ClientContext getting;
  v1::GetMerchantRequest get;
  get.set_name("merchants/acme");
  EXPECT_TRUE(Merchants()->GetMerchant(&getting, get, &merchant).ok());
}

TEST_F(AppTest, StopsTwiceWithoutHarm) {
  const std::unique_ptr<App> app = Start();
  ASSERT_NE(app, nullptr);

  app->Stop();
  app->Stop();

  EXPECT_FALSE(std::filesystem::exists(config_.listen.unix_socket));
}

TEST_F(AppTest, RefusesDataThatAnotherServerHas) {
  const std::unique_ptr<App> first = Start();
  ASSERT_NE(first, nullptr);

  const auto second = App::Start(config_);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "DATABASE_IN_USE") << second.error().message;
}

TEST_F(AppTest, SaysThatTheDataFolderCannotBeMade) {
  std::ofstream(folder_ + "/file") << "in the way";
  config_.data.folder = folder_ + "/file/data";

  const auto app = App::Start(config_);

  ASSERT_FALSE(app);
  EXPECT_EQ(app.error().reason, "DATA_FOLDER");
  EXPECT_NE(app.error().message.find("--data"), std::string::npos) << app.error().message;
}

TEST_F(AppTest, LeavesNothingRunningWhenItCannotListen) {
  config_.listen.address = "192.0.2.1:7420";

  EXPECT_FALSE(App::Start(config_));

  config_.listen.address = "127.0.0.1:0";
  EXPECT_NE(Start(), nullptr);
}

// Names behind `# TYPE ` of what is shown.
std::vector<std::string> NamesIn(const std::string& shown) {
  constexpr std::string_view kBefore = "\n# TYPE ";
  std::vector<std::string> names;
  for (std::size_t at = shown.find(kBefore); at != std::string::npos;
       at = shown.find(kBefore, at + 1)) {
    const std::size_t begin = at + kBefore.size();
    names.push_back(shown.substr(begin, shown.find(' ', begin) - begin));
  }
  return names;
}

TEST_F(AppTest, ShowsMetricsThatItsManualKnows) {
  config_.metrics.address = "127.0.0.1:0";
  const std::unique_ptr<App> app = Start();
  ASSERT_NE(app, nullptr);
  grpc::ClientContext context;
  v1::ListMerchantsResponse merchants;
  ASSERT_TRUE(Merchants()->ListMerchants(&context, {}, &merchants).ok());

  const std::string shown =
      testing::Get(testing::PortIn(app->ReadyLine(), "; metrics on http://"), "/metrics");

  EXPECT_NE(shown.find("\nstorebridge_engine_answers 1\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("\nstorebridge_database_answers 1\n"), std::string::npos);
  std::ifstream file(std::string(APP_SOURCE_DIR) + "/README.md");
  const std::string manual((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
  const std::vector<std::string> names = NamesIn(shown);
  EXPECT_GT(names.size(), 15U);
  for (const std::string& name : names) {
    if (!name.starts_with("process_")) {
      EXPECT_NE(manual.find("`" + name + "`"), std::string::npos) << name;
    }
  }
}

TEST_F(AppTest, HearsStoresWhereItIsToldTo) {
  config_.webhooks.address = "127.0.0.1:0";
  const std::unique_ptr<App> app = Start();
  ASSERT_NE(app, nullptr);
  const int port = testing::PortIn(app->ReadyLine(), "; webhooks on http://");

  const std::string answer = testing::Exchange(
      port, "POST /webhooks/merchants/a/stores/b HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 ")) << answer;
  EXPECT_NE(answer.find("No store of this name signs so"), std::string::npos) << answer;
}

TEST_F(AppTest, ShowsNoMetricsUnlessTheyAreWanted) {
  const std::unique_ptr<App> app = Start();
  ASSERT_NE(app, nullptr);

  EXPECT_EQ(app->ReadyLine().find("metrics"), std::string::npos) << app->ReadyLine();
}

}  // namespace
}  // namespace storebridge::app
