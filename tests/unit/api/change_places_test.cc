#include "api/change_places.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::api {
namespace {

using Kind = ChangePlaces::Turn::Kind;

// All merchants, met by the walk as `acme` and `bolt`, each with its newest change read.
ChangePlaces MetPlaces(std::int64_t head) {
  ChangePlaces places = ChangePlaces::OfAll({});
  places.Take();
  places.AddMerchants({{.merchant = "acme", .head = head}, {.merchant = "bolt", .head = head}},
                      true);
  return places;
}

// Has `merchant` caught up at `head`, and what it was given read.
void CatchUp(ChangePlaces& places, const std::string& merchant, std::int64_t head) {
  EXPECT_TRUE(places.Notice(merchant, head, false));
  places.Take();
  places.Advance(merchant, head, false);
}

// The merchants whose turns are taken, until there are none.
std::vector<std::string> TakeAll(ChangePlaces& places) {
  std::vector<std::string> merchants;
  while (const auto turn = places.Take()) {
    merchants.push_back(turn->merchant);
  }
  return merchants;
}

TEST(ChangePlacesTest, GivesAMerchantOneTurnHoweverOftenItIsNoticed) {
  ChangePlaces places = MetPlaces(0);

  for (int head = 1; head <= 100; ++head) {
    EXPECT_TRUE(places.Notice("acme", head, false));
  }

  EXPECT_EQ(TakeAll(places), std::vector<std::string>{"acme"});
}

TEST(ChangePlacesTest, LetsWhoHasMoreWaitBehindTheOthers) {
  ChangePlaces places = MetPlaces(0);
  EXPECT_TRUE(places.Notice("acme", 500, false));
  EXPECT_TRUE(places.Notice("bolt", 1, false));

  ASSERT_EQ(places.Take()->merchant, "acme");
  places.Advance("acme", 50, true);

  EXPECT_EQ(TakeAll(places), (std::vector<std::string>{"bolt", "acme"}));
}

TEST(ChangePlacesTest, BeginsWhereTheLogIsWhenTheWalkMeetsWhatWasNoticedBefore) {
  ChangePlaces places = ChangePlaces::OfAll({});
  EXPECT_TRUE(places.Notice("acme", 7, false));
  ASSERT_EQ(places.Take()->kind, Kind::kMerchants);

  const auto news = places.AddMerchants({{.merchant = "acme", .head = 7}}, true);

  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].position, 7);
  EXPECT_FALSE(news[0].is_gap);
}

TEST(ChangePlacesTest, BeginsBeforeTheFirstChangeOfAMerchantThatTheWalkMissed) {
  ChangePlaces places = ChangePlaces::OfAll({});
  ASSERT_EQ(places.Take()->kind, Kind::kMerchants);
  // Made after the walk had read, and noticed before it says what it read.
  EXPECT_TRUE(places.Notice("acme", 2, false));
  places.AddMerchants({}, true);

  const auto turn = places.Take();
  ASSERT_TRUE(turn);
  EXPECT_EQ(turn->kind, Kind::kEnds);
  const auto news = places.AddNew({.merchant = "acme", .head = 2, .floor = 0});

  ASSERT_TRUE(news);
  EXPECT_EQ(news->position, 0);
  const auto next = places.Take();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->kind, Kind::kChanges);
  EXPECT_EQ(next->after, 0);
}

TEST(ChangePlacesTest, ReadsAgainWhatIsNoticedWhileItIsRead) {
  ChangePlaces places = MetPlaces(0);
  EXPECT_TRUE(places.Notice("acme", 1, false));
  ASSERT_TRUE(places.Take());

  EXPECT_TRUE(places.Notice("acme", 2, false));
  places.Advance("acme", 1, false);

  EXPECT_EQ(TakeAll(places), std::vector<std::string>{"acme"});
}

TEST(ChangePlacesTest, WalksAgainWhenSomethingMayHaveBeenMissedDuringAWalk) {
  ChangePlaces places = ChangePlaces::OfAll({});
  ASSERT_EQ(places.Take()->kind, Kind::kMerchants);
  places.Recheck();

  places.AddMerchants({{.merchant = "acme", .head = 1}}, true);
  const auto again = places.Take();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->kind, Kind::kMerchants);
  EXPECT_EQ(again->merchant, "");
  EXPECT_TRUE(places.AddMerchants({{.merchant = "acme", .head = 3}}, true).empty());

  EXPECT_EQ(TakeAll(places), std::vector<std::string>{"acme"});
}

TEST(ChangePlacesTest, SaysAGapWhereThePositionIsNotInTheLog) {
  ChangePlaces places = ChangePlaces::OfAll({{"ahead", 9}, {"fits", 3}, {"forgotten", 2}});
  places.Take();

  const auto news = places.AddMerchants({{.merchant = "ahead", .head = 8, .floor = 0},
                                         {.merchant = "fits", .head = 8, .floor = 3},
                                         {.merchant = "forgotten", .head = 8, .floor = 3}},
                                        true);

  ASSERT_EQ(news.size(), 2U);
  EXPECT_EQ(news[0].merchant, "ahead");
  EXPECT_EQ(news[1].merchant, "forgotten");
  for (const ChangePlaces::News& one : news) {
    EXPECT_TRUE(one.is_gap);
    EXPECT_EQ(one.position, 8);
  }
  EXPECT_EQ(TakeAll(places), std::vector<std::string>{"fits"});
}

TEST(ChangePlacesTest, ComparesATokenWithTheLogOfAMerchantThatIsMadeLater) {
  ChangePlaces places = ChangePlaces::OfAll({{"again", 5}});
  places.Take();
  places.AddMerchants({}, true);
  EXPECT_FALSE(places.has_turn());

  EXPECT_TRUE(places.Notice("again", 1, false));

  ASSERT_EQ(places.Take()->kind, Kind::kEnds);
  const auto news = places.AddNew({.merchant = "again", .head = 1, .floor = 0});
  ASSERT_TRUE(news);
  EXPECT_TRUE(news->is_gap);
  EXPECT_EQ(news->position, 1);
}

TEST(ChangePlacesTest, CallsAReaderOfOneTooSlowWhoDidNotReadWhatHeWasGiven) {
  ChangePlaces places = ChangePlaces::OfOne("acme", 0);
  CatchUp(places, "acme", 1);

  EXPECT_TRUE(places.Notice("acme", 1 + kChangesBehindMax, true));
  EXPECT_FALSE(places.Notice("acme", 2 + kChangesBehindMax, true));
}

// What is not read yet may be of others, and takes no memory.
TEST(ChangePlacesTest, CallsNobodyTooSlowWhoReadsAll) {
  ChangePlaces places = MetPlaces(0);
  CatchUp(places, "acme", 1);

  EXPECT_TRUE(places.Notice("acme", 2, true));
  EXPECT_TRUE(places.Notice("acme", 2 + kChangesBehindMax, true));
}

TEST(ChangePlacesTest, LetsAReaderCatchUpHoweverMuchHeMissed) {
  ChangePlaces places = ChangePlaces::OfOne("acme", 0);
  places.Take();

  EXPECT_TRUE(places.Notice("acme", 1'000'000, true));
  places.Advance("acme", 50, true);
  EXPECT_TRUE(places.Notice("acme", 1'000'001, true));
}

}  // namespace
}  // namespace storebridge::api
