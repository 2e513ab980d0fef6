#include "adapters/plugin_host/manifest_check.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sample_manifest.h"

namespace storebridge::plugin_host {
namespace {

namespace cv1 = connector::v1;
using cv1::Manifest;

Result<Manifest> Check(const Manifest& manifest) {
  return CheckManifest(manifest.SerializeAsString(), "sample", HostAbility{});
}

struct BadCase {
  const char* name;
  std::function<void(Manifest&)> spoil;
  const char* message;
};

class BadManifestTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadManifestTest, IsRefusedWithItsReason) {
  Manifest manifest = SampleManifest();
  GetParam().spoil(manifest);

  const auto checked = Check(manifest);

  ASSERT_FALSE(checked.has_value());
  EXPECT_NE(checked.error().message.find(GetParam().message), std::string::npos)
      << checked.error().message;
}

cv1::Operation* OperationAt(Manifest& manifest, int index) {
  return manifest.mutable_operations(index);
}

const std::vector<BadCase>& IdentityCases() {
  static const std::vector<BadCase> cases = {
      {"NoId", [](Manifest& m) { m.clear_id(); }, "the manifest's id is ''"},
      {"BadId", [](Manifest& m) { m.set_id("Sample!"); }, "the manifest's id is 'Sample!'"},
      {"OtherId", [](Manifest& m) { m.set_id("other"); }, "name the file other.so"},
      {"NoVersion", [](Manifest& m) { m.clear_version(); }, "has no version"},
      {"LongVersion",
       [](Manifest& m) { m.set_version(std::string(41, '1')); },
       "version is not one line"},
      {"TwoLines", [](Manifest& m) { m.set_display_name("a\nb"); }, "display_name is not one line"},
      {"TwoLineLabel",
       [](Manifest& m) { m.mutable_secrets(0)->set_label("a\nb"); },
       "label of secret 'api_key'"},
      {"NewerMinor",
       [](Manifest& m) { m.set_proto_minor(kHostProtoMinor + 1); },
       "use a newer server"},
      {"UnknownFeature",
       [](Manifest& m) { m.add_required_features("lines"); },
       "host feature 'lines'"},
  };
  return cases;
}

const std::vector<BadCase>& OperationCases() {
  static const std::vector<BadCase> cases = {
      {"NoAuthCheck",
       [](Manifest& m) { OperationAt(m, 0)->set_name("shipments.push"); },
       "auth.check is missing"},
      {"Misspelt",
       [](Manifest& m) { OperationAt(m, 2)->set_name("order.pull"); },
       "did you mean orders.pull?"},
      {"ProductPush",
       [](Manifest& m) { OperationAt(m, 2)->set_name("products.push"); },
       "no operation 'products.push'"},
      {"Twice",
       [](Manifest& m) { OperationAt(m, 2)->set_name("stock.push"); },
       "stock.push is there twice"},
      {"UpdateWithoutPush",
       [](Manifest& m) { m.add_operations()->set_name("shipments.update"); },
       "shipments.update needs shipments.push and partial_shipments: true"},
      {"TooManyItems",
       [](Manifest& m) { OperationAt(m, 3)->set_max_items(1'001); },
       "at most 1000"},
      {"NoFeed", [](Manifest& m) { m.clear_order_feed(); }, "orders.pull needs order_feed"},
      {"UnknownFeed",
       [](Manifest& m) { m.set_order_feed(static_cast<cv1::OrderFeed>(9)); },
       "needs order_feed"},
      {"NoBasis", [](Manifest& m) { m.clear_stock_basis(); }, "stock.push needs stock_basis"},
      {"NegativeSettle", [](Manifest& m) { m.set_settle_ms(-1); }, "settle_ms is -1"},
      {"LongSettle", [](Manifest& m) { m.set_settle_ms(86'400'001); }, "settle_ms is 86400001"},
      {"NoJson",
       [](Manifest& m) { m.set_config_schema_json("{type: object}"); },
       "config_schema_json: the schema is not JSON"},
      {"BadSchema",
       [](Manifest& m) { m.set_config_schema_json(R"({"type":"string"})"); },
       "config_schema_json: "},
  };
  return cases;
}

const std::vector<BadCase>& AccessCases() {
  static const std::vector<BadCase> cases = {
      {"UndeclaredInHeader",
       [](Manifest& m) { m.mutable_auth(0)->mutable_header()->set_value("{secret.token}"); },
       "secret 'token', which is not declared"},
      {"UndeclaredInBasic",
       [](Manifest& m) { m.mutable_auth(0)->mutable_basic()->set_user_secret("user"); },
       "secret 'user', which is not declared"},
      {"UndeclaredInOAuth1",
       [](Manifest& m) { m.mutable_auth(0)->mutable_oauth1()->set_signature_method("HMAC-SHA1"); },
       "secret '', which is not declared"},
      {"UnknownSignature",
       [](Manifest& m) { m.mutable_auth(0)->mutable_oauth1()->set_signature_method("PLAINTEXT"); },
       "signature_method 'PLAINTEXT'"},
      {"HeaderWithoutSecret",
       [](Manifest& m) { m.mutable_auth(0)->mutable_header()->set_value("x"); },
       "without {secret.<name>}"},
      {"HeaderWithLineBreak",
       [](Manifest& m) {
         m.mutable_auth(0)->mutable_header()->set_value("{secret.api_key}\r\nHost: x");
       },
       "control character"},
      {"BadHeaderName",
       [](Manifest& m) { m.mutable_auth(0)->mutable_header()->set_name("X: Y"); },
       "no valid header name"},
      {"NoKind", [](Manifest& m) { m.mutable_auth(0)->clear_kind(); }, "of no kind"},
      {"SchemeTwice", [](Manifest& m) { *m.add_auth() = m.auth(0); }, "is there once"},
      {"SecretTwice", [](Manifest& m) { *m.add_secrets() = m.secrets(0); }, "declared twice"},
      {"BadSecretName",
       [](Manifest& m) { m.mutable_secrets(0)->set_name("API key"); },
       "secret 'API key'"},
      {"SecretIsSetting",
       [](Manifest& m) { m.add_secrets()->set_name("region"); },
       "is also a setting"},
      {"NoEgress", [](Manifest& m) { m.clear_egress(); }, "egress is empty"},
      {"BareWildcard", [](Manifest& m) { m.set_egress(0, "*"); }, "has a wildcard"},
      {"HostWildcard",
       [](Manifest& m) { m.set_egress(0, "https://*.example/"); },
       "has a wildcard"},
      {"NoScheme", [](Manifest& m) { m.set_egress(0, "store.example/api/"); }, "is no address"},
      {"OtherScheme",
       [](Manifest& m) { m.set_egress(0, "ftp://store.example/"); },
       "is no address"},
      {"NoHost", [](Manifest& m) { m.set_egress(0, "https://"); }, "is no address"},
      {"GluedHost",
       [](Manifest& m) { m.set_egress(0, "{config.base_url}.evil.example/"); },
       "is no address"},
      {"GluedSettings",
       [](Manifest& m) { m.set_egress(0, "{config.base_url}{config.region}/"); },
       "is no address"},
      {"UnknownSetting",
       [](Manifest& m) { m.set_egress(0, "{config.url}/api/"); },
       "uses the setting 'url'"},
      {"NumberAsAddress",
       [](Manifest& m) { m.set_egress(0, "{config.page_size}/api/"); },
       "uses the setting 'page_size'"},
      {"SecretInEgress",
       [](Manifest& m) { m.set_egress(0, "https://{secret.api_key}/"); },
       "brace"},
      {"EndlessRate",
       [](Manifest& m) {
         m.mutable_rate_limit()->set_per_second(std::numeric_limits<double>::infinity());
       },
       "per_second is inf"},
      {"NegativeRate",
       [](Manifest& m) { m.mutable_rate_limit()->set_per_second(-1); },
       "per_second is -1"},
      {"HugeBurst", [](Manifest& m) { m.mutable_rate_limit()->set_burst(1'001); }, "burst is 1001"},
      {"ManyAtOnce",
       [](Manifest& m) { m.mutable_rate_limit()->set_max_concurrent(65); },
       "max_concurrent is 65"},
  };
  return cases;
}

// One that stores can sign for.
cv1::Webhook& AddWebhook(Manifest& manifest) {
  cv1::Webhook& webhook = *manifest.mutable_webhook();
  webhook.mutable_secret()->set_name("hook_secret");
  webhook.mutable_secret()->set_label("Secret of the webhook");
  webhook.set_signature_header("X-Signature");
  webhook.set_signature(cv1::Webhook::SIGNATURE_HMAC_SHA256_HEX);
  webhook.set_topic_header("X-Topic");
  cv1::WebhookTopic* topic = webhook.add_topics();
  topic->set_prefix("order.");
  topic->set_operation("orders.pull");
  return webhook;
}

const std::vector<BadCase>& WebhookCases() {
  static const std::vector<BadCase> cases = {
      {"NoSecret", [](Manifest& m) { AddWebhook(m).clear_secret(); }, "secret ''"},
      {"TwoLineLabel",
       [](Manifest& m) { AddWebhook(m).mutable_secret()->set_label("a\nb"); },
       "label of secret 'hook_secret'"},
      {"SecretOfRequests",
       [](Manifest& m) { AddWebhook(m).mutable_secret()->set_name("api_key"); },
       "declared twice"},
      {"SecretInRequests",
       [](Manifest& m) {
         AddWebhook(m);
         m.mutable_auth(0)->mutable_header()->set_value("{secret.hook_secret}");
       },
       "secret 'hook_secret', which is not declared"},
      {"SecretThatIsASetting",
       [](Manifest& m) { AddWebhook(m).mutable_secret()->set_name("region"); },
       "is also a setting"},
      {"NoSignatureHeader",
       [](Manifest& m) { AddWebhook(m).clear_signature_header(); },
       "names of headers, not ''"},
      {"NoTopicHeader",
       [](Manifest& m) { AddWebhook(m).set_topic_header("X Topic"); },
       "names of headers, not 'X Topic'"},
      {"NoSignature", [](Manifest& m) { AddWebhook(m).clear_signature(); }, "how the signature"},
      {"UnknownSignature",
       [](Manifest& m) { AddWebhook(m).set_signature(static_cast<cv1::Webhook::Signature>(9)); },
       "how the signature"},
      {"NoTopics", [](Manifest& m) { AddWebhook(m).clear_topics(); }, "1 to 16 topics"},
      {"ManyTopics",
       [](Manifest& m) {
         cv1::Webhook& webhook = AddWebhook(m);
         for (int i = 0; i < 16; ++i) {
           *webhook.add_topics() = webhook.topics(0);
         }
       },
       "1 to 16 topics"},
      {"EveryTopic",
       [](Manifest& m) { AddWebhook(m).mutable_topics(0)->clear_prefix(); },
       "prefix of a topic"},
      {"TopicThatWrites",
       [](Manifest& m) { AddWebhook(m).mutable_topics(0)->set_operation("stock.push"); },
       "topic 'order.' runs 'stock.push'"},
      {"TopicOfNothing",
       [](Manifest& m) {
         AddWebhook(m);
         m.mutable_operations(2)->set_name("x.other");
       },
       "has to be one of its operations"},
      {"LongPing",
       [](Manifest& m) { AddWebhook(m).set_ping_prefix(std::string(64, 'x')); },
       "ping_prefix is longer than 63"},
  };
  return cases;
}

std::string CaseName(const ::testing::TestParamInfo<BadCase>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Identity, BadManifestTest, ::testing::ValuesIn(IdentityCases()), CaseName);
INSTANTIATE_TEST_SUITE_P(Operations,
                         BadManifestTest,
                         ::testing::ValuesIn(OperationCases()),
                         CaseName);
INSTANTIATE_TEST_SUITE_P(Access, BadManifestTest, ::testing::ValuesIn(AccessCases()), CaseName);
INSTANTIATE_TEST_SUITE_P(Webhook, BadManifestTest, ::testing::ValuesIn(WebhookCases()), CaseName);

TEST(ManifestCheckTest, AcceptsAGoodManifest) {
  const auto checked = Check(SampleManifest());

  ASSERT_TRUE(checked.has_value()) << checked.error().message;
  EXPECT_EQ(checked->id(), "sample");
  EXPECT_EQ(checked->operations_size(), 4);
}

TEST(ManifestCheckTest, AcceptsCallsOfTheStore) {
  Manifest manifest = SampleManifest();
  AddWebhook(manifest).set_ping_prefix(std::string(63, 'x'));

  const auto checked = Check(manifest);

  EXPECT_TRUE(checked.has_value()) << checked.error().message;
}

TEST(ManifestCheckTest, AcceptsEveryKindOfAuth) {
  Manifest manifest = SampleManifest();
  manifest.add_secrets()->set_name("api_secret");
  cv1::AuthScheme* basic = manifest.add_auth();
  basic->set_id("basic");
  basic->mutable_basic()->set_user_secret("api_key");
  basic->mutable_basic()->set_password_secret("api_secret");
  cv1::AuthScheme* oauth1 = manifest.add_auth();
  oauth1->set_id("oauth1");
  oauth1->mutable_oauth1()->set_consumer_key_secret("api_key");
  oauth1->mutable_oauth1()->set_consumer_secret_secret("api_secret");
  oauth1->mutable_oauth1()->set_signature_method("HMAC-SHA256");

  const auto checked = Check(manifest);

  EXPECT_TRUE(checked.has_value()) << checked.error().message;
}

TEST(ManifestCheckTest, AcceptsFeaturesThatTheHostHas) {
  Manifest manifest = SampleManifest();
  manifest.add_required_features("compare");

  EXPECT_TRUE(Check(manifest).has_value());
}

TEST(ManifestCheckTest, LetsAnExperimentalOperationPass) {
  Manifest manifest = SampleManifest();
  manifest.add_operations()->set_name("x.acme.returns/1");

  EXPECT_TRUE(Check(manifest).has_value());
}

TEST(ManifestCheckTest, NeedsNoFeedAndBasisWithoutTheirOperations) {
  Manifest manifest = SampleManifest();
  manifest.mutable_operations()->DeleteSubrange(2, 2);
  manifest.clear_order_feed();
  manifest.clear_stock_basis();

  EXPECT_TRUE(Check(manifest).has_value());
}

TEST(ManifestCheckTest, RefusesBytesThatAreNoManifest) {
  const google::protobuf::LogSilencer quiet;
  const std::string whole = SampleManifest().SerializeAsString();
  const std::vector<std::string> inputs = {"",
                                           "garbage",
                                           std::string(100, '\xff'),
                                           whole.substr(0, whole.size() - 1),
                                           "\x0a\x03\xff\xfe\xfd"};

  for (const std::string& bytes : inputs) {
    const auto checked = CheckManifest(bytes, "sample", HostAbility{});

    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, Code::kInvalidArgument);
  }
}

TEST(ManifestCheckTest, RefusesAManifestThatIsTooLarge) {
  Manifest manifest = SampleManifest();
  manifest.set_docs_url(std::string(kManifestBytesMax, 'x'));

  const auto checked = Check(manifest);

  ASSERT_FALSE(checked.has_value());
  EXPECT_NE(checked.error().message.find("at most 262144 are allowed"), std::string::npos);
}

// Every prefix of a good manifest and every single changed byte: refused or accepted, never a
// crash.
TEST(ManifestCheckTest, SurvivesDamagedBytes) {
  const google::protobuf::LogSilencer quiet;
  const std::string whole = SampleManifest().SerializeAsString();

  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char change : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[i] = change;
      (void)CheckManifest(damaged, "sample", HostAbility{}).has_value();
    }
    (void)CheckManifest(whole.substr(0, i), "sample", HostAbility{}).has_value();
  }
}

}  // namespace
}  // namespace storebridge::plugin_host
