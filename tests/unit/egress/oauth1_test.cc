#include "adapters/egress/oauth1.h"

#include <gtest/gtest.h>

namespace storebridge::egress::oauth1 {
namespace {

Url Parsed(const std::string& text) {
  auto url = ParseUrl(text);
  EXPECT_TRUE(url) << text;
  return url ? *url : Url();
}

// The example of RFC 5849, section 3.4.1.1.
TEST(OAuth1Test, BuildsTheBaseStringOfTheRfc) {
  const Url url = Parsed("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b");
  Parameters all = ParseForm(url.query);
  for (const auto& pair : ParseForm("c2&a3=2+q")) {
    all.push_back(pair);
  }
  all.emplace_back("oauth_consumer_key", "9djdj82h48djs9d2");
  all.emplace_back("oauth_token", "kkk9d7dh3k39sjv7");
  all.emplace_back("oauth_signature_method", "HMAC-SHA1");
  all.emplace_back("oauth_timestamp", "137131201");
  all.emplace_back("oauth_nonce", "7d8f3e4a");

  EXPECT_EQ(BaseString("POST", url, all),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D"
            "%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce"
            "%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth"
            "_token%3Dkkk9d7dh3k39sjv7");
}

TEST(OAuth1Test, KeepsAPortThatIsNotTheSchemesOwn) {
  EXPECT_EQ(BaseString("GET", Parsed("https://www.example.net:8080/?q=1"), {{"q", "1"}}),
            "GET&https%3A%2F%2Fwww.example.net%3A8080%2F&q%3D1");
}

// Expected values were made with another implementation of HMAC.
TEST(OAuth1Test, SignsWithBothMethods) {
  const Url url =
      Parsed("http://shop.example/wp-json/wc/v3/orders?status=processing,on-hold&page=2");
  const Stamp stamp{1700000000, "abc"};

  const auto sha256 = Sign("GET", url, {}, {"ck_1", Secret("cs_2"), "HMAC-SHA256"}, stamp);
  const auto sha1 = Sign("GET", url, {}, {"ck_1", Secret("cs_2"), "HMAC-SHA1"}, stamp);

  ASSERT_TRUE(sha256);
  ASSERT_TRUE(sha1);
  EXPECT_EQ(ParseForm(sha256->query).back().second, "/77IcNfsUUOKinLfQShToJoSdcI0Y+iCnZBYKc95gkI=");
  EXPECT_EQ(ParseForm(sha1->query).back().second, "OTvda8fyUrfqmuf5Z9ltmLysKek=");
}

TEST(OAuth1Test, SendsWhatItSigned) {
  const Url url = Parsed("http://shop.example/x?include[]=1&search=a+b&include[]=2&empty");

  const auto made =
      Sign("GET", url, {}, {"ck_1", Secret("cs_2"), "HMAC-SHA256"}, {1700000000, "abc"});

  ASSERT_TRUE(made);
  EXPECT_EQ(made->query.substr(0, made->query.find("&oauth_")),
            "include%5B0%5D=1&search=a%20b&include%5B1%5D=2&empty=");
  Parameters sent = ParseForm(made->query);
  const std::string signature = sent.back().second;
  sent.pop_back();
  EXPECT_EQ(Signature("HMAC-SHA256", BaseString("GET", url, sent), Secret("cs_2")), signature);
}

TEST(OAuth1Test, KnowsNoOtherMethod) {
  EXPECT_FALSE(Signature("PLAINTEXT", "x", Secret("y")));
  EXPECT_FALSE(Signature("", "x", Secret("y")));
}

}  // namespace
}  // namespace storebridge::egress::oauth1
