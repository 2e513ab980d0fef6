#include "adapters/config/server_config.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace storebridge::config {
namespace {

namespace fs = std::filesystem;

std::string Complaint(const std::string& text) {
  const auto config = ParseConfig(text, "storebridged.yaml");
  return config.has_value() ? "" : config.error().message;
}

// A value of `key` in `section`, and nothing else.
std::string In(const std::string& section, const std::string& line) {
  return section + ":\n  " + line + "\n";
}

std::string ReadAll(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(ServerConfigTest, HasDefaultsForEverything) {
  const auto config = ParseConfig("", "empty");

  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->listen.address, "127.0.0.1:7420");
  EXPECT_EQ(config->listen.unix_socket, "/var/lib/storebridge/storebridged.sock");
  EXPECT_EQ(config->data.database_file, "/var/lib/storebridge/storebridge.db");
  EXPECT_EQ(config->data.key_file, "/var/lib/storebridge/vault.key");
  EXPECT_NE(config->connectors.folder.find("/storebridge/connectors"), std::string::npos);
  EXPECT_EQ(config->connectors.in_process,
            (std::vector<std::string>{"woocommerce", "vendure", "medusa"}));
  EXPECT_TRUE(config->egress.allow_private.empty());
}

TEST(ServerConfigTest, ReadsEveryKey) {
  const auto config = ParseConfig(R"(
listen:
  address: 0.0.0.0:9000
  unix_socket: ''
  tls: {cert: /t/a.crt, key: /t/a.key, client_ca: /t/ca.crt}
data: {folder: /d, database: /e/b.db, key_file: /f/k}
connectors:
  folder: /c
  in_process: []
  sandbox: false
egress:
  allow_private: [10.1.0.0/16, "127.0.0.1:9000"]
  extra_ca_file: /x.crt
log: {format: json, level: warning, file: /l.log}
metrics: {address: "127.0.0.1:9001"}
webhooks: {address: "127.0.0.1:9002"}
limits: {sync_runs: 1, engine_backlog: 100, request_bytes: 65536, requests_per_connection: 2, sent_shipment_days: 4,
         resolved_issue_days: 5, stock_entry_days: 6, change_days: 7, stop_seconds: 3}
)",
                                  "all");

  ASSERT_TRUE(config.has_value()) << config.error().message;
  const ServerConfig expected = {
      .listen = {.address = "0.0.0.0:9000",
                 .unix_socket = "",
                 .tls = {.cert_file = "/t/a.crt",
                         .key_file = "/t/a.key",
                         .client_ca_file = "/t/ca.crt"}},
      .data = {.folder = "/d", .database_file = "/e/b.db", .key_file = "/f/k"},
      .connectors = {.folder = "/c", .in_process = {}, .sandbox = false},
      .egress = {.allow_private = {"10.1.0.0/16", "127.0.0.1:9000"}, .extra_ca_file = "/x.crt"},
      .log = {.format = LogFormatChoice::kJson,
              .level = LogLevelChoice::kWarning,
              .file = "/l.log"},
      .metrics = {.address = "127.0.0.1:9001"},
      .webhooks = {.address = "127.0.0.1:9002"},
      .limits = {.sync_runs = 1,
                 .engine_backlog = 100,
                 .request_bytes = 65'536,
                 .requests_per_connection = 2,
                 .sent_shipment_days = 4,
                 .resolved_issue_days = 5,
                 .stock_entry_days = 6,
                 .change_days = 7,
                 .stop_seconds = 3}};
  EXPECT_EQ(*config, expected);
}

TEST(ServerConfigTest, PutsFilesIntoTheDataFolder) {
  const auto config = ParseConfig(In("data", "folder: /srv/bridge"), "file");

  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->data.database_file, "/srv/bridge/storebridge.db");
  EXPECT_EQ(config->data.key_file, "/srv/bridge/vault.key");
  EXPECT_EQ(config->listen.unix_socket, "/srv/bridge/storebridged.sock");
}

TEST(ServerConfigTest, NamesThePlaceOfAnUnknownKeyAndWhatWasMeant) {
  EXPECT_EQ(
      Complaint("log:\n  levl: info\n"),
      "storebridged.yaml:2:3: unknown key 'levl' in 'log'; did you mean 'level'?; there is format, "
      "level, file");
  EXPECT_EQ(
      Complaint("\nlisen: {}\n"),
      "storebridged.yaml:2:1: unknown key 'lisen'; did you mean 'listen'?; there is listen, data, "
      "connectors, egress, log, metrics, webhooks, limits");
  EXPECT_EQ(
      Complaint("listen: {tls: {ca: x}}\n"),
      "storebridged.yaml:1:16: unknown key 'ca' in 'listen.tls'; there is cert, key, client_ca");
}

TEST(ServerConfigTest, TellsAllProblemsInOrder) {
  const std::string told = Complaint(
      "limits:\n  sync_runs: many\nlog:\n  format: xml\n  level: [info]\nlisten:\n  address: "
      "here\nlog: {}\n");

  EXPECT_EQ(
      told,
      "storebridged.yaml:2:14: 'limits.sync_runs' is 'many'; a whole number from 1 to 1000 is "
      "expected\n"
      "storebridged.yaml:4:11: 'log.format' is 'xml'; allowed is text, json\n"
      "storebridged.yaml:5:10: 'log.level' is a list; a single value is expected\n"
      "storebridged.yaml:7:12: 'listen.address': 'here' has no port; write it like 127.0.0.1:7420\n"
      "storebridged.yaml:8:1: 'log' is already in line 3; keep one of them");
}

TEST(ServerConfigTest, KeepsEachProblemOnItsLine) {
  const std::string complaint = Complaint(
      "\"first\\nsecond\": 1\negress: {allow_private: [\"a\\nb\"]}\n"
      "connectors: {in_process: [\"c\\x07d\"]}\n");

  EXPECT_EQ(std::count(complaint.begin(), complaint.end(), '\n'), 2) << complaint;
  EXPECT_NE(complaint.find("unknown key 'first second'"), std::string::npos) << complaint;
  EXPECT_EQ(complaint.find('\x07'), std::string::npos) << complaint;
}

TEST(ServerConfigTest, BoundsTheProblemsItTells) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += "unknown" + std::to_string(i) + ": 1\n";
  }

  const std::string told = Complaint(text);

  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 20);
  EXPECT_NE(told.find("storebridged.yaml: and 30 more"), std::string::npos);
}

TEST(ServerConfigTest, RefusesTheWrongKindOfThing) {
  EXPECT_NE(Complaint("listen: 127.0.0.1:7420\n")
                .find("'listen' is a value; a section with keys is expected"),
            std::string::npos);
  EXPECT_NE(Complaint("- a\n").find("the file is a list"), std::string::npos);
  EXPECT_NE(Complaint("nonsense").find("the file is a value"), std::string::npos);
  EXPECT_NE(Complaint(In("data", "folder:")).find("has no value; give one or leave the line out"),
            std::string::npos);
  EXPECT_NE(Complaint(In("data", "folder: ''")).find("is empty"), std::string::npos);
  EXPECT_NE(
      Complaint(In("connectors", "in_process: vendure")).find("a list of at most 256 is expected"),
      std::string::npos);
  EXPECT_NE(Complaint(In("connectors", "in_process: [[a]]"))
                .find("a list stands where a value is expected"),
            std::string::npos);
}

TEST(ServerConfigTest, TakesASectionWithoutKeysForItsDefaults) {
  EXPECT_EQ(Complaint("listen:\ndata:\n"), "");
}

TEST(ServerConfigTest, ChecksNumbersAtTheirBounds) {
  EXPECT_EQ(Complaint(In("limits", "sync_runs: 1")), "");
  EXPECT_EQ(Complaint(In("limits", "sync_runs: 1000")), "");
  EXPECT_EQ(Complaint(In("limits", "change_days: 3650")), "");
  EXPECT_NE(Complaint(In("limits", "change_days: 3651")), "");
  EXPECT_NE(Complaint(In("limits", "change_days: 0")), "");
  for (const char* bad :
       {"0", "1001", "-1", "1.5", "1e2", "0x10", "''", "99999999999999999999", "1 2"}) {
    EXPECT_NE(Complaint(In("limits", std::string("sync_runs: ") + bad)), "") << bad;
  }
}

TEST(ServerConfigTest, RefusesASandboxThatIsNeitherOnNorOff) {
  EXPECT_NE(Complaint(In("connectors", "sandbox: maybe")).find("'connectors.sandbox' is 'maybe'"),
            std::string::npos);
}

TEST(ServerConfigTest, RefusesConnectorsThatAreNoIds) {
  EXPECT_NE(
      Complaint(In("connectors", "in_process: [WooCommerce]")).find("storebridged.yaml:2:16: "),
      std::string::npos);
  EXPECT_NE(Complaint(In("connectors", "in_process: [a, a]")).find("'a' is there twice"),
            std::string::npos);
}

TEST(ServerConfigTest, ShowsMetricsToThisMachineOnly) {
  for (const char* good : {"127.0.0.1:9001", "'[::1]:9001'", "localhost:0", "''"}) {
    EXPECT_EQ(Complaint(In("metrics", std::string("address: ") + good)), "") << good;
  }
  for (const char* bad : {"0.0.0.0:9001", "10.1.2.3:9001", "metrics.example:9001"}) {
    EXPECT_NE(Complaint(In("metrics", std::string("address: ") + bad))
                  .find("nobody would be asked who looks"),
              std::string::npos)
        << bad;
  }
  EXPECT_NE(Complaint(In("metrics", "address: here")).find("has no port"), std::string::npos);
}

TEST(ServerConfigTest, HearsWebhooksOfThisMachineOnly) {
  for (const char* good : {"127.0.0.1:9002", "localhost:0", "''"}) {
    EXPECT_EQ(Complaint(In("webhooks", std::string("address: ") + good)), "") << good;
  }
  EXPECT_NE(Complaint(In("webhooks", "address: 0.0.0.0:9002")).find("put a proxy with TLS"),
            std::string::npos);
}

TEST(ServerConfigTest, RefusesPrivatePlacesThatMeanEverything) {
  EXPECT_NE(
      Complaint(In("egress", "allow_private: [0.0.0.0/0]")).find("larger than any private network"),
      std::string::npos);
}

TEST(ServerConfigTest, RefusesToBeReachedByAnonymousCallers) {
  for (const char* address :
       {"0.0.0.0:7420", "'[::]:7420'", "10.0.0.5:7420", "bridge.internal:7420"}) {
    const std::string told = Complaint(In("listen", std::string("address: ") + address));

    EXPECT_NE(told.find("storebridged.yaml:2:12: 'listen.address': "), std::string::npos) << told;
    EXPECT_NE(told.find("mutual TLS"), std::string::npos) << told;
    EXPECT_NE(told.find("nginx"), std::string::npos) << told;
  }
  for (const char* address : {"127.0.0.1:7420", "'[::1]:7420'", "localhost:0", "''"}) {
    EXPECT_EQ(Complaint(In("listen", std::string("address: ") + address)), "") << address;
  }
}

TEST(ServerConfigTest, NeedsAllPartsOfTls) {
  const std::string told = Complaint("listen:\n  tls:\n    cert: a.crt\n    key: a.key\n");

  EXPECT_NE(told.find("'listen.tls.client_ca': is missing"), std::string::npos) << told;
  EXPECT_NE(Complaint("listen:\n  tls: {client_ca: a.crt}\n").find("'listen.tls.cert': is missing"),
            std::string::npos);
  EXPECT_EQ(Complaint("listen:\n  tls:\n"), "");
}

TEST(ServerConfigTest, NeedsSomewhereToListen) {
  EXPECT_NE(Complaint("listen: {address: '', unix_socket: ''}\n").find("one of them is needed"),
            std::string::npos);
}

TEST(ServerConfigTest, RefusesASocketPathThatTheSystemCutsOff) {
  const std::string longest = "/" + std::string(106, 'x');

  EXPECT_EQ(Complaint(In("listen", "unix_socket: " + longest)), "");
  EXPECT_NE(Complaint(In("listen", "unix_socket: " + longest + "x")).find("at most 107"),
            std::string::npos);
  EXPECT_NE(Complaint(In("data", "folder: " + longest)).find("set a shorter one"),
            std::string::npos);
}

class LoadConfigTest : public ::testing::Test {
 protected:
  LoadConfigTest() {
    std::string pattern = (fs::temp_directory_path() / "config_test_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~LoadConfigTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& text) const {
    const fs::path path = folder_ / "storebridged.yaml";
    std::ofstream(path) << text;
    return path.string();
  }

  fs::path folder_;
};

TEST_F(LoadConfigTest, TakesRelativePathsFromTheFolderOfTheFile) {
  const auto config =
      LoadConfig(Write("data: {folder: ./data}\nconnectors: {folder: ../c}\nlog: {file: a.log}\n"));

  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->data.folder, (folder_ / "data").string());
  EXPECT_EQ(config->data.database_file, (folder_ / "data/storebridge.db").string());
  EXPECT_EQ(config->listen.unix_socket, (folder_ / "data/storebridged.sock").string());
  EXPECT_EQ(config->connectors.folder, (folder_.parent_path() / "c").string());
  EXPECT_EQ(config->log.file, (folder_ / "a.log").string());
  EXPECT_EQ(config->egress.extra_ca_file, "");
}

TEST_F(LoadConfigTest, PutsTheFileInFrontOfEachProblem) {
  const std::string path = Write("lag: {}\n");

  EXPECT_EQ(LoadConfig(path).error().message.rfind(
                path + ":1:1: unknown key 'lag'; did you mean 'log'?", 0),
            0U);
}

TEST_F(LoadConfigTest, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(LoadConfig((folder_ / "missing.yaml").string()).error().code, Code::kNotFound);
  EXPECT_EQ(LoadConfig(folder_.string()).error().code, Code::kFailedPrecondition);
  EXPECT_NE(LoadConfig("/nowhere/x.yaml").error().message.find("No such file or directory"),
            std::string::npos);
}

TEST_F(LoadConfigTest, RefusesAFileThatIsTooLarge) {
  EXPECT_NE(
      LoadConfig(Write(std::string(3'000'000, '#'))).error().message.find("1048576 are allowed"),
      std::string::npos);
}

TEST(ExampleConfigTest, SaysWhatIsUsedWhenKeysAreLeftOut) {
  const auto example = ParseConfig(ReadAll(EXAMPLE_FILE), "example");
  const auto defaults = ParseConfig("", "empty");

  ASSERT_TRUE(example.has_value()) << example.error().message;
  EXPECT_EQ(*example, *defaults);
}

TEST(ExampleConfigTest, HasEveryKey) {
  const std::string example = ReadAll(EXAMPLE_FILE);

  for (const std::string& key : KnownKeys()) {
    const std::string line = " " + key.substr(key.rfind('.') + 1) + ":";
    const bool is_section = key.find('.') == std::string::npos;
    EXPECT_NE(example.find(is_section ? "\n" + key + ":" : line), std::string::npos) << key;
  }
}

// What is commented out is right too.
TEST(ExampleConfigTest, IsStillGoodWithEverythingSwitchedOn) {
  std::istringstream lines(ReadAll(EXAMPLE_FILE));
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t mark = line.find("# ");
    const std::size_t colon = line.find(": /");
    const bool is_setting = mark != std::string::npos && colon != std::string::npos &&
                            line.find(' ', mark + 2) == colon + 1;
    text += (is_setting ? line.erase(mark, 2) : line) + "\n";
  }

  const auto config = ParseConfig(text, "example");

  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->listen.tls.client_ca_file, "/etc/storebridge/callers.crt");
  EXPECT_EQ(config->log.file, "/var/log/storebridge/storebridged.log");
}

}  // namespace
}  // namespace storebridge::config
