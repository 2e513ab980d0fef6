#include "json_text.h"

#include <string>

#include <gtest/gtest.h>

namespace storebridge::conformance {
namespace {

const JsonNode& At(const JsonNode& node, std::size_t item) {
  return node.items.at(item);
}

std::string TextOf(const std::string& text, const JsonNode& node) {
  return text.substr(node.begin, node.end - node.begin);
}

TEST(JsonTextTest, FindsEachValueByItsPlace) {
  const std::string text = R"( {"a" : [1, -2.50e1, "x\"]"], "b":{"c":null}, "d": true} )";

  const std::optional<JsonNode> root = ReadJson(text);

  ASSERT_TRUE(root);
  ASSERT_EQ(root->names, (std::vector<std::string>{"a", "b", "d"}));
  const JsonNode& a = At(*root, 0);
  ASSERT_EQ(a.items.size(), 3U);
  EXPECT_EQ(TextOf(text, At(a, 1)), "-2.50e1");
  EXPECT_EQ(TextOf(text, At(a, 2)), R"("x\"]")");
  EXPECT_EQ(TextOf(text, At(*root, 1)), R"({"c":null})");
  EXPECT_EQ(At(*root, 2).kind, JsonNode::Kind::kWord);
}

TEST(JsonTextTest, RefusesWhatIsNoJson) {
  for (const char* text :
       {"", "[", "[1,]", "{\"a\"}", "{\"a\":1", "[1] 2", "\"open", "nul", "<p>"}) {
    EXPECT_FALSE(ReadJson(text)) << text;
  }
  EXPECT_FALSE(ReadJson(std::string(20'000, '[')));
}

TEST(JsonTextTest, LeavesAllElseByteForByte) {
  const std::string text = R"({"list": [1.10 ,2.20, 3.30 ], "n":1e2})";
  const std::optional<JsonNode> root = ReadJson(text);
  ASSERT_TRUE(root);
  const JsonNode& list = At(*root, 0);

  EXPECT_EQ(WithoutElement(text, list, 0), R"({"list": [2.20, 3.30 ], "n":1e2})");
  EXPECT_EQ(WithoutElement(text, list, 2), R"({"list": [1.10 ,2.20 ], "n":1e2})");
  EXPECT_EQ(WithReplaced(text, At(list, 1), "{}"), R"({"list": [1.10 ,{}, 3.30 ], "n":1e2})");
  EXPECT_EQ(Repeated(text, list, 5), "[1.10 ,2.20, 3.30,1.10,2.20 ]");
}

TEST(JsonTextTest, MakesSeveralChangesAtTheirPlaces) {
  const std::string text = R"({"a":1,"b":[22],"c":333})";
  const std::optional<JsonNode> root = ReadJson(text);
  ASSERT_TRUE(root);

  EXPECT_EQ(WithChanges(text, {{At(*root, 0), "1000"}, {At(*root, 2), ""}, {At(*root, 1), "[]"}}),
            R"({"a":1000,"b":[],"c":})");
}

TEST(JsonTextTest, EmptiesAListOfOne) {
  const std::string text = "[ 7 ]";
  const std::optional<JsonNode> root = ReadJson(text);

  ASSERT_TRUE(root);
  EXPECT_EQ(WithoutElement(text, *root, 0), "[  ]");
}

TEST(JsonTextTest, NamesArraysByTheirPath) {
  const std::optional<JsonNode> root =
      ReadJson(R"({"data":{"items":[{"lines":[1]},{"lines":[]}]}})");

  ASSERT_TRUE(root);
  const std::vector<JsonArray> arrays = ArraysIn(*root);
  ASSERT_EQ(arrays.size(), 3U);
  EXPECT_EQ(arrays[0].path, "$.data.items");
  EXPECT_EQ(arrays[1].path, "$.data.items[*].lines");
  EXPECT_EQ(arrays[2].path, "$.data.items[*].lines");
}

}  // namespace
}  // namespace storebridge::conformance
