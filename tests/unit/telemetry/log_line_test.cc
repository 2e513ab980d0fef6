#include "adapters/telemetry/log_line.h"

#include <gtest/gtest.h>
#include <simdjson.h>

namespace storebridge::telemetry {
namespace {

// 2026-11-23T20:00:00.007Z
constexpr std::int64_t kTimeMs = 1'795'464'000'007;

std::string Text(std::string_view message, std::initializer_list<ports::Log::Field> fields) {
  return TextLine({kTimeMs, ports::LogLevel::kInfo, message, fields});
}

std::string Json(std::string_view message, std::initializer_list<ports::Log::Field> fields) {
  return JsonLine({kTimeMs, ports::LogLevel::kInfo, message, fields});
}

TEST(LogLineTest, WritesTimeLevelMessageAndFields) {
  const std::string line = Text("order taken over", {{"merchant", "demo"}, {"order", "0k3"}});

  EXPECT_EQ(line, "2026-11-23T20:00:00.007Z info  order taken over merchant=demo order=0k3");
}

TEST(LogLineTest, AlignsTheLevels) {
  EXPECT_EQ(TextLine({0, ports::LogLevel::kDebug, "m", {}}), "1970-01-01T00:00:00.000Z debug m");
  EXPECT_EQ(TextLine({0, ports::LogLevel::kWarning, "m", {}}), "1970-01-01T00:00:00.000Z warn  m");
  EXPECT_EQ(TextLine({0, ports::LogLevel::kError, "m", {}}), "1970-01-01T00:00:00.000Z error m");
}

TEST(LogLineTest, TellsATimeBefore1970) {
  EXPECT_EQ(TextLine({-1, ports::LogLevel::kInfo, "m", {}}), "1969-12-31T23:59:59.999Z info  m");
}

TEST(LogLineTest, QuotesWhatWouldBeReadWrongly) {
  const std::string line =
      Text("m", {{"a", "two words"}, {"b", ""}, {"c", R"(say "hi"\)"}, {"d", "x=y"}});

  EXPECT_EQ(line,
            R"(2026-11-23T20:00:00.007Z info  m a="two words" b="" c="say \"hi\"\\" d="x=y")");
}

TEST(LogLineTest, StaysOneLineWhateverAStoreSends) {
  const std::string line = Text("m\n2026 error forged",
                                {{"reason", "a\nb\r\x1b[31mred"},
                                 {"k\ney",
                                  "\xc2\x9b"
                                  "2J"}});

  EXPECT_EQ(line,
            "2026-11-23T20:00:00.007Z info  m\\n2026 error forged "
            "reason=a\\nb\\x0d\\x1b[31mred k\\ney=\\xc2\\x9b2J");
}

TEST(LogLineTest, KeepsUtf8AndShowsWhatIsNot) {
  const std::string line = Text("m", {{"a", "Grüße €😀"}, {"b", "\xff\xed\xa0\x80\xc0\xaf"}});

  EXPECT_EQ(line,
            "2026-11-23T20:00:00.007Z info  m a=\"Grüße €😀\" b=\\xff\\xed\\xa0\\x80\\xc0\\xaf");
}

TEST(LogLineTest, CutsALongValueBetweenCharacters) {
  const std::string at_limit(kLogValueBytesMax, 'x');
  std::string beyond(kLogValueBytesMax - 1, 'x');
  beyond += "€€";

  EXPECT_EQ(Text("m", {{"v", at_limit}}), Text("m", {}) + " v=" + at_limit);
  EXPECT_EQ(Text("m", {{"v", beyond}}),
            Text("m", {}) + " v=" + std::string(kLogValueBytesMax - 1, 'x') + "...");
}

TEST(LogLineTest, WritesJson) {
  const std::string line = Json("order taken over", {{"order", "0k3"}});

  EXPECT_EQ(line,
            R"({"time":"2026-11-23T20:00:00.007Z","level":"info","message":"order taken over",)"
            R"("order":"0k3"})");
}

TEST(LogLineTest, WritesJsonThatReadsBackWhateverIsInIt) {
  const std::string nasty = std::string("a\"b\\c\nd\x01\x7f\xff") + "\xc2\x85" + "€😀";
  simdjson::dom::parser parser;

  const std::string line = Json("m", {{"value", nasty}, {"key \"\n", "v"}});

  simdjson::dom::element document;
  ASSERT_EQ(parser.parse(line).get(document), simdjson::SUCCESS) << line;
  EXPECT_EQ(line.find('\n'), std::string::npos);
  std::string_view value;
  ASSERT_EQ(document["value"].get(value), simdjson::SUCCESS);
  EXPECT_EQ(value, std::string("a\"b\\c\nd\x01\x7f") + "\xef\xbf\xbd" + "\xc2\x85" + "€😀");
}

TEST(LogLineTest, DoesNotLetAFieldReplaceTheTime) {
  const std::string line = Json("m", {{"time", "1"}, {"level", "2"}, {"message", "3"}});

  EXPECT_NE(line.find(R"("field_time":"1","field_level":"2","field_message":"3")"),
            std::string::npos);
}

}  // namespace
}  // namespace storebridge::telemetry
