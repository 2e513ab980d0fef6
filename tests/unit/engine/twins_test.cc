#include "engine/twins.h"

#include <string>

#include <gtest/gtest.h>

namespace storebridge::engine {
namespace {

// One pull showed two contents of "1", 10 and then 11, of one time.
Twins AfterBothWereShown() {
  Twins twins;
  twins.Begin();
  twins.See("1", 10, 1000);
  twins.See("1", 11, 1000);
  twins.End();
  return twins;
}

TEST(TwinsTest, TakesWhatComesOnceOrTwiceTheSame) {
  Twins twins;
  twins.Begin();

  EXPECT_TRUE(twins.See("1", 10, 1000).is_taken);
  EXPECT_TRUE(twins.See("1", 10, 1000).is_taken);
  EXPECT_FALSE(twins.See("1", 10, 1000).is_twin);
  EXPECT_TRUE(twins.See("2", 20, 1000).is_taken);
}

TEST(TwinsTest, TheLastOfOneTimeCounts) {
  Twins twins;
  twins.Begin();
  twins.See("1", 10, 1000);

  const Twins::Sight last = twins.See("1", 11, 1000);

  EXPECT_TRUE(last.is_taken);
  EXPECT_TRUE(last.is_twin);
}

TEST(TwinsTest, TheNewerCountsWhereverItStands) {
  Twins twins;
  twins.Begin();
  twins.See("1", 11, 2000);

  const Twins::Sight older = twins.See("1", 10, 1000);

  EXPECT_FALSE(older.is_taken);
  EXPECT_FALSE(older.is_twin) << "it was edited while it was read: nobody has to look";
}

TEST(TwinsTest, LeavesOutTheOneThatDoesNotCountInTheNextPullToo) {
  Twins twins = AfterBothWereShown();
  for (int pull = 0; pull < 3; ++pull) {
    twins.Begin();

    EXPECT_FALSE(twins.See("1", 10, 1000).is_taken);
    EXPECT_TRUE(twins.See("1", 11, 1000).is_taken);
    EXPECT_FALSE(twins.See("1", 10, 1000).is_taken) << "behind the other, too";

    twins.End();
  }
}

TEST(TwinsTest, TakesTheOtherOneWhenItIsAllThatIsLeft) {
  Twins twins = AfterBothWereShown();
  twins.Begin();
  EXPECT_FALSE(twins.See("1", 10, 1000).is_taken);
  twins.End();

  twins.Begin();

  EXPECT_TRUE(twins.See("1", 10, 1000).is_taken);
}

TEST(TwinsTest, IsNoTwinAnyMoreInTheSecondPullThatShowsItOnce) {
  Twins twins = AfterBothWereShown();
  twins.Begin();
  twins.See("1", 11, 1000);
  twins.End();

  twins.Begin();

  EXPECT_FALSE(twins.See("1", 11, 1000).is_twin);
}

TEST(TwinsTest, ForgetsThePairWhenTheStoreHasChangedTheRecord) {
  Twins twins = AfterBothWereShown();
  twins.Begin();

  const Twins::Sight changed = twins.See("1", 12, 2000);

  EXPECT_TRUE(changed.is_taken);
  EXPECT_FALSE(changed.is_twin);
}

TEST(TwinsTest, DoesNotJudgeByAPullThatFailed) {
  Twins twins = AfterBothWereShown();
  twins.Begin();
  twins.See("1", 10, 1000);  // And the pull breaks off.

  twins.Begin();

  EXPECT_FALSE(twins.See("1", 10, 1000).is_taken);
}

TEST(TwinsTest, RemembersSoManyPairsAndThenNone) {
  Twins twins;
  twins.Begin();
  for (std::size_t i = 0; i < Twins::kPairsMax; ++i) {
    twins.See(std::to_string(i), 10, 1000);
    twins.See(std::to_string(i), 11, 1000);
  }
  EXPECT_FALSE(twins.See("0", 10, 1000).is_taken);

  twins.See("x", 10, 1000);
  twins.See("x", 11, 1000);

  EXPECT_TRUE(twins.See("0", 10, 1000).is_taken);
}

TEST(TwinsTest, NoticesTwinsThatAreNoFurtherApart) {
  Twins twins;
  twins.Begin();
  twins.See("first", 10, 1000);
  for (std::size_t i = 1; i < Twins::kSeenMax; ++i) {
    twins.See(std::to_string(i), 10, 1000);
  }

  EXPECT_FALSE(twins.See("first", 11, 1000).is_twin) << "one too far";
  EXPECT_TRUE(twins.See("first", 12, 1000).is_twin);
}

TEST(TwinsTest, KnowsWhatWasMetTwiceTheLastTime) {
  Twins twins;

  EXPECT_FALSE(twins.ComesTwiceAgain("7"));
  EXPECT_TRUE(twins.ComesTwiceAgain("7"));
  EXPECT_FALSE(twins.ComesTwiceAgain("8"));
}

}  // namespace
}  // namespace storebridge::engine
