#include "core/wire_fields.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge {
namespace {

using std::string_literals::operator""s;

struct Read {
  std::vector<WireField> fields;
  bool is_whole = false;
};

// The fields look into `bytes`.
Read ReadAll(const std::string& bytes) {
  Read read;
  WireFields fields(bytes);
  for (WireField field; fields.Next(field);) {
    read.fields.push_back(field);
  }
  read.is_whole = fields.is_at_end();
  return read;
}

TEST(WireFieldsTest, GivesEachFieldWithItsNumberAndWhatIsInIt) {
  const std::string number = "\x08\x96\x01";
  const std::string text = "\x12\x07testing";
  const std::string far = "\x9a\x01\x02hi";
  const std::string eight = "\x19" + std::string(8, '\x01');
  const std::string four = "\x25" + std::string(4, '\x02');
  const std::string bytes = number + text + far + eight + four;

  const Read read = ReadAll(bytes);

  ASSERT_EQ(read.fields.size(), 5U);
  EXPECT_TRUE(read.is_whole);
  EXPECT_EQ(read.fields[0].number, 1);
  EXPECT_EQ(read.fields[0].kind, WireField::Kind::kNumber);
  EXPECT_EQ(read.fields[0].value, 150U);
  EXPECT_EQ(read.fields[0].whole, number);
  EXPECT_EQ(read.fields[1].number, 2);
  EXPECT_EQ(read.fields[1].kind, WireField::Kind::kContents);
  EXPECT_EQ(read.fields[1].contents, "testing");
  EXPECT_EQ(read.fields[1].value, 0U);
  EXPECT_EQ(read.fields[1].whole, text);
  EXPECT_EQ(read.fields[2].number, 19);
  EXPECT_EQ(read.fields[2].contents, "hi");
  EXPECT_EQ(read.fields[2].whole, far);
  EXPECT_EQ(read.fields[3].kind, WireField::Kind::kFixed);
  EXPECT_EQ(read.fields[3].whole, eight);
  EXPECT_EQ(read.fields[4].whole, four);
}

TEST(WireFieldsTest, ReadsTheLargestNumbers) {
  const std::string bytes = "\x08" + std::string(9, '\xff') + "\x01" + "\xf8\xff\xff\xff\x0f\x01";

  const Read read = ReadAll(bytes);

  ASSERT_EQ(read.fields.size(), 2U);
  EXPECT_EQ(read.fields[0].value, 0xffffffffffffffffULL);
  EXPECT_EQ(read.fields[1].number, (1 << 29) - 1);
  EXPECT_TRUE(read.is_whole);
}

TEST(WireFieldsTest, EndsWhereBytesAreNoField) {
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"a tag that is cut", "\x80"s},
      {"a number that is cut", "\x08\x80"s},
      {"a number of eleven bytes", "\x08" + std::string(10, '\xff') + "\x01"},
      {"a tag of more than 32 bits", "\xf8\xff\xff\xff\x1f\x01"s},
      {"field 0", "\x00\x01"s},
      {"contents that are cut", "\x12\x03hi"s},
      {"a length that is cut", "\x12\x80"s},
      {"a length of 64 bits", "\x12" + std::string(9, '\xff') + "\x01hi"},
      {"eight bytes that are seven", "\x19" + std::string(7, '\x01')},
      {"four bytes that are three", "\x25" + std::string(3, '\x01')},
      {"a group", "\x0b\x0c"s},
      {"a kind that there is not", "\x0e\x01"s},
  };
  for (const auto& [what, bytes] : cases) {
    const std::string after_one = "\x08\x01" + bytes;
    const Read read = ReadAll(after_one);

    EXPECT_EQ(read.fields.size(), 1U) << what;
    EXPECT_FALSE(read.is_whole) << what;
  }
}

TEST(WireFieldsTest, NothingHasNoFields) {
  const Read read = ReadAll("");

  EXPECT_TRUE(read.fields.empty());
  EXPECT_TRUE(read.is_whole);
}

}  // namespace
}  // namespace storebridge
