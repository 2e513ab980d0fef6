#include "adapters/plugin_host/connector_files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace storebridge::plugin_host {
namespace {

namespace fs = std::filesystem;

class ConnectorFilesTest : public ::testing::Test {
 protected:
  ConnectorFilesTest() {
    std::string pattern = (fs::temp_directory_path() / "connector_files_XXXXXX").string();
    folder_ = fs::canonical(mkdtemp(pattern.data()));
  }
  ~ConnectorFilesTest() override { fs::remove_all(folder_); }

  std::string MakeFile(const fs::path& name, fs::perms mode = fs::perms(0644)) const {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "not a library";
    fs::permissions(path, mode);
    return path.string();
  }

  fs::path folder_;
};

TEST_F(ConnectorFilesTest, ListsLibrariesInNameOrder) {
  MakeFile("vendure.so");
  MakeFile("big_cartel.so");
  MakeFile("README.md");
  MakeFile("woocommerce.so.1");

  const auto found = ListConnectorFiles(folder_.string());

  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->files.size(), 2U);
  EXPECT_EQ(found->files[0].id, "big-cartel");
  EXPECT_EQ(found->files[1].id, "vendure");
  EXPECT_EQ(found->files[1].path, (folder_ / "vendure.so").string());
}

TEST_F(ConnectorFilesTest, SetsNamesAsideThatAreNoIds) {
  MakeFile("WooCommerce.so");
  MakeFile(".so");
  MakeFile("with space.so");

  const auto found = ListConnectorFiles(folder_.string());

  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->files.empty());
  EXPECT_EQ(found->ignored, (std::vector<std::string>{"WooCommerce.so", "with space.so"}));
}

TEST_F(ConnectorFilesTest, SaysThatAFolderIsMissing) {
  const auto found = ListConnectorFiles((folder_ / "nowhere").string());

  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, Code::kNotFound);
  EXPECT_NE(found.error().message.find("check connectors.folder"), std::string::npos);
}

TEST_F(ConnectorFilesTest, BoundsTheNumberOfConnectors) {
  for (std::size_t i = 0; i < kConnectorFilesMax; ++i) {
    MakeFile("c" + std::to_string(i) + ".so");
  }
  EXPECT_TRUE(ListConnectorFiles(folder_.string()).has_value());

  MakeFile("one-more.so");

  const auto found = ListConnectorFiles(folder_.string());
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, Code::kResourceExhausted);
}

TEST_F(ConnectorFilesTest, TrustsAFileThatOnlyItsOwnerWrites) {
  EXPECT_TRUE(CheckWrittenByTrusted(MakeFile("a.so", fs::perms(0755))).has_value());
  EXPECT_TRUE(CheckWrittenByTrusted(MakeFile("b.so", fs::perms(0600))).has_value());
}

TEST_F(ConnectorFilesTest, RefusesAFileThatOthersCanWrite) {
  for (const unsigned mode : {0664U, 0646U, 0777U}) {
    const std::string path = MakeFile("a.so", fs::perms(mode));

    const Status status = CheckWrittenByTrusted(path);

    ASSERT_FALSE(status.has_value()) << mode;
    EXPECT_EQ(status.error().message,
              "the file can be written by other users; run: chmod go-w '" + path + "'");
  }
}

TEST_F(ConnectorFilesTest, RefusesAFolderThatOthersCanWrite) {
  const std::string path = MakeFile("inner/a.so");
  fs::permissions(folder_ / "inner", fs::perms(0777));

  const Status status = CheckWrittenByTrusted(path);

  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message,
            "its folder can be written by other users; run: chmod go-w '" +
                (folder_ / "inner").string() + "'");
}

TEST_F(ConnectorFilesTest, LooksBehindLinks) {
  const std::string target = MakeFile("target/a.so", fs::perms(0666));
  fs::create_directory(folder_ / "links");
  const fs::path link = folder_ / "links" / "a.so";
  fs::create_symlink(target, link);

  EXPECT_FALSE(CheckWrittenByTrusted(link.string()).has_value());
  fs::permissions(target, fs::perms(0644));
  EXPECT_TRUE(CheckWrittenByTrusted(link.string()).has_value());
  fs::permissions(folder_ / "links", fs::perms(0777));
  EXPECT_FALSE(CheckWrittenByTrusted(link.string()).has_value());
  fs::permissions(folder_ / "links", fs::perms(0755));
  fs::permissions(folder_ / "target", fs::perms(0777));
  EXPECT_FALSE(CheckWrittenByTrusted(link.string()).has_value());
}

TEST_F(ConnectorFilesTest, RefusesAFileOfAnotherUser) {
  const std::string path = MakeFile("a.so");
  if (chown(path.c_str(), 54'321, 54'321) != 0) {
    GTEST_SKIP() << "only root can give a file away";
  }

  const Status status = CheckWrittenByTrusted(path);

  ASSERT_FALSE(status.has_value());
  EXPECT_NE(status.error().message.find("belongs to another user (uid 54321)"), std::string::npos);
}

TEST_F(ConnectorFilesTest, RefusesWhatIsNoFileAndWhatIsGone) {
  fs::create_directory(folder_ / "a.so");

  EXPECT_EQ(CheckWrittenByTrusted((folder_ / "a.so").string()).error().code,
            Code::kPermissionDenied);
  EXPECT_EQ(CheckWrittenByTrusted((folder_ / "b.so").string()).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace storebridge::plugin_host
