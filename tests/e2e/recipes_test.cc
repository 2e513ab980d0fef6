// Every line that we print for people works as it is printed.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "demo_fixture.h"

namespace storebridge::e2e {
namespace {

constexpr std::chrono::milliseconds kLineMost{60'000};
constexpr std::chrono::milliseconds kQuickstartMost{240'000};
// A watch goes on until somebody ends it.
constexpr const char* kWatchSeconds = "5";
constexpr int kEndedByTimeout = 124;
constexpr std::size_t kPrintedLines = 5;

// The environment of a person who has the shim on the path and may have to wait for npm once.
std::vector<std::string> Environment(const std::string& server, const std::string& order = "") {
  const char* path = std::getenv("PATH");
  return {"SERVER=" + server,
          "ORDER=" + order,
          std::string("STOREBRIDGE_BUILD=") + E2E_BUILD_DIR,
          std::string("PATH=") + E2E_SOURCE_DIR +
              "/tools/grpcurl_shim:" + (path == nullptr ? "" : path)};
}

// Runs one line with bash in a folder. Watches are ended after a few seconds.
void RunLine(const std::string& line,
             const std::string& folder,
             const std::vector<std::string>& environment) {
  const bool is_watch = line.find("/Watch") != std::string::npos;
  std::vector<std::string> command{"bash", "-c", "cd '" + folder + "' && " + line};
  if (is_watch) {
    command.insert(command.begin(), {"timeout", kWatchSeconds});
  }

  const Result<day::CommandResult> result = day::RunCommand(command, "", kLineMost, environment);

  ASSERT_TRUE(Came(result)) << line;
  if (is_watch) {
    EXPECT_EQ(result->exit_code, kEndedByTimeout) << line << "\n" << result->errors;
  } else {
    EXPECT_EQ(result->exit_code, 0) << line << "\n" << result->errors;
    EXPECT_FALSE(result->output.empty()) << line;
  }
}

// The lines of tools/README.md that begin with grpcurl or end in one.
std::vector<std::string> Recipes() {
  std::ifstream in(std::string(E2E_SOURCE_DIR) + "/tools/README.md");
  std::vector<std::string> lines;
  std::string line;
  bool is_code = false;
  while (std::getline(in, line)) {
    if (line.starts_with("```")) {
      is_code = line == "```sh";
    } else if (is_code && line.find("grpcurl ") != std::string::npos) {
      lines.push_back(line);
    }
  }
  return lines;
}

class RecipesTest : public DemoFixture {};

TEST_F(RecipesTest, EveryLineOfTheToolsReadmeWorks) {
  store_ = Must(StartDemoStore(folder_, "store"));
  server_ = Must(StartServer(folder_, {store_.place}));
  ASSERT_TRUE(store_.side && server_.process);
  boost::json::object secrets;
  for (const auto& [name, value] : store_.side->secrets()) {
    secrets[name] = value;
  }
  std::ofstream(folder_.File("store.json")) << boost::json::serialize(boost::json::object(
      {{"parent", "merchants/acme"},
       {"storeId", "web"},
       {"startPaused", true},
       {"store",
        {{"connector", store_.side->connector()}, {"configJson", store_.side->config_json()}}},
       {"secrets", secrets}}));
  std::ofstream(folder_.File("secrets.json")) << boost::json::serialize(boost::json::object(
      {{"store", {{"name", "merchants/acme/stores/web"}}}, {"secrets", secrets}}));
  const std::vector<std::string> recipes = Recipes();
  ASSERT_GE(recipes.size(), 10U);
  day::Platform acme(server_.address, "acme");
  std::string order;

  for (const std::string& line : recipes) {
    RunLine(line, folder_.path(), Environment(server_.address, order));
    if (line.find("StockService/SetStock") != std::string::npos) {
      order = Buy("SF-MUG-BIRCH").at(0);
      ASSERT_TRUE(Came(acme.Run("web", v1::FLOW_ORDERS)));
    }
    if (line.find("StoreService/ResumeStore") != std::string::npos) {
      // The first poll for products was begun by the call; a person would not notice that it takes
      // a moment.
      ASSERT_TRUE(Came(acme.Run("web", v1::FLOW_PRODUCTS)));
    }
  }
}

TEST_F(RecipesTest, DescribeShowsTheComments) {
  server_ = Must(StartServer(folder_, ServerOptions{}));
  ASSERT_TRUE(server_.process);

  const auto shown = Must(day::RunCommand(
      {"bash", "-c", "grpcurl -plaintext $SERVER describe storebridge.v1.OrderService"},
      "",
      kLineMost,
      Environment(server_.address)));

  EXPECT_NE(shown.output.find("storebridge.v1.OrderService is a service:"), std::string::npos)
      << shown.errors;
  EXPECT_NE(shown.output.find("// Lists orders, the newest first by `create_time`."),
            std::string::npos)
      << shown.output;
}

TEST_F(RecipesTest, ErrorsAreShownAsGrpcurlShowsThem) {
  server_ = Must(StartServer(folder_, ServerOptions{}));
  ASSERT_TRUE(server_.process);
  const auto run = [this](const std::string& line) {
    return Must(day::RunCommand({"bash", "-c", line}, "", kLineMost, Environment(server_.address)));
  };

  const auto call =
      run("grpcurl -plaintext -d '{\"store\":{\"name\":\"merchants/acme/stores/web\"},"
          "\"update_mask\":{\"paths\":[\"settings.no_such\"]}}' "
          "$SERVER storebridge.v1.StoreService/UpdateStore");
  const auto list = run("grpcurl -plaintext $SERVER list storebridge.v1.Nope");

  EXPECT_NE(call.exit_code, 0);
  EXPECT_NE(call.errors.find("Code: InvalidArgument"), std::string::npos) << call.errors;
  EXPECT_NE(call.errors.find("\"reason\": \"UPDATE_MASK\""), std::string::npos) << call.errors;
  EXPECT_NE(call.errors.find("\"path\": \"settings.no_such\""), std::string::npos) << call.errors;
  EXPECT_EQ(list.exit_code, 1);
  EXPECT_NE(list.errors.find("Failed to list service \"storebridge.v1.Nope\""), std::string::npos)
      << list.errors;
}

// The lines of grpcurl that quickstart prints at its end, and the server in them.
std::vector<std::string> PrintedLines(const std::string& output) {
  static const std::regex kLine("^  (\\S*grpcurl -plaintext .*)$", std::regex::multiline);
  std::vector<std::string> lines;
  for (std::sregex_iterator at(output.begin(), output.end(), kLine), end; at != end; ++at) {
    lines.push_back((*at)[1].str());
  }
  return lines;
}

TEST(QuickstartTest, PrintsLinesThatWorkAndEndsCleanly) {
  const day::TempFolder folder;
  const auto quickstart =
      Must(day::Process::Start({.arguments = {std::string(E2E_SOURCE_DIR) + "/tools/quickstart"},
                                .environment = {std::string("STOREBRIDGE_BUILD=") + E2E_BUILD_DIR,
                                                "TMPDIR=" + folder.path()},
                                .output_file = folder.File("quickstart.log")}));
  ASSERT_TRUE(quickstart);

  const std::string output = Must(quickstart->WaitForOutput(
      [](const std::string& so_far) {
        return so_far.find("Ctrl-C ends everything") == std::string::npos ? std::string() : so_far;
      },
      kQuickstartMost));

  const std::vector<std::string> lines = PrintedLines(output);
  EXPECT_EQ(lines.size(), kPrintedLines) << output;
  const std::string here = std::filesystem::current_path().string();
  for (const std::string& line : lines) {
    RunLine(line, here, Environment(""));
  }
  EXPECT_EQ(quickstart->Stop(), 128 + SIGTERM);
  EXPECT_TRUE(std::filesystem::exists(folder.File("quickstart.log")));
  const auto left = std::distance(std::filesystem::directory_iterator(folder.path()), {});
  EXPECT_EQ(left, 1) << "quickstart left files behind";
}

TEST(QuickstartTest, OnceEndsWithZero) {
  const auto run =
      Must(day::RunCommand({std::string(E2E_SOURCE_DIR) + "/tools/quickstart", "--once"},
                           "",
                           kQuickstartMost,
                           {std::string("STOREBRIDGE_BUILD=") + E2E_BUILD_DIR}));

  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_NE(run.output.find("total"), std::string::npos) << run.output;
}

}  // namespace
}  // namespace storebridge::e2e
