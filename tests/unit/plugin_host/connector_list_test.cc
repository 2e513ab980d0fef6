#include "adapters/plugin_host/connector_list.h"

#include <gtest/gtest.h>

#include "sample_manifest.h"

namespace storebridge::plugin_host {
namespace {

ConnectorOrigin Origin(const std::string& id) {
  return {.id = id, .path = "/connectors/" + id + ".so"};
}

TEST(ConnectorListTest, ShowsWhatAReadyConnectorCanDo) {
  const ports::ConnectorInfo info = ReadyConnector(Origin("sample"), SampleManifest());

  const v1::Connector& shown = info.resource;
  EXPECT_EQ(shown.name(), "connectors/sample");
  EXPECT_EQ(shown.display_name(), "Sample Store");
  EXPECT_EQ(shown.version(), "1.2.0");
  EXPECT_EQ(shown.state(), v1::Connector::STATE_READY);
  EXPECT_EQ(shown.state_reason(), "");
  EXPECT_EQ(shown.docs_url(), "https://docs.example/sample");
  EXPECT_EQ(shown.path(), "/connectors/sample.so");
  EXPECT_EQ(shown.stock_basis(), v1::STOCK_BASIS_SALABLE);
  EXPECT_EQ(shown.order_feed(), v1::ORDER_FEED_WATERMARK);
  EXPECT_EQ(shown.config_schema_json(), info.manifest->config_schema_json());
  ASSERT_EQ(shown.operations_size(), 4);
  EXPECT_EQ(shown.operations(2).operation(), "orders.pull");
  EXPECT_EQ(shown.operations(2).items_max(), 0);
  EXPECT_EQ(shown.operations(3).items_max(), 100);
  ASSERT_EQ(shown.secrets_size(), 1);
  EXPECT_EQ(shown.secrets(0).secret(), "api_key");
}

TEST(ConnectorListTest, ShowsTheDefaultSizeOfAPush) {
  connector::v1::Manifest manifest = SampleManifest();
  manifest.mutable_operations(3)->clear_max_items();

  const ports::ConnectorInfo info = ReadyConnector(Origin("sample"), manifest);

  EXPECT_EQ(info.resource.operations(3).items_max(), 1'000);
}

TEST(ConnectorListTest, NamesTheKeyThatMakesAConnectorTrusted) {
  const ports::ConnectorInfo info = UntrustedConnector(Origin("sample"));

  EXPECT_EQ(info.resource.state(), v1::Connector::STATE_NOT_TRUSTED);
  EXPECT_NE(info.resource.state_reason().find("add 'sample' to connectors.in_process"),
            std::string::npos);
  EXPECT_EQ(info.manifest, nullptr);
}

TEST(ConnectorListTest, ListsById) {
  ConnectorList list;
  list.Add(UntrustedConnector(Origin("woocommerce")));
  list.Add(RefusedConnector(Origin("vendure"), "broken"));

  const auto all = list.All();

  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].resource.name(), "connectors/vendure");
  EXPECT_EQ(all[1].resource.name(), "connectors/woocommerce");
}

TEST(ConnectorListTest, RefusesBothOfOneId) {
  ConnectorList list;
  list.Add(ReadyConnector({.id = "sample", .path = "/a/sample.so"}, SampleManifest()));
  list.Add(ReadyConnector({.id = "sample", .path = "/b/sample.so"}, SampleManifest()));

  const auto found = list.Find("sample");

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->resource.state(), v1::Connector::STATE_REFUSED);
  EXPECT_EQ(found->manifest, nullptr);
  EXPECT_NE(found->resource.state_reason().find("/a/sample.so and /b/sample.so"),
            std::string::npos);
}

TEST(ConnectorListTest, NamesTheConnectorsThereAre) {
  ConnectorList list;
  EXPECT_NE(list.Find("any").error().message.find("has none at all"), std::string::npos);
  list.Add(UntrustedConnector(Origin("vendure")));
  list.Add(UntrustedConnector(Origin("woocommerce")));

  const auto found = list.Find("woocomerce");

  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, Code::kNotFound);
  EXPECT_EQ(found.error().message,
            "there is no connector 'woocomerce' (did you mean 'woocommerce'?); there is vendure, "
            "woocommerce");
}

TEST(ConnectorListTest, SaysWhyAConnectorCannotBeUsed) {
  ConnectorList list;
  list.Add(RefusedConnector(Origin("vendure"), "it is broken"));
  list.Add(ReadyConnector(Origin("sample"), SampleManifest()));

  EXPECT_TRUE(list.CheckReady("sample").has_value());
  EXPECT_EQ(list.CheckReady("nothing").error().code, Code::kNotFound);
  EXPECT_EQ(list.CheckReady("vendure").error().code, Code::kFailedPrecondition);
  EXPECT_EQ(list.CheckReady("vendure").error().message,
            "connector 'vendure' cannot be used: it is broken");
}

}  // namespace
}  // namespace storebridge::plugin_host
