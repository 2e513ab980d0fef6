#include "app/command_line.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::app {
namespace {

Result<std::variant<config::ServerConfig, PrintAndExit>> Read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "storebridged");
  return ReadCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

config::ServerConfig ConfigOf(const std::vector<const char*>& arguments) {
  const auto read = Read(arguments);
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read ? std::get<config::ServerConfig>(*read) : config::ServerConfig();
}

std::string TextOf(const std::vector<const char*>& arguments) {
  const auto read = Read(arguments);
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read ? std::get<PrintAndExit>(*read).text : std::string();
}

class CommandLineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "app.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string WriteFile(const std::string& text) {
    const std::string path = folder_ + "/storebridged.yaml";
    std::ofstream(path) << text;
    return path;
  }

  std::string folder_;
};

TEST_F(CommandLineTest, GivesTheDefaultsWithoutFlags) {
  const auto defaults = config::ParseConfig("", "defaults");
  ASSERT_TRUE(defaults);

  EXPECT_EQ(ConfigOf({}), *defaults);
}

TEST_F(CommandLineTest, LetsFlagsGoBeforeTheFile) {
  const std::string file = WriteFile("listen:\n  address: 127.0.0.1:1000\nlog:\n  level: error\n");

  const config::ServerConfig config =
      ConfigOf({"--config", file.c_str(), "--listen", "127.0.0.1:0", "--log-level", "debug"});

  EXPECT_EQ(config.listen.address, "127.0.0.1:0");
  EXPECT_EQ(config.log.level, config::LogLevelChoice::kDebug);
}

TEST_F(CommandLineTest, MovesEverythingThatIsKeptWithTheDataFolder) {
  const config::ServerConfig config = ConfigOf({"--data", folder_.c_str()});

  EXPECT_EQ(config.data.folder, folder_);
  EXPECT_EQ(config.data.database_file, folder_ + "/storebridge.db");
  EXPECT_EQ(config.data.key_file, folder_ + "/vault.key");
  EXPECT_EQ(config.listen.unix_socket, folder_ + "/storebridged.sock");
}

TEST_F(CommandLineTest, LeavesFilesThatLieElsewhereWhereTheyAre) {
  const std::string file = WriteFile("data:\n  folder: /srv/a\n  key_file: /srv/keys/vault.key\n");

  const config::ServerConfig config =
      ConfigOf({"--config", file.c_str(), "--data", folder_.c_str()});

  EXPECT_EQ(config.data.key_file, "/srv/keys/vault.key");
  EXPECT_EQ(config.data.database_file, folder_ + "/storebridge.db");
}

TEST_F(CommandLineTest, TakesAListOfPrivatePlaces) {
  EXPECT_EQ(ConfigOf({"--allow-private", "127.0.0.1:9000,10.1.0.0/16"}).egress.allow_private,
            (std::vector<std::string>{"127.0.0.1:9000", "10.1.0.0/16"}));
}

TEST_F(CommandLineTest, PrintsHelpVersionAndAnExampleThatIsAValidConfiguration) {
  EXPECT_NE(TextOf({"--help"}).find("--print-example-config"), std::string::npos);
  EXPECT_EQ(TextOf({"--version"}).rfind("storebridged ", 0), 0U);
  const auto example = config::ParseConfig(TextOf({"--print-example-config"}), "example");
  EXPECT_TRUE(example) << example.error().message;
}

TEST_F(CommandLineTest, SaysWhatIsNotUnderstood) {
  for (const std::vector<const char*>& arguments : {std::vector<const char*>{"--no-such-flag"},
                                                    {"stray"},
                                                    {"--log-level", "loud"},
                                                    {"--data"}}) {
    const auto read = Read(arguments);

    ASSERT_FALSE(read) << arguments.front();
    EXPECT_EQ(read.error().reason, "COMMAND_LINE");
    EXPECT_NE(read.error().message.find("--help"), std::string::npos);
  }
}

TEST_F(CommandLineTest, RefusesAConfigurationThatIsNotThere) {
  const std::string path = folder_ + "/none.yaml";

  const auto read = Read({"--config", path.c_str()});

  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("none.yaml"), std::string::npos);
}

}  // namespace
}  // namespace storebridge::app
