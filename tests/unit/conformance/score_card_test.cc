#include "score_card.h"

#include <string>

#include <gtest/gtest.h>

#include "bench.h"
#include "checks.h"

namespace storebridge::conformance {
namespace {

Finding Example(const std::string& where) {
  return {.where = where,
          .changed = "its answer is null",
          .did = "crashed",
          .should = "end with a Failure"};
}

TEST(ScoreCardTest, ShowsTheFirstExampleAndCountsTheOthers) {
  ScoreCard card;
  card.Add({.claim = "loads", .how = "minimal 1.0.0"});
  card.Add(MakeRow("ends", "9 answers", {Example("a.sbrec"), Example("b.sbrec")}));

  EXPECT_EQ(card.Text(false),
            "ok         loads                            minimal 1.0.0\n"
            "FAILS      ends                             9 answers\n"
            "             a.sbrec\n"
            "               changed: its answer is null\n"
            "               it did:  crashed\n"
            "               should:  end with a Failure\n"
            "             1 more like it: --verbose\n");
  EXPECT_EQ(card.Text(true).find("more like it"), std::string::npos);
  EXPECT_NE(card.Text(true).find("b.sbrec"), std::string::npos);
}

TEST(ScoreCardTest, SumsUp) {
  ScoreCard card;
  card.Add({.claim = "a"});
  card.Add({.verdict = Verdict::kNotShown, .claim = "b"});
  card.Add({.verdict = Verdict::kNone, .claim = "c"});
  card.Add(MakeRow("d", "", {Example("x")}));

  EXPECT_EQ(card.Sum(), "1 ok, 1 fails, 1 not shown");
  EXPECT_EQ(card.CountOf(Verdict::kNone), 1U);
}

TEST(ScoreCardTest, LetsNobodyWriteLinesOfItsOwn) {
  ScoreCard card;
  Finding finding = Example("a.sbrec");
  finding.did = "said \"\x1B[2Jfine\nok  all\xC2\x9B\"";
  card.Add(MakeRow("ends", "9 answers\nof one\r", {finding}));

  const std::string text = card.Text(false);

  EXPECT_NE(text.find(R"(said "\x1B[2Jfine\nok  all\u009B")"), std::string::npos) << text;
  EXPECT_NE(text.find("9 answers\n" + std::string(44, ' ') + R"(of one\x0D)"), std::string::npos)
      << text;
}

TEST(CountedOfTest, SaysWhatWasLeftOut) {
  EXPECT_EQ(CountedOf(4, 25, "request"), "4 of 25 requests");
  EXPECT_EQ(CountedOf(25, 25, "request"), "25 requests");
}

TEST(CostRowTest, FailsWhatWasKilled) {
  EXPECT_EQ(CostRow({.microseconds = 9'000'000}, 1).verdict, Verdict::kOk);

  const Row row = CostRow({.microseconds = 10'001'500, .where = "a.sbrec"}, 1);

  EXPECT_EQ(row.verdict, Verdict::kFails);
  EXPECT_EQ(row.findings.front().where, "a.sbrec");
}

TEST(ScoreCardTest, TakesARowWithoutFindingsAsItIs) {
  EXPECT_EQ(MakeRow("a", "", {}).verdict, Verdict::kOk);
  EXPECT_EQ(MakeRow("a", "", {}, Verdict::kNotShown).verdict, Verdict::kNotShown);
  EXPECT_EQ(MakeRow("a", "", {Example("x")}, Verdict::kNotShown).verdict, Verdict::kFails);
}

}  // namespace
}  // namespace storebridge::conformance
