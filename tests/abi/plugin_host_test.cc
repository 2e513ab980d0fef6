#include "adapters/plugin_host/plugin_host.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "connector_folder.h"
#include "support/manual_clock.h"
#include "support/manual_executor.h"
#include "support/null_log.h"

namespace storebridge::plugin_host {
namespace {

namespace fs = std::filesystem;

class PluginHostTest : public ::testing::Test {
 protected:
  // Puts a connector of the build into the folder.
  std::string Install(const std::string& connector, const std::string& file) const {
    return connectors_.Install(connector, file);
  }

  std::unique_ptr<PluginHost> OpenHost(std::vector<std::string> in_process = {"minimal"}) {
    auto host =
        PluginHost::Open({.folder = folder_.string(), .in_process = std::move(in_process)},
                         {.session = {.clock = clock_, .log = log_}, .executor = executor_});
    EXPECT_TRUE(host.has_value());
    return std::move(host).value();
  }

  // Why the only connector of its kind is refused.
  std::string Refusal(const std::string& connector) {
    Install(connector, "minimal.so");
    const auto host = OpenHost();
    const auto info = host->Find("minimal");
    EXPECT_EQ(info->resource.state(), v1::Connector::STATE_REFUSED);
    EXPECT_EQ(info->manifest, nullptr);
    EXPECT_FALSE(host->Open("minimal").has_value());
    return info->resource.state_reason();
  }

  // The message of the error that a connector's first step gives.
  std::string FirstStep(const std::string& connector) {
    Install(connector, "minimal.so");
    const auto host = OpenHost();
    auto session = host->Open("minimal");
    EXPECT_TRUE(session.has_value());
    std::optional<Error> told;
    (*session)->Step("", [&](const Result<std::string_view>& effect) {
      told = effect ? Error{} : effect.error();
    });
    EXPECT_TRUE(told.has_value());
    EXPECT_EQ(told->code, Code::kInternal);
    return told->message;
  }

  testing::ManualClock clock_;
  testing::ManualExecutor executor_;
  testing::NullLog log_;
  ConnectorFolderFixture connectors_;
  const fs::path folder_ = connectors_.path();
};

TEST_F(PluginHostTest, RunsAGoodConnector) {
  const std::string path = Install("good", "minimal.so");
  const auto host = OpenHost();

  const auto info = host->Find("minimal");
  auto session = host->Open("minimal");

  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->resource.state(), v1::Connector::STATE_READY) << info->resource.state_reason();
  EXPECT_EQ(info->resource.name(), "connectors/minimal");
  EXPECT_EQ(info->resource.version(), "0.1.0");
  EXPECT_EQ(info->resource.path(), path);
  ASSERT_NE(info->manifest, nullptr);
  ASSERT_TRUE(session.has_value());
  connector::v1::Effect effect;
  (*session)->Step("", [&](const Result<std::string_view>& bytes) {
    ASSERT_TRUE(bytes.has_value());
    ASSERT_TRUE(effect.ParseFromArray(bytes->data(), static_cast<int>(bytes->size())));
  });
  EXPECT_TRUE(effect.done().has_output());
}

TEST_F(PluginHostTest, RunsManySessionsOfOneConnector) {
  Install("good", "minimal.so");
  const auto host = OpenHost();
  std::vector<std::unique_ptr<ports::ConnectorSession>> sessions;

  for (int i = 0; i < 1'000; ++i) {
    auto session = host->Open("minimal");
    ASSERT_TRUE(session.has_value());
    sessions.push_back(std::move(session).value());
  }

  int answered = 0;
  for (const auto& session : sessions) {
    session->Step("", [&](const Result<std::string_view>& effect) {
      answered += effect.has_value() ? 1 : 0;
    });
  }
  EXPECT_EQ(answered, 1'000);
}

TEST_F(PluginHostTest, KeepsSessionsAliveLongerThanItself) {
  Install("good", "minimal.so");
  auto host = OpenHost();
  auto session = host->Open("minimal");
  ASSERT_TRUE(session.has_value());

  host.reset();

  (*session)->Step("",
                   [](const Result<std::string_view>& effect) { EXPECT_TRUE(effect.has_value()); });
}

TEST_F(PluginHostTest, NeverUnloads) {
  const std::string path = Install("good", "minimal.so");

  OpenHost().reset();

  void* const still_there = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
  EXPECT_NE(still_there, nullptr);
  EXPECT_EQ(dlclose(still_there), 0);
}

TEST_F(PluginHostTest, DoesNotOpenWhatIsNotListed) {
  Install("tells_loading", "minimal.so");
  unsetenv("STOREBRIDGE_ABI_TEST_LOADED");

  const auto host = OpenHost({});

  EXPECT_EQ(getenv("STOREBRIDGE_ABI_TEST_LOADED"), nullptr);
  const auto info = host->Find("minimal");
  EXPECT_EQ(info->resource.state(), v1::Connector::STATE_NOT_TRUSTED);
  EXPECT_NE(info->resource.state_reason().find("add 'minimal' to connectors.in_process"),
            std::string::npos);
  EXPECT_EQ(host->Open("minimal").error().code, Code::kFailedPrecondition);

  // The control: the trace would have been seen.
  OpenHost({"minimal"});
  EXPECT_NE(getenv("STOREBRIDGE_ABI_TEST_LOADED"), nullptr);
}

TEST_F(PluginHostTest, DoesNotOpenWhatOthersCanWrite) {
  const std::string path = Install("tells_loading", "minimal.so");
  fs::permissions(path, fs::perms(0666));
  unsetenv("STOREBRIDGE_ABI_TEST_LOADED");

  const auto host = OpenHost();

  EXPECT_EQ(getenv("STOREBRIDGE_ABI_TEST_LOADED"), nullptr);
  const auto info = host->Find("minimal");
  EXPECT_EQ(info->resource.state(), v1::Connector::STATE_REFUSED);
  EXPECT_NE(info->resource.state_reason().find("chmod go-w '" + path + "'"), std::string::npos);
}

TEST_F(PluginHostTest, DoesNotOpenAnythingInAFolderThatOthersCanWrite) {
  Install("good", "minimal.so");
  fs::permissions(folder_, fs::perms(0777));

  const auto info = OpenHost()->Find("minimal");

  EXPECT_EQ(info->resource.state(), v1::Connector::STATE_REFUSED);
  EXPECT_NE(info->resource.state_reason().find("chmod go-w '" + folder_.string() + "'"),
            std::string::npos);
}

TEST_F(PluginHostTest, RefusesTwoFilesOfOneIdWithoutOpeningThem) {
  Install("tells_loading", "big-minimal.so");
  Install("tells_loading", "big_minimal.so");
  unsetenv("STOREBRIDGE_ABI_TEST_LOADED");

  const auto host = OpenHost({"big-minimal"});

  EXPECT_EQ(getenv("STOREBRIDGE_ABI_TEST_LOADED"), nullptr);
  ASSERT_EQ(host->List().size(), 1U);
  const auto info = host->Find("big-minimal");
  EXPECT_EQ(info->resource.state(), v1::Connector::STATE_REFUSED);
  EXPECT_NE(info->resource.state_reason().find("remove all but one"), std::string::npos);
}

TEST_F(PluginHostTest, RefusesAConnectorUnderAnotherName) {
  Install("good", "other.so");

  const auto info = OpenHost({"other"})->Find("other");

  EXPECT_EQ(info->resource.state_reason(),
            "the manifest is of connector 'minimal', but the file claims to be 'other'; name the "
            "file minimal.so");
}

TEST_F(PluginHostTest, ListsATrustedConnectorWithoutAFile) {
  const auto host = OpenHost();

  const auto info = host->Find("minimal");

  EXPECT_EQ(info->resource.state(), v1::Connector::STATE_REFUSED);
  EXPECT_EQ(info->resource.state_reason().rfind("no file: there is no file minimal.so in '", 0),
            0U);
}

TEST_F(PluginHostTest, SaysThatTheFolderIsMissing) {
  const std::string folder = (folder_ / "nowhere").string();

  const auto host =
      PluginHost::Open({.folder = folder, .in_process = {"minimal"}},
                       {.session = {.clock = clock_, .log = log_}, .executor = executor_});

  ASSERT_TRUE(host.has_value());
  EXPECT_NE((*host)->Find("minimal")->resource.state_reason().find("No such file or directory"),
            std::string::npos);
}

TEST_F(PluginHostTest, RefusesAListedIdThatIsNone) {
  const auto host =
      PluginHost::Open({.folder = folder_.string(), .in_process = {"../evil"}},
                       {.session = {.clock = clock_, .log = log_}, .executor = executor_});

  ASSERT_FALSE(host.has_value());
  EXPECT_EQ(host.error().code, Code::kInvalidArgument);
}

TEST_F(PluginHostTest, LetsGoodConnectorsRunBesideBadOnes) {
  Install("good", "minimal.so");
  for (const char* bad :
       {"no_symbol", "null_table", "undefined_symbol", "garbage_manifest", "short_struct"}) {
    Install(bad, std::string(bad) + ".so");
  }

  const auto host = OpenHost({"minimal",
                              "no-symbol",
                              "null-table",
                              "undefined-symbol",
                              "garbage-manifest",
                              "short-struct"});

  const auto all = host->List();
  ASSERT_EQ(all.size(), 6U);
  for (const ports::ConnectorInfo& info : all) {
    const bool is_good = info.resource.name() == "connectors/minimal";
    EXPECT_EQ(info.resource.state(),
              is_good ? v1::Connector::STATE_READY : v1::Connector::STATE_REFUSED);
    EXPECT_EQ(info.resource.state_reason().empty(), is_good);
  }
}

TEST_F(PluginHostTest, RefusesATextFile) {
  std::ofstream(folder_ / "minimal.so") << "this is no library\n";

  const auto info = OpenHost()->Find("minimal");

  EXPECT_EQ(info->resource.state(), v1::Connector::STATE_REFUSED);
  EXPECT_EQ(info->resource.state_reason().rfind("it cannot be loaded: ", 0), 0U);
}

// dlopen itself dies of some of these.
TEST_F(PluginHostTest, RefusesALibraryThatIsCutOff) {
  const std::string path = Install("good", "minimal.so");
  const auto whole = fs::file_size(path);

  for (std::uintmax_t size = 0; size < whole; size += 512) {
    fs::remove(path);
    Install("good", "minimal.so");
    fs::resize_file(path, size);

    const auto info = OpenHost()->Find("minimal");

    // What lies behind the last segment is not needed to run.
    if (info->resource.state() == v1::Connector::STATE_READY) {
      EXPECT_GT(size, whole / 4);
      return;
    }
    EXPECT_EQ(info->resource.state_reason().rfind("it cannot be loaded: the file ", 0), 0U);
  }
}

TEST_F(PluginHostTest, NamesTheSymbolThatIsUndefined) {
  EXPECT_NE(Refusal("undefined_symbol").find("storebridge_abi_test_missing"), std::string::npos);
}

TEST_F(PluginHostTest, RefusesALibraryThatIsNoConnector) {
  EXPECT_NE(Refusal("no_symbol").find("does not export storebridge_connector_v1"),
            std::string::npos);
}

TEST_F(PluginHostTest, RefusesATableThatIsNull) {
  EXPECT_NE(Refusal("null_table").find("its table is NULL"), std::string::npos);
}

TEST_F(PluginHostTest, RefusesAnEntryThatThrows) {
  EXPECT_NE(Refusal("throws_in_entry").find("not today"), std::string::npos);
}

TEST_F(PluginHostTest, RefusesAStructureThatIsTooShort) {
  EXPECT_NE(Refusal("short_struct").find("its table has 40 bytes and version 1 has 48"),
            std::string::npos);
}

TEST_F(PluginHostTest, RefusesAMissingFunction) {
  EXPECT_NE(Refusal("no_functions").find("lacks open, step or close"), std::string::npos);
}

TEST_F(PluginHostTest, RefusesAMissingManifest) {
  EXPECT_NE(Refusal("no_manifest").find("has no manifest"), std::string::npos);
}

TEST_F(PluginHostTest, RefusesAGarbageManifest) {
  EXPECT_NE(Refusal("garbage_manifest").find("is not a serialized"), std::string::npos);
}

TEST_F(PluginHostTest, RefusesAHugeManifest) {
  EXPECT_NE(Refusal("huge_manifest").find("at most 262144 are allowed"), std::string::npos);
}

TEST_F(PluginHostTest, RefusesAConnectorOfTheFuture) {
  EXPECT_NE(Refusal("future_minor").find("minor 4000000000 of the connector contract"),
            std::string::npos);
}

TEST_F(PluginHostTest, SurvivesAnExceptionOutOfAStep) {
  EXPECT_EQ(FirstStep("throws_in_step"),
            "connector 'minimal' threw an exception: no paper left; report it to its author");
}

TEST_F(PluginHostTest, EndsASessionThatSaysItIsBroken) {
  EXPECT_EQ(FirstStep("broken_step"),
            "connector 'minimal' says that its session is broken; report it to its author");
}

TEST_F(PluginHostTest, RefusesAnEffectThatIsTooLarge) {
  EXPECT_EQ(FirstStep("huge_effect"),
            "connector 'minimal' gave an effect of 4194305 bytes; at most 4194304 are allowed; "
            "report it to its "
            "author");
}

}  // namespace
}  // namespace storebridge::plugin_host
