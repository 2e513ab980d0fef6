#include "adapters/plugin_host/config_schema.h"

#include <vector>

#include <gtest/gtest.h>

namespace storebridge::plugin_host {
namespace {

// A schema with one property.
std::string WithProperty(const std::string& property) {
  return R"({"type":"object","properties":{"a":)" + property + "}}";
}

TEST(ConfigSchemaTest, ReadsWhatConnectorsUse) {
  const auto schema = ParseConfigSchema(R"({
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Settings", "type": "object", "additionalProperties": false,
      "required": ["base_url"],
      "properties": {
        "base_url": {"type": "string", "format": "uri", "minLength": 8, "maxLength": 200},
        "states": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5},
        "rate": {"type": "number", "minimum": 0, "maximum": 1.5},
        "tax": {"type": "object", "properties": {"is_included": {"type": "boolean"}}},
        "code": {"type": "string", "pattern": "^[a-z]+$", "default": "abc"}
      }})");

  ASSERT_TRUE(schema.has_value()) << schema.error().message;
  ASSERT_EQ(schema->PropertyNames(),
            (std::vector<std::string>{"base_url", "states", "rate", "tax", "code"}));
  EXPECT_TRUE(schema->Find("base_url")->is_required);
  EXPECT_TRUE(schema->Find("base_url")->is_url);
  EXPECT_EQ(schema->Find("base_url")->length_min, 8U);
  EXPECT_FALSE(schema->Find("states")->is_required);
  EXPECT_EQ(schema->Find("states")->length_max, 5U);
  EXPECT_EQ(schema->Find("rate")->maximum, 1.5);
  EXPECT_EQ(schema->Find("code")->default_text, "abc");
  EXPECT_EQ(schema->Find("nothing"), nullptr);
}

TEST(ConfigSchemaTest, TakesEmptyTextForNoSettings) {
  const auto schema = ParseConfigSchema("");

  ASSERT_TRUE(schema.has_value());
  EXPECT_TRUE(schema->properties.empty());
}

TEST(ConfigSchemaTest, RefusesWhatItWouldHaveToIgnore) {
  struct Case {
    std::string json;
    const char* message;
  };
  const std::vector<Case> cases = {
      {"{", "the schema is not JSON"},
      {"[]", "the schema is not an object"},
      {R"({"type":"string"})", "is not about an object"},
      {R"({"properties":{}})", "has no 'type'"},
      {R"({"type":"object","anyOf":[]})", "uses 'anyOf', which is not supported"},
      {R"({"type":"object","propertes":{}})", "did you mean 'properties'?"},
      {R"({"type":"object","additionalProperties":true})", "only false is supported"},
      {R"({"type":"object","required":["b"]})", "requires \"b\", which is no property"},
      {WithProperty("5"), "a is not an object"},
      {WithProperty(R"({"type":"text"})"), "a has type 'text'"},
      {WithProperty(R"({"type":["string","null"]})"), "a has no 'type'"},
      {WithProperty(R"({"type":"string","format":"email"})"), "only uri is"},
      {WithProperty(R"({"type":"string","minimum":1})"), "is a text and has 'minimum'"},
      {WithProperty(R"({"type":"integer","pattern":"a"})"), "is a whole number and has 'pattern'"},
      {WithProperty(R"({"type":"string","pattern":"(a"})"), "that RE2 does not take"},
      {WithProperty(R"json({"type":"string","pattern":"(?=a)"})json"), "that RE2 does not take"},
      {WithProperty(R"({"type":"string","minLength":-1})"), "'minLength' that is not a count"},
      {WithProperty(R"({"type":"string","enum":[]})"), "'enum' that is not a list of values"},
      {WithProperty(R"({"type":"integer","maximum":5,"default":6})"), "default that does not fit"},
      {R"({"type":"object","properties":{"a":{"type":"string"},"a":{"type":"string"}}})", "twice"},
  };

  for (const Case& one : cases) {
    const auto schema = ParseConfigSchema(one.json);

    ASSERT_FALSE(schema.has_value()) << one.json;
    EXPECT_NE(schema.error().message.find(one.message), std::string::npos)
        << one.json << " -> " << schema.error().message;
  }
}

TEST(ConfigSchemaTest, BoundsSizeAndDepth) {
  std::string deep = R"({"type":"object"})";
  for (int i = 0; i < 20; ++i) {
    deep = WithProperty(deep);
  }
  std::string wide = R"({"type":"object","properties":{"p":{"type":"string"})";
  for (std::size_t i = 0; i < kSettingsMax; ++i) {
    wide += R"(,"p)" + std::to_string(i) + R"(":{"type":"string"})";
  }
  wide += "}}";

  EXPECT_FALSE(ParseConfigSchema(deep).has_value());
  EXPECT_FALSE(ParseConfigSchema(wide).has_value());
  EXPECT_FALSE(ParseConfigSchema(std::string(kSchemaBytesMax + 1, ' ')).has_value());
}

}  // namespace
}  // namespace storebridge::plugin_host
