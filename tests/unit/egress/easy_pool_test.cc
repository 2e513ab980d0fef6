#include "adapters/egress/easy_pool.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::egress {
namespace {

constexpr EasyPool::Sizes SizesWith(std::size_t handles) {
  return {.handles = handles, .multis = 2, .origins_per_multi = 2};
}

std::size_t OriginsOf(const EasyPool& pool) {
  return pool.OriginsOf(0) + pool.OriginsOf(1);
}

TEST(EasyPoolTest, GivesAnOriginItsHandleAgain) {
  EasyPool pool(SizesWith(10));
  CURL* const first = pool.Take("https://a").easy;
  pool.Give("https://a", first);

  CURL* const other = pool.Take("https://b").easy;
  CURL* const again = pool.Take("https://a").easy;

  EXPECT_EQ(again, first);
  EXPECT_NE(other, first);
  pool.Give("https://a", again);
  pool.Give("https://b", other);
}

TEST(EasyPoolTest, KeepsOneHandleOfAnOriginThatHadTwo) {
  EasyPool pool(SizesWith(10));
  CURL* const first = pool.Take("https://a").easy;
  CURL* const second = pool.Take("https://a").easy;

  pool.Give("https://a", first);
  pool.Give("https://a", second);

  EXPECT_EQ(OriginsOf(pool), 1U);
  CURL* const again = pool.Take("https://a").easy;
  EXPECT_EQ(again, first);
  pool.Give("https://a", again);
}

TEST(EasyPoolTest, ForgetsTheOneThatRestedLongestPastItsLimit) {
  EasyPool pool(SizesWith(2));
  CURL* const a = pool.Take("https://a").easy;
  CURL* const b = pool.Take("https://b").easy;
  CURL* const c = pool.Take("https://c").easy;
  EXPECT_EQ(OriginsOf(pool), 3U);

  pool.Give("https://a", a);
  pool.Give("https://b", b);
  pool.Give("https://c", c);

  EXPECT_EQ(OriginsOf(pool), 2U);
  for (const auto& [origin, easy] : {std::pair("https://b", b), std::pair("https://c", c)}) {
    CURL* const kept = pool.Take(origin).easy;
    EXPECT_EQ(kept, easy) << origin;
    pool.Give(origin, kept);
  }
}

TEST(EasyPoolTest, CountsAnOriginAsLongAsAHandleIsTaken) {
  EasyPool pool(SizesWith(1));
  CURL* const taken = pool.Take("https://a").easy;
  CURL* const resting = pool.Take("https://a").easy;
  pool.Give("https://a", resting);
  CURL* const other = pool.Take("https://b").easy;
  pool.Give("https://b", other);

  EXPECT_EQ(OriginsOf(pool), 2U);

  pool.Give("https://a", taken);
  EXPECT_EQ(OriginsOf(pool), 1U);
}

TEST(EasyPoolTest, FillsAMultiHandleBeforeItGoesOnToTheNext) {
  EasyPool pool(SizesWith(10));
  std::vector<std::size_t> multis;
  for (const std::string origin : {"a", "b", "c", "d", "e", "a"}) {
    const EasyPool::Taken taken = pool.Take(origin);
    multis.push_back(taken.multi);
    pool.Give(origin, taken.easy);
  }

  // The fifth is one more than they have room for.
  EXPECT_EQ(multis, (std::vector<std::size_t>{0, 0, 1, 1, 0, 0}));
}

TEST(EasyPoolTest, HasRoomAgainWhereAnOriginWasForgotten) {
  EasyPool pool(SizesWith(3));
  for (const std::string origin : {"a", "b", "c", "d"}) {
    pool.Give(origin, pool.Take(origin).easy);
  }
  EXPECT_EQ(pool.OriginsOf(0), 1U);

  const EasyPool::Taken taken = pool.Take("e");

  EXPECT_EQ(taken.multi, 0U);
  EXPECT_EQ(pool.OriginsOf(0), 2U);
  pool.Give("e", taken.easy);
}

}  // namespace
}  // namespace storebridge::egress
