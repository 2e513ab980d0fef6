#pragma once

#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::plugin_host {

// A manifest with which nothing is wrong; tests break one thing of it.
inline connector::v1::Manifest SampleManifest() {
  namespace cv1 = connector::v1;
  cv1::Manifest manifest;
  manifest.set_id("sample");
  manifest.set_version("1.2.0");
  manifest.set_display_name("Sample Store");
  manifest.set_docs_url("https://docs.example/sample");
  for (const char* name : {"auth.check", "products.pull", "orders.pull", "stock.push"}) {
    manifest.add_operations()->set_name(name);
  }
  manifest.mutable_operations(3)->set_max_items(100);
  manifest.set_config_schema_json(R"({
    "type": "object",
    "additionalProperties": false,
    "required": ["base_url"],
    "properties": {
      "base_url": {"type": "string", "format": "uri", "title": "Address of the store"},
      "region": {"type": "string", "enum": ["eu", "us"], "default": "eu"},
      "page_size": {"type": "integer", "minimum": 1, "maximum": 100}
    }})");
  cv1::Secret* key = manifest.add_secrets();
  key->set_name("api_key");
  key->set_label("API key, under Settings");
  cv1::AuthScheme* auth = manifest.add_auth();
  auth->set_id("bearer");
  auth->mutable_header()->set_name("Authorization");
  auth->mutable_header()->set_value("Bearer {secret.api_key}");
  manifest.add_egress("{config.base_url}/api/");
  manifest.set_stock_basis(cv1::STOCK_BASIS_SALABLE);
  manifest.set_order_feed(cv1::ORDER_FEED_WATERMARK);
  return manifest;
}

}  // namespace storebridge::plugin_host
