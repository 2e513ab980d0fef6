// Connectors that are none: each is listed with its reason and what to do, and takes no store;
// the good one beside them works.
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <sys/stat.h>

#include "bad_input/ground.h"
#include "day_kit/call.h"
#include "storebridge/v1/connector_service.grpc.pb.h"
#include "storebridge/v1/store_service.grpc.pb.h"

namespace storebridge::e2e {
namespace {

namespace fs = std::filesystem;

// A file in the folder of connectors, and what is said of it. `{}` in the words is that folder.
struct Row {
  std::string name;
  // How the connector is called, and its file.
  std::string connector;
  std::string file;
  // Puts it there.
  std::function<void(const fs::path& file)> install;
  Words words;
  bool is_listed = true;

  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
};

// A connector of tests/abi.
std::function<void(const fs::path&)> Abi(const std::string& source) {
  return [source](const fs::path& file) {
    fs::copy_file(fs::path(E2E_ABI_CONNECTORS) / (source + ".so"), file);
    fs::permissions(file, fs::perms(0644));
  };
}

void Text(const fs::path& file) {
  std::ofstream(file) << "this is no library\n";
}

// A copy that broke off.
void Half(const fs::path& file) {
  Abi("good")(file);
  fs::resize_file(file, fs::file_size(file) / 4);
}

void WritableByAll(const fs::path& file) {
  Abi("good")(file);
  fs::permissions(file, fs::perms(0666));
}

// Two files of one id: a name may be written with '-' or '_'.
void Twice(const fs::path& file) {
  Abi("good")(file);
  Abi("good")(file.parent_path() / "twin-brother.so");
}

std::vector<Row> Rows() {
  return {
      {"WithoutTheSymbol",
       "no-symbol",
       "no_symbol.so",
       Abi("no_symbol"),
       {"does not export storebridge_connector_v1", "storebridge_add_connector()"}},
      // Of a version that has yet to come; a major version that is over has another symbol.
      {"OfAnotherVersion",
       "minimal",
       "minimal.so",
       Abi("future_minor"),
       {"minor 4000000000 of the connector contract"}},
      {"WithATableThatIsNull",
       "null-table",
       "null_table.so",
       Abi("null_table"),
       {"its table is NULL", "see its integration page"}},
      {"WithAShortStruct",
       "short-struct",
       "short_struct.so",
       Abi("short_struct"),
       {"its table has 40 bytes and version 1 has 48", "rebuild it"}},
      {"ThatIsNoLibrary",
       "text",
       "text.so",
       Text,
       {"it cannot be loaded: the file is no shared library", "copy it again"}},
      {"ThatIsCutOff", "half", "half.so", Half, {"it cannot be loaded: the file "}},
      {"WithAnUndefinedSymbol",
       "undefined-symbol",
       "undefined_symbol.so",
       Abi("undefined_symbol"),
       {"storebridge_abi_test_missing", "rebuild it"}},
      {"ThatThrowsWhenItIsLoaded",
       "throws-in-entry",
       "throws_in_entry.so",
       Abi("throws_in_entry"),
       {"not today"}},
      {"WithAManifestOfGarbage",
       "garbage-manifest",
       "garbage_manifest.so",
       Abi("garbage_manifest"),
       {"is not a serialized"}},
      {"WithTheIdOfAnother",
       "twin-brother",
       "twin_brother.so",
       Twice,
       {"{}/twin-brother.so and {}/twin_brother.so are all connector 'twin-brother'",
        "remove all but one, then call ReloadConnector"}},
      {"WithTheFileOfAnother",
       "other-name",
       "other_name.so",
       Abi("good"),
       {"the manifest is of connector 'minimal'", "name the file minimal.so"}},
      {"ThatAnybodyMayWrite",
       "writable",
       "writable.so",
       WritableByAll,
       {"can be written by other users", "chmod go-w '{}/writable.so'"}},
      {"WithoutAFile",
       "absent",
       "",
       nullptr,
       {"there is no file absent.so in '{}'", "install it, or take 'absent' out of"}},
      {"ThatCrashesInItsSandbox",
       "stranger",
       "stranger.so",
       Abi("crashes_in_entry"),
       {"its process crashed with signal 6 (Aborted) while it was loaded",
        "report it to its author"},
       false},
  };
}

class PluginTable : public GroundTest<PluginTable>, public testing::WithParamInterface<Row> {
 public:
  static ServerOptions Options() {
    folder_ = std::make_unique<day::TempFolder>();
    const fs::path folder(folder_->path());
    fs::copy_file(fs::path(E2E_CONNECTORS) / "woocommerce.so", folder / "woocommerce.so");
    ServerOptions options{.connectors = folder, .in_process = {"woocommerce"}};
    for (const Row& row : Rows()) {
      if (row.install) {
        row.install(folder / row.file);
      }
      if (row.is_listed) {
        options.in_process.push_back(row.connector);
      }
    }
    return options;
  }

 protected:
  static void TearDownTestSuite() {
    GroundTest::TearDownTestSuite();
    folder_.reset();
  }

  static void ExpectSaid(const std::string& text) {
    Words words = GetParam().words;
    for (std::string& word : words) {
      for (std::size_t at = word.find("{}"); at != std::string::npos; at = word.find("{}")) {
        word.replace(at, 2, folder_->path());
      }
    }
    EXPECT_TRUE(Says(text, words));
  }

  static std::unique_ptr<day::TempFolder> folder_;
};

std::unique_ptr<day::TempFolder> PluginTable::folder_;

TEST_P(PluginTable, IsRefusedAndTakesNoStore) {
  const Row& row = GetParam();
  const std::unique_ptr<day::Platform> platform = NewMerchant();
  const std::string before = Must(StateOf(*platform));
  v1::ConnectorService::Stub connectors(platform->channel());
  v1::GetConnectorRequest get;
  get.set_name("connectors/" + row.connector);
  v1::StoreService::Stub stores(platform->channel());
  v1::CreateStoreRequest create;
  create.set_parent(platform->parent());
  create.set_store_id("web");
  create.mutable_store()->set_connector(get.name());
  create.mutable_store()->set_config_json("{}");

  const v1::Connector shown =
      Must(day::Call<v1::Connector>(connectors, &v1::ConnectorService::Stub::GetConnector, get));
  const Result<v1::Store> made =
      day::Call<v1::Store>(stores, &v1::StoreService::Stub::CreateStore, create);

  EXPECT_EQ(shown.state(), v1::Connector::STATE_REFUSED);
  ExpectSaid(shown.state_reason());
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, Code::kFailedPrecondition);
  ExpectSaid(made.error().message);
  EXPECT_EQ(platform->GetStore("web").error().code, Code::kNotFound);
  EXPECT_EQ(Must(StateOf(*platform)), before);
  EXPECT_TRUE(Came(ground_->IsUp())) << "the good connector beside it works";
}

INSTANTIATE_TEST_SUITE_P(Plugin,
                         PluginTable,
                         testing::ValuesIn(Rows()),
                         [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

}  // namespace
}  // namespace storebridge::e2e
