// What a server must not start with: it says what is wrong and ends; everything stays as it is, and
// it starts once the trouble is over.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bad_input/ground.h"

namespace storebridge::e2e {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kRefuseMost{60'000};
constexpr int kNotStarted = 1;
constexpr const char* kOtherKey =
    "# storebridge master key, version 1\n"
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A port that somebody else listens on, on 127.0.0.1.
class TakenPort {
 public:
  TakenPort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(place);
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&place), size), 0);
    EXPECT_EQ(listen(fd_, 1), 0);
    EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&place), &size), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(place.sin_port));
  }
  ~TakenPort() { close(fd_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  int fd_;
  std::string address_;
};

// An installation with a merchant, a store and its credentials, whose server was stopped.
class Site {
 public:
  // Makes the first one; the others are copies of it.
  static Result<std::unique_ptr<Site>> Make();
  [[nodiscard]] std::unique_ptr<Site> Copy() const;

  [[nodiscard]] std::string File(const std::string& name) const { return folder_.File(name); }
  [[nodiscard]] std::string Database() const { return File("data/storebridge.db"); }
  [[nodiscard]] std::string Key() const { return File("data/vault.key"); }
  [[nodiscard]] const day::TempFolder& folder() const { return folder_; }

  // Puts a configuration in the place of the usual one.
  void Configure(const std::string& text) { std::ofstream(File("storebridged.yaml")) << text; }
  void Tamper(const std::string& sql);
  // What lies on the disk, by name. Not who holds the lock: every start says that anew.
  [[nodiscard]] std::map<std::string, std::string> Files() const;

  // How the server is started; rows change it.
  std::vector<std::string> command;
  // What the trouble needs until the row has ended.
  std::shared_ptr<TakenPort> port;
  Server other;

 private:
  day::TempFolder folder_;
};

Result<std::unique_ptr<Site>> Site::Make() {
  auto site = std::make_unique<Site>();
  SB_TRY(Server server, StartServer(site->folder_, ServerOptions{}));
  day::Platform platform(server.address, "demo");
  SB_CHECK(platform.WaitForServer());
  SB_CHECK(platform.CreateMerchant("Demo"));
  const day::DemoSide nobody(day::DemoAccess{
      .url = "http://127.0.0.1:1", .consumer_key = kSecretKey, .consumer_secret = kSecretSecret});
  SB_TRY([[maybe_unused]] const v1::Store store, platform.Connect("web", nobody, QuietSettings()));
  SB_CHECK(platform.Pause("web"));
  if (const int code = server.process->Stop(); code != 0) {
    return Error{.message = "the first server ended with " + std::to_string(code)};
  }
  return site;
}

std::unique_ptr<Site> Site::Copy() const {
  auto copy = std::make_unique<Site>();
  fs::copy(File("data"), copy->File("data"));
  copy->command = ServerCommand(copy->folder_, ServerOptions{});
  return copy;
}

void Site::Tamper(const std::string& sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(Database().c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);
}

// But for what SQLite makes anew whenever it opens a database: an empty log, and its index.
std::map<std::string, std::string> Site::Files() const {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(File("data"))) {
    if (entry.is_regular_file() && entry.file_size() > 0 && entry.path().extension() != ".lock" &&
        !entry.path().native().ends_with("-shm")) {
      files[entry.path().filename().string()] = ReadAll(entry.path());
    }
  }
  return files;
}

// Puts a wrapper before the server, such as prlimit.
void Wrap(Site& site, const std::vector<std::string>& wrapper) {
  site.command.insert(site.command.begin(), wrapper.begin(), wrapper.end());
}

void Replace(Site& site, const std::string& flag, const std::string& value) {
  const auto at = std::find(site.command.begin(), site.command.end(), flag);
  ASSERT_NE(at, site.command.end());
  *std::next(at) = value;
}

// A trouble, what has to be said of it, and how it ends. `{}` in the words is the site's folder.
struct Row {
  std::string name;
  std::function<void(Site&)> trouble;
  Words words;
  std::function<void(Site&)> end = [](Site&) {};

  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
};

class StartTable : public testing::TestWithParam<Row> {
 protected:
  static void SetUpTestSuite() { first_ = Must(Site::Make()); }
  static void TearDownTestSuite() { first_.reset(); }

  void SetUp() override {
    ASSERT_TRUE(first_);
    site_ = first_->Copy();
  }

  [[nodiscard]] Words WordsHere() const {
    Words words = GetParam().words;
    for (std::string& word : words) {
      if (const std::size_t at = word.find("{}"); at != std::string::npos) {
        word.replace(at, 2, site_->folder().path());
      }
    }
    return words;
  }

  static std::unique_ptr<Site> first_;
  std::unique_ptr<Site> site_;
};

std::unique_ptr<Site> StartTable::first_;

TEST_P(StartTable, SaysWhatIsWrongAndChangesNothing) {
  GetParam().trouble(*site_);
  ASSERT_FALSE(HasFailure());
  const std::map<std::string, std::string> before = site_->Files();

  const Result<day::CommandResult> ended = day::RunCommand(site_->command, "", kRefuseMost);

  ASSERT_TRUE(Came(ended));
  EXPECT_EQ(ended->exit_code, kNotStarted) << ended->errors;
  EXPECT_EQ(ended->output, "") << "no ready line";
  EXPECT_TRUE(Says(ended->errors, WordsHere()));
  EXPECT_EQ(ended->errors.find(kOtherKey + 40), std::string::npos) << "a key: " << ended->errors;
  if (site_->other.process) {
    EXPECT_TRUE(Came(IsServing(site_->other.address))) << "the first server goes on";
  } else {
    const std::map<std::string, std::string> after = site_->Files();
    EXPECT_EQ(after.size(), before.size());
    for (const auto& [name, bytes] : after) {
      EXPECT_TRUE(before.contains(name) && before.at(name) == bytes)
          << name << " has " << bytes.size() << " bytes and differs";
    }
  }

  GetParam().end(*site_);
  site_->other = {};
  const Server server = Must(StartServer(site_->folder(), ServerOptions{}));
  ASSERT_TRUE(server.process);
  EXPECT_TRUE(Came(IsServing(server.address)));
  day::Platform platform(server.address, "demo");
  EXPECT_EQ(Must(platform.GetStore("web")).secrets_size(), 2);
}

INSTANTIATE_TEST_SUITE_P(
    Start,
    StartTable,
    testing::Values(
        Row{"AnUnknownConfigKey",
            [](Site& site) { site.Configure("egress:\n  alow_private: []\n"); },
            {"{}/storebridged.yaml:2:3: unknown key 'alow_private' in 'egress'",
             "did you mean 'allow_private'?"}},
        Row{"BadYaml",
            [](Site& site) {
              site.Configure("egress:\n  allow_private: [\"127.0.0.1:80\"\nlog:\n");
            },
            {"{}/storebridged.yaml:3:", "not YAML: end of sequence flow not found"}},
        Row{"AQuoteThatIsNeverClosed",
            [](Site& site) { site.Configure("log:\n  file: \"storebridged.log\n"); },
            {"{}/storebridged.yaml:", "the file ends inside a text in quotes; close them"}},
        Row{"AConfigThatIsNotThere",
            [](Site& site) { fs::remove(site.File("storebridged.yaml")); },
            {"cannot read the configuration '{}/storebridged.yaml'", "No such file"}},
        Row{"APortInUse",
            [](Site& site) {
              site.port = std::make_shared<TakenPort>();
              Replace(site, "--listen", site.port->address());
            },
            {"cannot listen on 127.0.0.1:",
             "another program uses the port",
             "choose another port"}},
        Row{"AMissingKeyFile",
            [](Site& site) { fs::rename(site.Key(), site.File("kept.key")); },
            {"'{}/data/vault.key' is missing", "Restore the file from its copy"},
            [](Site& site) { fs::rename(site.File("kept.key"), site.Key()); }},
        Row{"AKeyFileThatOthersMayRead",
            [](Site& site) { chmod(site.Key().c_str(), 0644); },
            {"'{}/data/vault.key' can be read by others", "chmod 0400 '{}/data/vault.key'"},
            [](Site& site) { chmod(site.Key().c_str(), 0400); }},
        Row{"AKeyFileOfAnotherInstallation",
            [](Site& site) {
              fs::rename(site.Key(), site.File("kept.key"));
              std::ofstream(site.Key()) << kOtherKey;
              chmod(site.Key().c_str(), 0400);
            },
            {"'{}/data/vault.key' belongs to another installation",
             "Restore that key file",
             "merchants/demo/stores/web"},
            [](Site& site) { fs::rename(site.File("kept.key"), site.Key()); }},
        Row{"AKeyFileWithoutAKey",
            [](Site& site) {
              fs::rename(site.Key(), site.File("kept.key"));
              std::ofstream(site.Key()) << "no key\n";
              chmod(site.Key().c_str(), 0400);
            },
            {"'{}/data/vault.key' does not hold a key", "Restore it from its copy"},
            [](Site& site) { fs::rename(site.File("kept.key"), site.Key()); }},
        Row{"ADatabaseOfANewerVersion",
            [](Site& site) { site.Tamper("INSERT INTO schema_version VALUES(9999, 'x', 1)"); },
            {"'{}/data/storebridge.db' has version 9999", "start the newer server again"},
            [](Site& site) { site.Tamper("DELETE FROM schema_version WHERE version = 9999"); }},
        Row{"AFileThatIsNoDatabase",
            [](Site& site) {
              fs::rename(site.Database(), site.File("kept.db"));
              std::ofstream(site.Database()) << std::string(4096, 'x');
            },
            {"'{}/data/storebridge.db'", "not a database", "restore a backup"},
            [](Site& site) { fs::rename(site.File("kept.db"), site.Database()); }},
        Row{"ADatabaseThatIsReadOnly",
            [](Site& site) {
              chmod(site.Database().c_str(), 0444);
              if (geteuid() == 0) {
                // Root may write everything that its capabilities do not forbid.
                Wrap(site, {"setpriv", "--bounding-set=-dac_override"});
              }
            },
            {"cannot write the database '{}/data/storebridge.db'",
             "let the server's user write the file and its folder"},
            [](Site& site) { chmod(site.Database().c_str(), 0600); }},
        Row{"ADiskThatIsFull",
            [](Site& site) {
              Wrap(site, {"prlimit", "--fsize=8192"});
            },
            {"{}/data/storebridge.db", "make room on the disk"}},
        Row{"ADatabaseThatAnotherServerHas",
            [](Site& site) {
              site.other = Must(StartServer(site.folder(), ServerOptions{}));
              ASSERT_TRUE(site.other.process);
            },
            {"'{}/data/storebridge.db' is in use by another server (process ",
             "stop that one, or give this one a database of its own"}}),
    [](const testing::TestParamInfo<Row>& row) { return "Refuses" + row.param.name; });

}  // namespace
}  // namespace storebridge::e2e
