#include "score_card.h"

#include <string>

#include <gtest/gtest.h>

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

TEST(ScoreCardTest, TakesARowWithoutFindingsAsItIs) {
  EXPECT_EQ(MakeRow("a", "", {}).verdict, Verdict::kOk);
  EXPECT_EQ(MakeRow("a", "", {}, Verdict::kNotShown).verdict, Verdict::kNotShown);
  EXPECT_EQ(MakeRow("a", "", {Example("x")}, Verdict::kNotShown).verdict, Verdict::kFails);
}

}  // namespace
}  // namespace storebridge::conformance
