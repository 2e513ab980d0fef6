#include "adapters/egress/easy_pool.h"

#include <utility>

#include <gtest/gtest.h>

namespace storebridge::egress {
namespace {

TEST(EasyPoolTest, GivesAnOriginItsHandleAgain) {
  EasyPool pool(10);
  CURL* const first = pool.Take("https://a");
  pool.Give("https://a", first);

  CURL* const other = pool.Take("https://b");
  CURL* const again = pool.Take("https://a");

  EXPECT_EQ(again, first);
  EXPECT_NE(other, first);
  pool.Give("https://a", again);
  pool.Give("https://b", other);
}

TEST(EasyPoolTest, KeepsOneHandleOfAnOriginThatHadTwo) {
  EasyPool pool(10);
  CURL* const first = pool.Take("https://a");
  CURL* const second = pool.Take("https://a");

  pool.Give("https://a", first);
  pool.Give("https://a", second);

  EXPECT_EQ(pool.origins(), 1U);
  CURL* const again = pool.Take("https://a");
  EXPECT_EQ(again, first);
  pool.Give("https://a", again);
}

TEST(EasyPoolTest, ForgetsTheOneThatRestedLongestPastItsLimit) {
  EasyPool pool(2);
  CURL* const a = pool.Take("https://a");
  CURL* const b = pool.Take("https://b");
  CURL* const c = pool.Take("https://c");
  EXPECT_EQ(pool.origins(), 3U);

  pool.Give("https://a", a);
  pool.Give("https://b", b);
  pool.Give("https://c", c);

  EXPECT_EQ(pool.origins(), 2U);
  for (const auto& [origin, easy] : {std::pair("https://b", b), std::pair("https://c", c)}) {
    CURL* const kept = pool.Take(origin);
    EXPECT_EQ(kept, easy) << origin;
    pool.Give(origin, kept);
  }
}

TEST(EasyPoolTest, CountsAnOriginAsLongAsAHandleIsTaken) {
  EasyPool pool(1);
  CURL* const taken = pool.Take("https://a");
  CURL* const resting = pool.Take("https://a");
  pool.Give("https://a", resting);
  CURL* const other = pool.Take("https://b");
  pool.Give("https://b", other);

  EXPECT_EQ(pool.origins(), 2U);

  pool.Give("https://a", taken);
  EXPECT_EQ(pool.origins(), 1U);
}

}  // namespace
}  // namespace storebridge::egress
