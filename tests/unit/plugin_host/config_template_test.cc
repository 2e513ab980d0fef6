#include "adapters/plugin_host/config_template.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sample_manifest.h"

namespace storebridge::plugin_host {
namespace {

using connector::v1::Manifest;

std::string Complaint(const std::string& config_json) {
  const Status status = CheckStoreConfig(SampleManifest(), config_json);
  if (status.has_value()) {
    return "";
  }
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  return status.error().message;
}

// A connector whose only setting, of the given schema, is called `value`.
std::string ComplaintAbout(const std::string& schema, const std::string& value) {
  Manifest manifest = SampleManifest();
  manifest.set_config_schema_json(R"({"type":"object","properties":{"value":)" + schema + "}}");
  manifest.clear_egress();
  const Status status = CheckStoreConfig(manifest, R"({"value":)" + value + "}");
  return status.has_value() ? "" : status.error().message;
}

std::vector<std::string> Prefixes(const std::string& pattern, const std::string& config_json) {
  Manifest manifest = SampleManifest();
  manifest.set_config_schema_json(R"({"type":"object","properties":{"base_url":{"type":"string"},)"
                                  R"("shop":{"type":"string","default":"demo"}}})");
  manifest.clear_egress();
  manifest.add_egress(pattern);
  const auto prefixes = AllowedPrefixes(manifest, config_json);
  return prefixes.has_value() ? *prefixes : std::vector<std::string>{prefixes.error().message};
}

TEST(CheckStoreConfigTest, AcceptsWhatFits) {
  EXPECT_EQ(Complaint(R"({"base_url":"https://store.example"})"), "");
  EXPECT_EQ(
      Complaint(R"({"base_url":"https://store.example/shop/","region":"us","page_size":100})"), "");
}

TEST(CheckStoreConfigTest, NamesAMissingSetting) {
  EXPECT_EQ(Complaint("{}"), "config_json: the config lacks 'base_url' (a text)");
  EXPECT_EQ(Complaint(""), "config_json: the config lacks 'base_url' (a text)");
}

TEST(CheckStoreConfigTest, SuggestsForAMisspeltSetting) {
  EXPECT_EQ(
      Complaint(R"({"base_url":"https://store.example","regoin":"eu"})"),
      "config_json: the config has no setting 'regoin': did you mean 'region'?; there is base_url, "
      "region, page_size");
}

TEST(CheckStoreConfigTest, SuggestsForAMisspeltValue) {
  EXPECT_EQ(Complaint(R"({"base_url":"https://store.example","region":"ue"})"),
            "config_json: 'region' is \"ue\"; allowed is \"eu\", \"us\"; did you mean \"eu\"?");
}

TEST(CheckStoreConfigTest, TellsSeveralProblemsAtOnce) {
  const std::string complaint = Complaint(R"({"base_url":5,"page_size":101,"region":"mars"})");

  EXPECT_EQ(complaint,
            "config_json: 'base_url' is 5; a text is expected; 'page_size' is 101; at most 100 is "
            "allowed; "
            "'region' is \"mars\"; allowed is \"eu\", \"us\"");
}

TEST(CheckStoreConfigTest, BoundsTheProblemsItTells) {
  std::string config = R"({"base_url":"https://store.example")";
  for (int i = 0; i < 100; ++i) {
    config += R"(,"unknown)" + std::to_string(i) + R"(":1)";
  }
  config += "}";

  const std::string complaint = Complaint(config);

  EXPECT_NE(complaint.find("'unknown9'"), std::string::npos);
  EXPECT_EQ(complaint.find("'unknown10'"), std::string::npos);
}

TEST(CheckStoreConfigTest, NeverRepeatsACredential) {
  const std::string under_its_name =
      Complaint(R"({"base_url":"https://store.example","api_key":"hunter2"})");
  const std::string under_another =
      Complaint(R"({"base_url":"https://store.example","consumer_secret":"hunter2"})");

  EXPECT_EQ(under_its_name,
            "config_json: 'api_key' is a credential: give it under secrets, not in the config");
  EXPECT_NE(under_another.find("'consumer_secret'"), std::string::npos);
  EXPECT_EQ(under_another.find("hunter2"), std::string::npos);
}

TEST(CheckStoreConfigTest, RefusesWhatIsNoObject) {
  EXPECT_NE(Complaint("nonsense").find("is not JSON"), std::string::npos);
  EXPECT_NE(Complaint("[]").find("is not a JSON object"), std::string::npos);
  EXPECT_NE(Complaint("\"\xff\"").find("is not JSON"), std::string::npos);
  EXPECT_NE(Complaint(std::string(kStoreConfigBytesMax + 1, ' ')).find("bytes"), std::string::npos);
  EXPECT_NE(Complaint(std::string(5'000, '[')).find("is not JSON"), std::string::npos);
}

TEST(CheckStoreConfigTest, RefusesASettingThatIsThereTwice) {
  const std::string complaint =
      Complaint(R"({"base_url":"https://store.example","base_url":"https://evil.example"})");

  EXPECT_NE(complaint.find("has 'base_url' twice"), std::string::npos) << complaint;
}

TEST(CheckStoreConfigTest, RefusesAnAddressThatCannotBeUsed) {
  EXPECT_NE(Complaint(R"({"base_url":"store.example"})").find("'base_url' is no usable address"),
            std::string::npos);
  EXPECT_NE(
      Complaint(R"({"base_url":"https://me:pw@store.example"})").find("has a user name in it"),
      std::string::npos);
}

TEST(CheckStoreConfigTest, ChecksEveryKeyword) {
  EXPECT_EQ(ComplaintAbout(R"({"type":"boolean"})", "true"), "");
  EXPECT_NE(ComplaintAbout(R"({"type":"boolean"})", "\"yes\"").find("true or false"),
            std::string::npos);
  EXPECT_EQ(ComplaintAbout(R"({"type":"integer"})", "-5"), "");
  EXPECT_NE(ComplaintAbout(R"({"type":"integer"})", "5.0").find("a whole number"),
            std::string::npos);
  EXPECT_EQ(ComplaintAbout(R"({"type":"number"})", "5"), "");
  EXPECT_EQ(ComplaintAbout(R"({"type":"number","minimum":0.5})", "0.5"), "");
  EXPECT_NE(ComplaintAbout(R"({"type":"number","minimum":0.5})", "0.4").find("at least 0.5"),
            std::string::npos);
  EXPECT_EQ(ComplaintAbout(R"({"type":"string","maxLength":3})", "\"äöü\""), "");
  EXPECT_NE(
      ComplaintAbout(R"({"type":"string","maxLength":3})", "\"abcd\"").find("has 4 characters"),
      std::string::npos);
  EXPECT_NE(ComplaintAbout(R"({"type":"string","minLength":1})", "\"\"").find("at least 1"),
            std::string::npos);
  EXPECT_EQ(ComplaintAbout(R"({"type":"string","pattern":"^[a-z]+$"})", "\"abc\""), "");
  EXPECT_NE(ComplaintAbout(R"({"type":"string","pattern":"^[a-z]+$"})", "\"a1\"")
                .find("the pattern ^[a-z]+$"),
            std::string::npos);
  EXPECT_EQ(ComplaintAbout(R"({"type":"integer","enum":[1,2]})", "2"), "");
  EXPECT_NE(ComplaintAbout(R"({"type":"integer","enum":[1,2]})", "3").find("allowed is 1, 2"),
            std::string::npos);
  EXPECT_NE(ComplaintAbout(R"({"type":"string"})", "null").find("is null"), std::string::npos);
}

TEST(CheckStoreConfigTest, NamesThePlaceInsideListsAndObjects) {
  const std::string list = R"({"type":"array","maxItems":2,"items":{"type":"string"}})";
  const std::string object = R"({"type":"object","properties":{"rate":{"type":"number"}}})";

  EXPECT_NE(ComplaintAbout(list, R"(["a",5])").find("'value[1]' is 5"), std::string::npos);
  EXPECT_NE(ComplaintAbout(list, R"(["a","b","c"])").find("has 3 elements"), std::string::npos);
  EXPECT_NE(ComplaintAbout(object, R"({"rate":"x"})").find("'value.rate' is \"x\""),
            std::string::npos);
  EXPECT_NE(ComplaintAbout(object, R"({"rat":1})")
                .find("'value' has no setting 'rat': did you mean 'rate'"),
            std::string::npos);
}

TEST(CheckStoreConfigTest, MatchesAPatternInLinearTime) {
  const std::string evil = "\"" + std::string(5'000, 'a') + "!\"";

  EXPECT_NE(ComplaintAbout(R"({"type":"string","pattern":"^(a+)+$"})", evil), "");
}

TEST(AllowedPrefixesTest, FillsInTheAddress) {
  using Expected = std::vector<std::string>;
  EXPECT_EQ(Prefixes("{config.base_url}/wp-json/", R"({"base_url":"https://Store.example/"})"),
            Expected{"https://store.example/wp-json/"});
  EXPECT_EQ(
      Prefixes("{config.base_url}/wp-json/", R"({"base_url":"https://store.example:443/blog"})"),
      Expected{"https://store.example/blog/wp-json/"});
  EXPECT_EQ(Prefixes("{config.base_url}", R"({"base_url":"http://127.0.0.1:9000"})"),
            Expected{"http://127.0.0.1:9000/"});
  EXPECT_EQ(Prefixes("https://api.example/v1/", "{}"), Expected{"https://api.example/v1/"});
  EXPECT_EQ(Prefixes("https://{config.shop}.example/admin/", R"({"shop":"My-Shop"})"),
            Expected{"https://my-shop.example/admin/"});
}

TEST(AllowedPrefixesTest, UsesTheDefaultOfAnAbsentSetting) {
  EXPECT_EQ(Prefixes("https://{config.shop}.example/", "{}"),
            std::vector<std::string>{"https://demo.example/"});
}

TEST(AllowedPrefixesTest, TellsEachPrefixOnce) {
  Manifest manifest = SampleManifest();
  manifest.add_egress("{config.base_url}/api/");
  manifest.add_egress("{config.base_url}/files/");

  const auto prefixes = AllowedPrefixes(manifest, R"({"base_url":"https://store.example"})");

  ASSERT_TRUE(prefixes.has_value());
  EXPECT_EQ(
      *prefixes,
      (std::vector<std::string>{"https://store.example/api/", "https://store.example/files/"}));
}

TEST(AllowedPrefixesTest, LetsNoSettingLeadToAnotherHost) {
  for (const char* shop : {"evil.example/",
                           "evil.example#",
                           "a@evil.example",
                           "evil.example?",
                           "a:80",
                           "a/b",
                           "a\\\\b",
                           "a%2fb",
                           "..",
                           ".",
                           "",
                           " ",
                           "a\\nb",
                           "evil.example."}) {
    const auto told =
        Prefixes("https://{config.shop}.example/", std::string(R"({"shop":")") + shop + "\"}");

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.front().rfind("config_json: ", 0), 0U) << shop << " -> " << told.front();
  }
  for (const char* base_url : {"https://store.example/?x=",
                               "https://store.example#",
                               "ftp://store.example",
                               "https://u:p@store.example",
                               "javascript:alert(1)",
                               ""}) {
    const auto told =
        Prefixes("{config.base_url}/api/", std::string(R"({"base_url":")") + base_url + "\"}");

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.front().rfind("config_json: ", 0), 0U) << base_url << " -> " << told.front();
  }
}

TEST(AllowedPrefixesTest, NamesTheSettingThatIsMissing) {
  EXPECT_EQ(Prefixes("{config.base_url}/api/", "{}").front(),
            "config_json: lacks 'base_url'; requests go there");
}

TEST(ManifestConfigCheckerTest, SaysTheSameBehindThePort) {
  const ManifestConfigChecker checker;
  const ports::StoreConfigChecker& port = checker;

  EXPECT_FALSE(port.CheckConfig(SampleManifest(), "{}").has_value());
  EXPECT_EQ(
      port.AllowedPrefixes(SampleManifest(), R"({"base_url":"https://store.example"})")->front(),
      "https://store.example/api/");
}

}  // namespace
}  // namespace storebridge::plugin_host
