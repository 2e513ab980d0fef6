#include "core/shown_url.h"

#include <gtest/gtest.h>

namespace storebridge {
namespace {

TEST(ShownUrlTest, KeepsWhatIsNoSecret) {
  for (const char* url : {"https://store.example",
                          "http://127.0.0.1:9000/shop/a-b",
                          "https://[::1]/x",
                          "http://[::1]:9000/x",
                          "file:///etc/passwd",
                          "store.example",
                          ""}) {
    EXPECT_EQ(ShownUrl(url), url);
  }
}

TEST(ShownUrlTest, HidesUserAndPassword) {
  EXPECT_EQ(ShownUrl("https://user:s3cret@store.example/shop"), "https://***@store.example/shop");
  EXPECT_EQ(ShownUrl("user:s3cret@store.example"), "***@store.example");
  EXPECT_EQ(ShownUrl("https://user@store.example"), "https://***@store.example");
}

TEST(ShownUrlTest, HidesPasswordsWithTheCharactersOfAnAddress) {
  for (const char* password : {"s3/cret", "s3?cret", "s3#cret", "s3@cret", "s3:cret", "s3\\cret"}) {
    const std::string shown = ShownUrl("https://user:" + std::string(password) + "@store.example/");

    EXPECT_EQ(shown, "https://***@store.example/");
  }
}

TEST(ShownUrlTest, HidesAPasswordWhoseHostIsMissing) {
  EXPECT_EQ(ShownUrl("https://user:s3cret"), "https://user:***");
  EXPECT_EQ(ShownUrl("https://user:s3cret/path"), "https://user:***/path");
}

TEST(ShownUrlTest, HidesQueryAndFragment) {
  EXPECT_EQ(ShownUrl("https://store.example/?consumer_key=ck_1"), "https://store.example/?...");
  EXPECT_EQ(ShownUrl("https://store.example#token"), "https://store.example#...");
}

TEST(ShownUrlTest, ShowsNoMoreThanItsLimit) {
  const std::string begin = "https://store.example/";
  const std::string longest = begin + std::string(kShownUrlBytesMax - begin.size(), 'x');

  EXPECT_EQ(ShownUrl(longest), longest);
  EXPECT_EQ(ShownUrl(longest + "x"), longest);
}

}  // namespace
}  // namespace storebridge
