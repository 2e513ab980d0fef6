// Settings that are taken lead to requests that are sent; others are refused when a store is made.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/egress/request_check.h"
#include "adapters/plugin_host/config_template.h"
#include "vendure_answers.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

v1::Manifest VendureManifest() {
  const sb_bytes bytes = vendure_connector()->manifest;
  v1::Manifest manifest;
  EXPECT_TRUE(manifest.ParseFromArray(bytes.data, static_cast<int>(bytes.size)));
  return manifest;
}

std::string ConfigWithPath(const std::string& path) {
  return R"({"base_url":"https://shop.example/vendure","admin_path":")" + path + R"("})";
}

TEST(VendureSettingsTest, APathThatIsTakenCanBeAsked) {
  const v1::Manifest manifest = VendureManifest();
  for (const std::string path :
       {"/admin-api", "admin-api", "/api/v2.1/admin/", "-1", "~admin", "a..b"}) {
    const std::string config = ConfigWithPath(path);
    const Status status = plugin_host::CheckStoreConfig(manifest, config);
    ASSERT_TRUE(status) << path << ": " << status.error().message;
    ports::EgressProfile profile;
    profile.auth.assign(manifest.auth().begin(), manifest.auth().end());
    profile.allowed_prefixes = *plugin_host::AllowedPrefixes(manifest, config);
    int requests = 0;
    ScriptedHost host(vendure_connector(), config);
    host.answer = [&](const v1::HttpRequest& request) {
      ++requests;
      egress::Url url;
      const auto refusal = egress::CheckRequest(profile, request, url);
      EXPECT_FALSE(refusal) << refusal->message();
      return HttpAnswer(401, "");
    };

    host.Run("auth.check");

    EXPECT_GT(requests, 0) << path;
  }
}

TEST(VendureSettingsTest, APathThatCouldNotBeAskedIsRefusedWithTheSettingsName) {
  const v1::Manifest manifest = VendureManifest();
  const std::vector<std::string> paths = {"",
                                          "/",
                                          R"(/p\u00e4\u00e4)",
                                          "/admin api",
                                          "../admin-api",
                                          "/%2e%2e/admin-api",
                                          "/.admin",
                                          "//elsewhere.example/admin-api",
                                          "https://elsewhere.example/admin-api",
                                          "/admin-api?channel=1",
                                          "/admin-api#top",
                                          R"(/admin-api\n)",
                                          "/" + std::string(200, 'a')};
  for (const std::string& path : paths) {
    const Status status = plugin_host::CheckStoreConfig(manifest, ConfigWithPath(path));

    ASSERT_FALSE(status) << path;
    EXPECT_NE(status.error().message.find("'admin_path'"), std::string::npos)
        << status.error().message;
  }
}

}  // namespace
}  // namespace storebridge::testing
