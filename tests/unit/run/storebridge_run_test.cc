#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "day_kit/process.h"
#include "unit/egress/test_server.h"

namespace storebridge {
namespace {

constexpr const char* kToken = "token-5f0c2a77e1";
constexpr const char* kCustomer = "Mirjami Testinen";

std::string Order(int id, bool is_paid) {
  const std::string number = std::to_string(id);
  return R"({"id":)" + number + R"(,"number":"T-)" + number + R"(","state":"open","paid":)" +
         (is_paid ? "true" : "false") +
         R"(,"currency":"EUR","total":"29.90","placed_at":"2026-11-18T09:00:00Z",)"
         R"("modified_at":"2026-11-18T10:00:00Z","ship_to":{"name":")" +
         kCustomer +
         R"(","street":"Testikatu 1","zip":"33100","city":"Tampere","country":"FI"},)"
         R"("lines":[{"id":1,"code":"VS-1","title":"Villasukat","quantity":2,"price":"14.95"}]})";
}

// A store with what the test gives it under /api/orders.
class RunTest : public ::testing::Test {
 protected:
  RunTest()
      : server_([this](egress::ServerConnection& connection) {
          for (std::string request = connection.ReadRequest(); !request.empty();
               request = connection.ReadRequest()) {
            const bool is_known =
                request.find(std::string("Bearer ") + kToken + "\r\n") != std::string::npos;
            connection.Write(is_known ? egress::HttpText(200, orders_)
                                      : egress::HttpText(401, R"({"error":"who are you?"})"));
          }
        }) {
    Write("store.yaml", StoreYaml(kToken));
  }

  [[nodiscard]] std::string StoreYaml(const std::string& token) const {
    return "config: {base_url: \"http://" + server_.address() + "\"}\nsecrets: {token: \"" + token +
           "\"}\n";
  }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.File(name), std::ios::binary) << text;
    return folder_.File(name);
  }

  [[nodiscard]] std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_.File(name), std::ios::binary).rdbuf();
    return text.str();
  }

  day::CommandResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), RUN_PROGRAM);
    const auto ran = day::RunCommand(arguments, "", std::chrono::minutes(1));
    if (!ran) {
      ADD_FAILURE() << ran.error().message;
      return {};
    }
    return *ran;
  }

  // orders.pull of the store, with more flags.
  day::CommandResult Pull(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {TEMPLATE_MODULE,
                                          "--operation",
                                          "orders.pull",
                                          "--config",
                                          folder_.File("store.yaml"),
                                          "--allow-private"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }

  // An operation of the connector that does what authors do wrongly.
  day::CommandResult RunCareless(const std::string& operation,
                                 const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {
        CARELESS_MODULE, "--operation", operation, "--config", folder_.File("store.yaml")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }

  // The connector that reads orders differently, under the name that its manifest asks for.
  std::string ChangedModule() {
    const std::string path = folder_.File("template-store.so");
    std::filesystem::copy_file(CHANGED_MODULE, path);
    return path;
  }

  std::string orders_ = "[" + Order(1, true) + "," + Order(2, false) + "]";
  day::TempFolder folder_;
  egress::TestServer server_;
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(RunTest, GivesTheSameWithoutTheSandbox) {
  const day::CommandResult inside = Pull({"--in-process"});
  const day::CommandResult outside = Pull();

  EXPECT_EQ(inside.exit_code, 0) << inside.errors;
  EXPECT_EQ(inside.output, outside.output);
}

TEST_F(RunTest, SaysWhatTheServerWouldSayOfALibrary) {
  for (const auto& [module, words] : std::map<std::string, std::string>{
           {CRASHING_MODULE, "its process crashed with signal 6 (Aborted) while it was loaded"},
           {FUTURE_MODULE, "minor 4000000000 of the connector contract"}}) {
    const std::string path = folder_.File("minimal.so");
    std::filesystem::copy_file(module, path, std::filesystem::copy_options::overwrite_existing);

    const day::CommandResult ran =
        Run({path, "--operation", "orders.pull", "--config", folder_.File("store.yaml")});

    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_TRUE(Has(ran.errors, path + ": ")) << ran.errors;
    EXPECT_TRUE(Has(ran.errors, words)) << ran.errors;
  }
}

TEST_F(RunTest, PrintsRecordsAsLinesAndRequestsBesideThem) {
  const day::CommandResult ran = Pull();

  EXPECT_EQ(ran.exit_code, 0) << ran.errors;
  EXPECT_TRUE(Has(ran.output, R"("external_id":"1")")) << ran.output;
  EXPECT_TRUE(Has(ran.output, R"("number":"T-2")")) << ran.output;
  EXPECT_TRUE(Has(ran.output, "29.90 EUR")) << ran.output;
  EXPECT_TRUE(Has(ran.output, "modified_ms:")) << ran.output;
  EXPECT_TRUE(Has(ran.errors, "/api/orders?")) << ran.errors;
  EXPECT_TRUE(Has(ran.errors, "DONE: 2 records, 0 unreadable, 0 refused, 1 requests"))
      << ran.errors;
  EXPECT_FALSE(Has(ran.output + ran.errors, kToken));
}

TEST_F(RunTest, PrintsWhatCannotBeReadAndGoesOn) {
  orders_ = R"([{"id":7,"number":"T-7"},)" + Order(2, true) + "]";

  const day::CommandResult ran = Pull();

  EXPECT_EQ(ran.exit_code, 0) << ran.errors;
  EXPECT_TRUE(Has(ran.output, "$[0].currency is missing")) << ran.output;
  EXPECT_TRUE(Has(ran.errors, "DONE: 1 records, 1 unreadable")) << ran.errors;
}

TEST_F(RunTest, ARetryGivesOnlyWhatWasAskedForAndKeepsTheCursor) {
  const day::CommandResult ran = Pull({"--only", "2", "--cursor", "modified_ms:1795000000000"});

  EXPECT_EQ(ran.exit_code, 0) << ran.errors;
  EXPECT_TRUE(Has(ran.output, R"("number":"T-2")")) << ran.output;
  EXPECT_FALSE(Has(ran.output, R"("number":"T-1")")) << ran.output;
  EXPECT_FALSE(Has(ran.output, "modified_ms:")) << ran.output;
  EXPECT_TRUE(Has(ran.errors, "modified_since=1970-01-01")) << ran.errors;
}

TEST_F(RunTest, SaysOfWhichPushedRecordsNothingWasTold) {
  const std::string levels = Write(
      "levels.yaml", "levels: [{ref: a, external_id: told}, {ref: d, external_id: silent}]\n");

  const day::CommandResult ran = RunCareless("stock.push", {"--input", levels});

  EXPECT_EQ(ran.exit_code, 1) << ran.output << ran.errors;
  EXPECT_EQ(ran.output,
            "{\"result\":\"a\",\"accepted\":\"yes\"}\n"
            "{\"result\":\"d\",\"failure\":\"no outcome was told\"}\n");
  EXPECT_TRUE(
      Has(ran.errors, "DONE: 1 records, 0 unreadable, 0 refused, 0 requests, 1 without an outcome"))
      << ran.errors;
}

TEST_F(RunTest, SaysWhatTheServerWouldRefuse) {
  const day::CommandResult ran = RunCareless("orders.pull");

  EXPECT_EQ(ran.exit_code, 1) << ran.output;
  EXPECT_FALSE(Has(ran.errors, "UNFIT order 1:")) << ran.errors;
  for (const char* words :
       {"UNFIT order without an id: order 'T-2' (external_id ''): external_id is missing",
        "UNFIT order 3: order 'T-3' (external_id '3'): ",
        "UNFIT order 4: order 'T-4' (external_id '4'): ",
        "UNFIT order 5: Order T-5: 'eur' is not a currency of ISO 4217",
        "UNFIT order 6: Order T-6: 'Finland' is not a country of ISO 3166-1",
        "UNFIT order 7: Order T-7: line 1 ('') has the quantity -1",
        "DONE: 7 records, 0 unreadable, 0 refused, 0 requests, 6 unfit"}) {
    EXPECT_TRUE(Has(ran.errors, words)) << words << "\n" << ran.errors;
  }
}

TEST_F(RunTest, SaysOfWhichOperationARecordIsNot) {
  const day::CommandResult ran = RunCareless("auth.check");

  EXPECT_EQ(ran.exit_code, 1) << ran.output;
  EXPECT_TRUE(Has(ran.errors, "0 refused, 0 requests, 1 checks failed, 1 unfit")) << ran.errors;
  EXPECT_TRUE(Has(ran.errors,
                  "UNFIT order 9: the server takes it from orders.pull alone, not from auth.check"))
      << ran.errors;
}

TEST_F(RunTest, SaysWhatTheMerchantHasToMend) {
  const day::CommandResult ran = RunCareless("products.pull");

  EXPECT_TRUE(
      Has(ran.errors, "note: product 7: product 'Mug' (external_id '7'): it has no product code"))
      << ran.errors;
  EXPECT_FALSE(Has(ran.errors, "UNFIT")) << ran.errors;
}

TEST_F(RunTest, SaysWhereToAddASecret) {
  const std::string file =
      Write("store.yaml", "config: {base_url: \"http://" + server_.address() + "\"}\n");

  const day::CommandResult ran = Pull();

  EXPECT_EQ(ran.exit_code, 1) << ran.output;
  EXPECT_TRUE(Has(ran.errors, "add secrets: {token: ...} to " + file)) << ran.errors;
  EXPECT_TRUE(Has(ran.errors, "add secrets: {token: ...} to the file of --config")) << ran.errors;
  EXPECT_FALSE(Has(ran.errors, "Set it again")) << ran.errors;
}

TEST_F(RunTest, DoesNotCallAMissingFileALibrary) {
  const day::CommandResult ran = Run({folder_.File("none.so"), "--replay", "any.sbrec"});

  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.errors,
            "storebridge-run: " + folder_.File("none.so") +
                ": there is no such file; build the connector, or mend its path\n");
}

TEST_F(RunTest, StopsAtTheLimit) {
  const day::CommandResult ran = Pull({"--limit", "1"});

  EXPECT_EQ(ran.exit_code, 0) << ran.errors;
  EXPECT_TRUE(Has(ran.errors, "stopped at the limit of 1 records")) << ran.errors;
  EXPECT_TRUE(Has(ran.output, R"("number":"T-1")")) << ran.output;
  EXPECT_FALSE(Has(ran.output, R"("number":"T-2")")) << ran.output;
  EXPECT_FALSE(Has(ran.output, "cursor")) << ran.output;
}

TEST_F(RunTest, AReplayOfARecordingIsTheSameByteForByte) {
  const std::string file = folder_.File("pull.recording");
  ASSERT_EQ(Pull({"--record", file}).exit_code, 0);

  const day::CommandResult ran = Run({TEMPLATE_MODULE, "--replay", file});

  EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.output, "orders.pull of template-store")) << ran.output;
  EXPECT_TRUE(Has(ran.output, "the same, byte for byte")) << ran.output;
}

TEST_F(RunTest, ARecordingHasNeitherCredentialsNorCustomers) {
  const std::string file = folder_.File("pull.recording");
  ASSERT_EQ(Pull({"--record", file}).exit_code, 0);

  const std::string bytes = Read("pull.recording");

  EXPECT_TRUE(Has(bytes, "VS-1"));
  EXPECT_FALSE(Has(bytes, kToken));
  EXPECT_FALSE(Has(bytes, kCustomer));
  EXPECT_FALSE(Has(bytes, "Testinen"));
}

TEST_F(RunTest, ARecordingIsNotWrittenOver) {
  const std::string file = Write("pull.recording", "mine");

  const day::CommandResult ran = Pull({"--record", file});

  EXPECT_EQ(ran.exit_code, 1) << ran.output;
  EXPECT_EQ(ran.errors,
            "storebridge-run: --record: the recording '" + file +
                "' cannot be made: File exists; remove it, or take another name\n");
  EXPECT_EQ(server_.connections(), 0);
  EXPECT_EQ(Read("pull.recording"), "mine");
}

TEST_F(RunTest, AReplaySaysWhereAChangedConnectorDiffers) {
  const std::string file = folder_.File("pull.recording");
  ASSERT_EQ(Pull({"--record", file}).exit_code, 0);

  const day::CommandResult ran = Run({ChangedModule(), "--replay", file});

  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(Has(ran.output, "step 2: ")) << ran.output;
  EXPECT_TRUE(Has(ran.output, "stock_taken")) << ran.output;
}

TEST_F(RunTest, AReplayIsTheSameAfterAnEditThatMovesLines) {
  const std::string file = folder_.File("pull.recording");
  const day::CommandResult pulled = RunCareless("products.pull", {"--record", file});
  ASSERT_TRUE(Has(pulled.output, "(careless_store.cc:")) << pulled.output << pulled.errors;

  const day::CommandResult ran = Run({EDITED_MODULE, "--replay", file});

  EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.output, "the same, but for the lines of its source that messages name"))
      << ran.output;
}

TEST_F(RunTest, RefusesARecordingOfAnotherConnector) {
  const std::string file = folder_.File("pull.recording");
  ASSERT_EQ(Pull({"--record", file}).exit_code, 0);

  const day::CommandResult ran = Run({OTHER_MODULE, "--replay", file});

  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(
      Has(ran.errors, "is a recording of the connector 'template-store', not of 'woocommerce'"))
      << ran.errors;
}

TEST_F(RunTest, FailsWhenTheStoreRefusesTheCredentials) {
  Write("store.yaml", StoreYaml("another-token"));

  const day::CommandResult ran = Pull();

  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(Has(ran.errors, "CODE_AUTH")) << ran.errors;
  EXPECT_TRUE(Has(ran.errors, "FAILED after 0 records")) << ran.errors;
}

TEST_F(RunTest, ReachesNoPrivateAddressUnlessTold) {
  const day::CommandResult ran =
      Run({TEMPLATE_MODULE, "--operation", "orders.pull", "--config", folder_.File("store.yaml")});

  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(Has(ran.errors, "CODE_EGRESS_DENIED")) << ran.errors;
  EXPECT_TRUE(Has(ran.errors, "--allow-private")) << ran.errors;
  EXPECT_FALSE(Has(ran.errors, "egress.allow_private")) << ran.errors;
  EXPECT_EQ(server_.connections(), 0);
}

// What a person writes wrongly, and the words that help.
struct Mistake {
  const char* name;
  std::vector<std::string> arguments;
  const char* words;
};

class RunMistakeTest : public RunTest, public ::testing::WithParamInterface<Mistake> {};

TEST_P(RunMistakeTest, IsSaidWithWhatToDo) {
  Write("unknown_setting.yaml", "config: {base_url: \"https://store.example\", colour: red}\n");
  Write("unknown_secret.yaml",
        "config: {base_url: \"https://store.example\"}\nsecrets: {tokn: \"x\"}\n");
  Write("broken.yaml", "config: {base_url: \"https://store.example\"\n");
  Write("unknown_key.yaml", "\nconfg: {}\n");
  Write("levels.yaml", "levels: [{ref: a, external_id: 7, pieces: 3}]\n");
  Write("ship.yaml", "shipments: [{ref: a, external_order_id: 7}]\n");
  Write("good_levels.yaml", "levels: [{ref: a, external_id: 7}]\n");
  Write("empty.yaml", "levels: []\n");
  Write("twice.yaml", "levels:\n  - {ref: a, external_id: 7}\n  - {ref: a, external_id: 8}\n");
  Write("no_ref.yaml", "levels:\n  - {external_id: 7}\n");
  Write("text.so", "not a library");
  std::vector<std::string> arguments = GetParam().arguments;
  for (std::string& argument : arguments) {
    if (argument.starts_with("@")) {
      argument = folder_.File(argument.substr(1));
    }
  }

  const day::CommandResult ran = Run(arguments);

  EXPECT_EQ(ran.exit_code, 1) << ran.output << ran.errors;
  EXPECT_TRUE(Has(ran.errors, GetParam().words)) << ran.errors;
  EXPECT_EQ(server_.connections(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Arguments,
    RunMistakeTest,
    ::testing::Values(
        Mistake{"NoConnector", {}, "connector is required"},
        Mistake{"UnknownFlag", {TEMPLATE_MODULE, "--colour", "red"}, "--colour"},
        Mistake{"NoOperation", {TEMPLATE_MODULE}, "--operation and --config are needed"},
        Mistake{"NoConfig",
                {TEMPLATE_MODULE, "--operation", "orders.pull"},
                "storebridge-run: --config is needed"},
        Mistake{"OnlyConfig",
                {TEMPLATE_MODULE, "--config", "@store.yaml"},
                "storebridge-run: --operation is needed"},
        Mistake{"ConnectorIsNotThere",
                {"@nothing.so", "--operation", "orders.pull", "--config", "@store.yaml"},
                "nothing.so"},
        Mistake{"ConnectorIsNoLibrary",
                {"@text.so", "--operation", "orders.pull", "--config", "@store.yaml"},
                "text.so: "},
        Mistake{"OperationIsUnknown",
                {TEMPLATE_MODULE, "--operation", "orders.pul", "--config", "@store.yaml"},
                "there is no operation 'orders.pul' in this connector; it has: auth.check"},
        Mistake{"ConfigIsNotThere",
                {TEMPLATE_MODULE, "--operation", "orders.pull", "--config", "@none.yaml"},
                "none.yaml cannot be read; is it there?"},
        Mistake{"ConfigIsNoYaml",
                {TEMPLATE_MODULE, "--operation", "orders.pull", "--config", "@broken.yaml"},
                "broken.yaml:2: "},
        Mistake{"ConfigHasAnUnknownKey",
                {TEMPLATE_MODULE, "--operation", "orders.pull", "--config", "@unknown_key.yaml"},
                "unknown_key.yaml:2: 'confg' is not known here; there are: config, secrets"},
        Mistake{
            "SettingIsUnknown",
            {TEMPLATE_MODULE, "--operation", "orders.pull", "--config", "@unknown_setting.yaml"},
            "no setting 'colour'"},
        Mistake{"SecretIsUnknown",
                {TEMPLATE_MODULE, "--operation", "orders.pull", "--config", "@unknown_secret.yaml"},
                "the connector has no secret 'tokn'"},
        Mistake{"ParentsAreFewerThanIds",
                {TEMPLATE_MODULE,
                 "--operation",
                 "products.pull",
                 "--config",
                 "@store.yaml",
                 "--only",
                 "7",
                 "8",
                 "--only-parent",
                 "6"},
                "--only-parent has to be given for each --only, or for none"},
        Mistake{"ParentsOfOrders",
                {TEMPLATE_MODULE,
                 "--operation",
                 "orders.pull",
                 "--config",
                 "@store.yaml",
                 "--only",
                 "7",
                 "--only-parent",
                 "6"},
                "--only-parent is for products.pull"},
        Mistake{"FromIsNoTime",
                {TEMPLATE_MODULE,
                 "--operation",
                 "orders.pull",
                 "--config",
                 "@store.yaml",
                 "--from",
                 "yesterday"},
                "--from is 'yesterday', expected such as 2024-05-01T00:00:00Z"},
        Mistake{"PushHasNoInput",
                {CARELESS_MODULE, "--operation", "stock.push", "--config", "@store.yaml"},
                "stock.push needs --input with levels\n"},
        Mistake{"InputIsOfTheOtherKind",
                {CARELESS_MODULE,
                 "--operation",
                 "stock.push",
                 "--config",
                 "@store.yaml",
                 "--input",
                 "@ship.yaml"},
                "ship.yaml has shipments; stock.push needs levels"},
        Mistake{"InputIsOfLevels",
                {CARELESS_MODULE,
                 "--operation",
                 "shipments.push",
                 "--config",
                 "@store.yaml",
                 "--input",
                 "@good_levels.yaml"},
                "good_levels.yaml has levels; shipments.push needs shipments"},
        Mistake{"InputIsEmpty",
                {CARELESS_MODULE,
                 "--operation",
                 "stock.push",
                 "--config",
                 "@store.yaml",
                 "--input",
                 "@empty.yaml"},
                "empty.yaml has no levels; stock.push needs levels"},
        Mistake{"InputHasARefTwice",
                {CARELESS_MODULE,
                 "--operation",
                 "stock.push",
                 "--config",
                 "@store.yaml",
                 "--input",
                 "@twice.yaml"},
                "twice.yaml:3: the ref 'a' is there twice"},
        Mistake{"InputHasNoRef",
                {CARELESS_MODULE,
                 "--operation",
                 "stock.push",
                 "--config",
                 "@store.yaml",
                 "--input",
                 "@no_ref.yaml"},
                "no_ref.yaml:2: it has no ref"},
        Mistake{"InputOfAPull",
                {CARELESS_MODULE,
                 "--operation",
                 "orders.pull",
                 "--config",
                 "@store.yaml",
                 "--input",
                 "@ship.yaml"},
                "--input is for what is pushed; orders.pull takes none"},
        Mistake{"InputHasAnUnknownName",
                {CARELESS_MODULE,
                 "--operation",
                 "stock.push",
                 "--config",
                 "@store.yaml",
                 "--input",
                 "@levels.yaml"},
                "levels.yaml:1: 'pieces' is not known here"},
        Mistake{"RecordingHasNoFolder",
                {TEMPLATE_MODULE,
                 "--operation",
                 "orders.pull",
                 "--config",
                 "@store.yaml",
                 "--record",
                 "@none/pull.recording"},
                "pull.recording' cannot be made: No such file or directory"},
        Mistake{"RecordingIsNotThere",
                {TEMPLATE_MODULE, "--replay", "@none.recording"},
                "none.recording"},
        Mistake{"RecordingIsNone", {TEMPLATE_MODULE, "--replay", "@store.yaml"}, "store.yaml"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace storebridge
