#include "adapters/config/yaml_tree.h"

#include <gtest/gtest.h>

namespace storebridge::config {
namespace {

// The problems of a text, one per line, as `line:column text`.
std::string Problems(const std::string& text) {
  std::vector<Problem> problems;
  ParseYaml(text, problems);
  std::string told;
  for (const Problem& problem : problems) {
    told += std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) + " " +
            problem.text + "\n";
  }
  return told;
}

TEST(YamlTreeTest, KeepsKeysInOrderWithTheirPlaces) {
  std::vector<Problem> problems;

  const YamlNode root = ParseYaml("b: 1\na:\n  - x\n  - 'y z'\n  - {k: ~}\n", problems);

  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(root.entries.size(), 2U);
  EXPECT_EQ(root.entries[0].key, "b");
  EXPECT_EQ(root.entries[0].value.text, "1");
  EXPECT_EQ(root.entries[0].value.place.column, 4);
  const YamlNode& list = root.entries[1].value;
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(list.items[1].text, "y z");
  EXPECT_EQ(list.items[1].place.line, 4);
  EXPECT_EQ(list.items[2].entries[0].value.kind, YamlNode::Kind::kNull);
}

TEST(YamlTreeTest, TakesAnEmptyFileForNothing) {
  std::vector<Problem> problems;

  for (const char* text : {"", "# only a comment\n", "---\n", "\n\n"}) {
    EXPECT_EQ(ParseYaml(text, problems).kind, YamlNode::Kind::kNull) << text;
  }
  EXPECT_TRUE(problems.empty());
}

TEST(YamlTreeTest, NamesTheFirstOfTwoEqualKeys) {
  EXPECT_EQ(Problems("a: 1\nb: 2\na: 3\n"), "3:1 'a' is already in line 1; keep one of them\n");
  EXPECT_EQ(Problems("s:\n  a: 1\n  \"a\": 2\nt:\n  a: 1\n"),
            "3:3 'a' is already in line 2; keep one of them\n");
}

TEST(YamlTreeTest, RefusesWhatMakesASmallFileHuge) {
  const std::string bomb =
      "a: &a [x, x, x, x, x, x, x, x, x]\n"
      "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
      "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n";

  const std::string told = Problems(bomb);

  EXPECT_NE(told.find("an anchor (&name) is not allowed"), std::string::npos) << told;
  EXPECT_NE(told.find("2:8 an alias (*name) is not allowed"), std::string::npos) << told;
}

TEST(YamlTreeTest, RefusesTags) {
  EXPECT_NE(Problems("a: !!binary aGk=\n").find("is not allowed here"), std::string::npos);
  EXPECT_NE(Problems("a: !mine {b: c}\n").find("is not allowed here"), std::string::npos);
}

TEST(YamlTreeTest, BoundsTheDepth) {
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '[') +
           std::string(static_cast<std::size_t>(levels), ']');
  };

  EXPECT_EQ(Problems(nested(kDepthMax)), "");
  EXPECT_EQ(Problems(nested(kDepthMax + 1)), "1:21 more than 20 levels\n");
  EXPECT_NE(Problems(nested(100'000)), "");
}

TEST(YamlTreeTest, BoundsTheNumberOfValues) {
  std::string many = "a: [";
  for (std::size_t i = 0; i < kNodesMax; ++i) {
    many += "x,";
  }

  EXPECT_NE(Problems(many + "x]").find("more than 10000 values"), std::string::npos);
}

TEST(YamlTreeTest, BoundsTheSize) {
  const std::string comment = "#" + std::string(kFileBytesMax - 1, 'x');

  EXPECT_EQ(Problems(comment), "");
  EXPECT_EQ(Problems(comment + "x"), "1:1 1048577 bytes; 1048576 are allowed\n");
}

TEST(YamlTreeTest, SaysWhereTheFileStopsBeingYaml) {
  EXPECT_EQ(Problems("a: 1\nb: [1, 2\nc: 3\n").rfind("3:", 0), 0U)
      << Problems("a: 1\nb: [1, 2\nc: 3\n");
  EXPECT_NE(Problems("a: 1\n\tb: 2\n"), "");
}

TEST(YamlTreeTest, DoesNotTakeTheRestOfTheFileForAnOpenQuote) {
  for (const char* text : {"a: \"open", "a: 'open\n", "a: \"open\nb: c\n"}) {
    EXPECT_NE(Problems(text).find("the file ends inside a text in quotes"), std::string::npos)
        << Problems(text);
  }
}

TEST(YamlTreeTest, RefusesControlCharacters) {
  EXPECT_EQ(Problems("a: 1\nb: \x04\nc: 2\n"),
            "2:4 a control character; save the file as plain UTF-8 text\n");
  EXPECT_NE(Problems(std::string("a: \0", 4)), "");
  EXPECT_NE(Problems(std::string("\xff\xfe"
                                 "a\0:\0",
                                 6)),
            "");
  EXPECT_EQ(Problems("a: 1\r\nb: 2\r\n"), "");
}

TEST(YamlTreeTest, RefusesASecondDocumentAndOddKeys) {
  EXPECT_NE(Problems("a: 1\n---\nb: 2\n").find("a second document begins here"), std::string::npos);
  EXPECT_EQ(Problems("[a, b]: 1\nc: 2\n"), "1:1 a list cannot be a key\n");
}

}  // namespace
}  // namespace storebridge::config
