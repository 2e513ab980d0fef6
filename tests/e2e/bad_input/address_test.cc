// Addresses of stores that lead where nobody may go: refused when the store is connected, or when
// the way out sees where they lead. Nobody there is met.
#include <atomic>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "bad_input/ground.h"
#include "unit/egress/test_server.h"

namespace storebridge::e2e {
namespace {

// An address, and what is said of it. `{guarded}` is host:port of a server that may not be reached,
// `{port}` its port, `{redirects}` that of a store which sends its clients to where the path says.
struct Row {
  std::string name;
  std::string base_url;
  bool is_refused_at_once;
  Words words;
  // Also what no message may have.
  std::string secret = {};

  friend void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
};

// Where the store of `{redirects}` sends its clients.
std::string LocationFor(const std::string& request, const std::string& guarded) {
  if (request.find("/to-guarded/") != std::string::npos) {
    return "http://" + guarded + "/wp-json/wc/v3/products";
  }
  if (request.find("/to-name/") != std::string::npos) {
    return "http://shop.localhost" + guarded.substr(guarded.find(':')) + "/";
  }
  if (request.find("/to-metadata/") != std::string::npos) {
    return "http://169.254.169.254/latest/meta-data/iam/";
  }
  if (request.find("/to-file/") != std::string::npos) {
    return "file:///etc/passwd";
  }
  return "http://admin:hunter2@" + guarded + "/";
}

class AddressTable : public GroundTest<AddressTable>, public testing::WithParamInterface<Row> {
 public:
  static ServerOptions Options() {
    guarded_ = std::make_unique<egress::TestServer>([](egress::ServerConnection&) {});
    redirects_ = std::make_unique<egress::TestServer>([](egress::ServerConnection& connection) {
      for (std::string request = connection.ReadRequest(); !request.empty();
           request = connection.ReadRequest()) {
        ++redirected_;
        const std::string location = LocationFor(request, guarded_->address());
        connection.Write(egress::HttpText(302, "", "Location: " + location + "\r\n"));
      }
    });
    return {.places = {redirects_->address()}};
  }

 protected:
  static void TearDownTestSuite() {
    GroundTest::TearDownTestSuite();
    redirects_.reset();
    guarded_.reset();
  }

  static std::string Filled(std::string text) {
    const std::string& guarded = guarded_->address();
    const std::pair<std::string, std::string> places[] = {
        {"{guarded}", guarded},
        {"{port}", guarded.substr(guarded.find(':') + 1)},
        {"{redirects}", redirects_->address()}};
    for (const auto& [name, value] : places) {
      if (const std::size_t at = text.find(name); at != std::string::npos) {
        text.replace(at, name.size(), value);
      }
    }
    return text;
  }

  static void ExpectSaid(const std::string& text) {
    Words words = GetParam().words;
    for (std::string& word : words) {
      word = Filled(word);
    }
    EXPECT_TRUE(Says(text, words));
    if (!GetParam().secret.empty()) {
      EXPECT_EQ(text.find(GetParam().secret), std::string::npos) << text;
    }
  }

  static std::unique_ptr<egress::TestServer> guarded_;
  static std::unique_ptr<egress::TestServer> redirects_;
  static std::atomic<int> redirected_;
};

std::unique_ptr<egress::TestServer> AddressTable::guarded_;
std::unique_ptr<egress::TestServer> AddressTable::redirects_;
std::atomic<int> AddressTable::redirected_ = 0;

TEST_P(AddressTable, LeadsNowhere) {
  const Row& row = GetParam();
  const std::unique_ptr<day::Platform> platform = NewMerchant();
  const std::string before = Must(StateOf(*platform));
  const int redirected = redirected_;
  const day::DemoSide side(day::DemoAccess{
      .url = Filled(row.base_url), .consumer_key = kSecretKey, .consumer_secret = kSecretSecret});

  const Result<v1::Store> connected = platform->Connect("web", side, QuietSettings());

  EXPECT_EQ(connected.has_value(), !row.is_refused_at_once);
  if (row.is_refused_at_once) {
    EXPECT_EQ(connected.error().code, Code::kInvalidArgument);
    ExpectSaid(connected.error().message);
    EXPECT_EQ(platform->GetStore("web").error().code, Code::kNotFound);
    EXPECT_EQ(Must(StateOf(*platform)), before);
  } else {
    const std::string made = Must(StateOf(*platform));
    const v1::SyncRun run = RunInVain(*platform, "web", v1::FLOW_PRODUCTS);
    ExpectSaid(run.error());
    const v1::CheckStoreResponse report = Must(platform->Check("web"));
    ASSERT_EQ(report.checks_size(), 1) << report.ShortDebugString();
    EXPECT_FALSE(report.checks(0).ok());
    EXPECT_NE(report.checks(0).action(), "");
    ExpectSaid(report.checks(0).message());
    EXPECT_EQ(Must(StateOf(*platform)), made);
    EXPECT_TRUE(Came(platform->Pause("web")));
  }
  EXPECT_EQ(guarded_->connections(), 0);
  EXPECT_EQ(redirected_ > redirected, row.base_url.find("{redirects}") != std::string::npos);
  EXPECT_TRUE(Came(ground_->IsUp()));
}

constexpr const char* kBlocked = "goes to an address that is not allowed";
constexpr const char* kAllow = "the server's administrator can allow it";
constexpr const char* kNotOwn = "which is not the store's own address. Set the store's address";

INSTANTIATE_TEST_SUITE_P(
    Address,
    AddressTable,
    testing::Values(
        Row{"Localhost", "http://localhost:{port}", false, {kBlocked, ":{port})", kAllow}},
        Row{"Loopback", "http://{guarded}", false, {kBlocked, "({guarded})", kAllow}},
        Row{"LoopbackAsANumber", "http://2130706433:{port}", false, {kBlocked, "({guarded})"}},
        Row{"LoopbackOfVersion6", "http://[::1]:{port}", false, {kBlocked, "([::1]:{port})"}},
        Row{"LoopbackMappedToVersion6",
            "http://[::ffff:127.0.0.1]:{port}",
            false,
            {kBlocked, "([::ffff:127.0.0.1]:{port})"}},
        Row{"NoAddressAtAll", "http://0.0.0.0:{port}", false, {kBlocked, "(0.0.0.0:{port})"}},
        Row{"TheMetadataOfACloud",
            "http://169.254.169.254/latest",
            false,
            {kBlocked, "(169.254.169.254:80)", kAllow}},
        Row{"APrivateNetwork", "https://10.0.0.1", false, {kBlocked, "(10.0.0.1:443)", kAllow}},
        Row{"ANameOfAPrivateAddress",
            "http://shop.localhost:{port}",
            false,
            {"GET http://shop.localhost:{port}/", kBlocked, ":{port})", kAllow}},
        Row{"AFile",
            "file:///etc/passwd",
            true,
            {"'base_url'", "'file:///etc/passwd' is not an address", "begins with https://"}},
        Row{"AnotherProtocol",
            "gopher://{guarded}/",
            true,
            {"'base_url'", "'gopher://{guarded}/' is not an address", "begins with https://"}},
        Row{"APasswordInTheAddress",
            "https://admin:hunter2@shop.example",
            true,
            {"'base_url'", "***@shop.example' has a user name in it", "given as secrets"},
            "hunter2"},
        Row{"ASecretInTheQuery",
            "https://shop.example/?consumer_secret=hunter2",
            true,
            {"'base_url'", "has a query (?...); leave it out"},
            "hunter2"},
        Row{"ARedirectToAPrivateAddress",
            "http://{redirects}/to-guarded",
            false,
            {"was answered 302, a redirect to http://{guarded}/wp-json", kNotOwn}},
        Row{"ARedirectToANameOfAPrivateAddress",
            "http://{redirects}/to-name",
            false,
            {"a redirect to http://shop.localhost:{port}/", kNotOwn}},
        Row{"ARedirectToTheMetadataOfACloud",
            "http://{redirects}/to-metadata",
            false,
            {"a redirect to http://169.254.169.254/latest/meta-data/iam/", kNotOwn}},
        Row{"ARedirectToAFile",
            "http://{redirects}/to-file",
            false,
            {"a redirect to file:///etc/passwd", kNotOwn}},
        Row{"ARedirectWithAPassword",
            "http://{redirects}/to-password",
            false,
            {"a redirect to http://***@{guarded}/", kNotOwn},
            "hunter2"}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

}  // namespace
}  // namespace storebridge::e2e
