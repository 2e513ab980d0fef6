// Settings that are taken lead to requests that are sent; others are refused when a store is made.
#include <string>

#include <gtest/gtest.h>

#include "adapters/egress/request_check.h"
#include "adapters/plugin_host/config_template.h"
#include "medusa_model.h"

namespace storebridge::testing {
namespace {

namespace v1 = connector::v1;

v1::Manifest MedusaManifest() {
  const sb_bytes bytes = medusa_connector()->manifest;
  v1::Manifest manifest;
  EXPECT_TRUE(manifest.ParseFromArray(bytes.data, static_cast<int>(bytes.size)));
  return manifest;
}

std::string ConfigWith(const std::string& setting) {
  return R"({"base_url":"https://shop.example/medusa")" + setting + "}";
}

TEST(MedusaSettingsTest, WhatIsTakenCanBeAsked) {
  const v1::Manifest manifest = MedusaManifest();
  for (const std::string setting : {"",
                                    R"(,"currency":"eur")",
                                    R"(,"stock_location_id":"sloc_01M8JECZAEST2RQK029M8WDB4C")",
                                    R"(,"page_size":250)"}) {
    const std::string config = ConfigWith(setting);
    const Status status = plugin_host::CheckStoreConfig(manifest, config);
    ASSERT_TRUE(status) << setting << ": " << status.error().message;
    ports::EgressProfile profile;
    profile.auth.assign(manifest.auth().begin(), manifest.auth().end());
    profile.allowed_prefixes = *plugin_host::AllowedPrefixes(manifest, config);
    MedusaModel model;
    ScriptedHost host(medusa_connector(), config);
    host.answer = [&](const v1::HttpRequest& request) {
      egress::Url url;
      const auto refusal = egress::CheckRequest(profile, request, url);
      EXPECT_FALSE(refusal) << refusal->message();
      v1::HttpRequest at_root = request;
      at_root.set_url(Replaced(request.url(), "/medusa/", "/"));
      return model.Answer(at_root);
    };

    EXPECT_TRUE(host.Run("auth.check"));
    EXPECT_GT(host.requests.size(), 4U) << setting;
  }
}

TEST(MedusaSettingsTest, WhatCouldNotBeAskedIsRefusedWithTheSettingsName) {
  const v1::Manifest manifest = MedusaManifest();
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"currency", R"("euro")"},
      {"currency", R"("€€€")"},
      {"stock_location_id", R"("")"},
      {"stock_location_id", R"("sloc 1")"},
      {"stock_location_id", R"("../orders")"},
      {"weight_unit", R"("lb")"},
      {"length_unit", R"("in")"},
      {"page_size", "0"},
      {"page_size", "251"}};
  for (const auto& [name, value] : settings) {
    const Status status =
        plugin_host::CheckStoreConfig(manifest, ConfigWith(",\"" + name + "\":" + value));

    ASSERT_FALSE(status) << name << " " << value;
    EXPECT_TRUE(Has(status.error().message, name)) << status.error().message;
  }
}

}  // namespace
}  // namespace storebridge::testing
