#include "adapters/egress/url.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::egress {
namespace {

struct Case {
  std::string url;
  bool allowed;
};

TEST(UrlTest, ComparesSchemeHostPortAndWholePathSegments) {
  const std::vector<std::string> prefixes{"https://Shop.Example/wp-json/",
                                          "http://127.0.0.1:8080/api"};
  const std::vector<Case> cases{
      {"https://shop.example/wp-json/wc/v3/orders?page=2", true},
      {"https://SHOP.example:443/wp-json/", true},
      {"HTTPS://shop.example/wp-json/x", true},
      {"http://127.0.0.1:8080/api", true},
      {"http://127.0.0.1:8080/api/x", true},
      {"http://127.0.0.1:8080/api?x=1", true},
      {"http://127.0.0.1:8080/apis", false},
      {"http://127.0.0.1/api", false},
      {"http://shop.example/wp-json/", false},
      {"https://shop.example/wp-json", false},
      {"https://shop.example:8443/wp-json/", false},
      {"https://shop.example./wp-json/", false},
      {"https://shop.example.evil.example/wp-json/", false},
      {"https://evil.example/wp-json/", false},
      {"https://evil.example/?https://shop.example/wp-json/", false},
      {"https://shop.example/wp-json/../wp-admin/", false},
      {"https://shop.example/wp-json/./x", true},
      {"https://shop.example/Wp-Json/", false},
  };

  for (const Case& one : cases) {
    const auto url = ParseUrl(one.url);
    ASSERT_TRUE(url) << one.url << ": " << url.error().message;

    EXPECT_EQ(CheckAllowed(*url, prefixes).has_value(), one.allowed) << one.url;
  }
}

TEST(UrlTest, RefusesWhatCanBeReadInTwoWays) {
  const std::vector<std::string> urls{
      "",
      "/wp-json/",
      "shop.example/x",
      "//shop.example/x",
      "https:shop.example/x",
      "https:/shop.example/x",
      "https:/@shop.example/://x",
      "https:/shop%7f.example/://x",
      "https:///shop.example/x",
      "https://",
      "ftp://shop.example/",
      "file:///etc/passwd",
      "gopher://shop.example/",
      "https://shop%7f.example/",
      "https://sh%C3%B6p.example/",
      "http://127.0.0%2e1/",
      "http://[fe80::1%25eth0]/",
      "javascript://shop.example/%0aalert(1)",
      "https://user@shop.example/",
      "https://user:password@shop.example/",
      "https://@shop.example/",
      "https://shop.example\\@evil.example/",
      "https://shop.example/a\\b",
      "https://shop.example/a b",
      "https://shop.example/a\r\nHost: evil.example",
      "https://shop.example/\t",
      "https://shop.example/%2e%2e/admin",
      "https://shop.example/x/%2E./admin",
      "https://shop.example/x/..%2fadmin",
      "https://shop.example/x/..%5cadmin",
      "https://shop.example/x/..;/admin",
      "https://shop.example:99999/",
      "https://shop.example:0/",
      "https://shop.example:x/",
      "https://m\xC3\xBCller.example/",
      "https://[::1/",
      "https://" + std::string(kUrlMax, 'a') + "/",
  };

  for (const std::string& url : urls) {
    EXPECT_FALSE(ParseUrl(url)) << url;
  }
}

TEST(UrlTest, ShowsNoQueryInMessages) {
  const auto url = ParseUrl("https://shop.example/x?token=hush");
  ASSERT_TRUE(url);

  const Status denied = CheckAllowed(*url, {"https://other.example/"});

  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().message.find("hush"), std::string::npos);
  EXPECT_NE(denied.error().message.find("https://shop.example/x"), std::string::npos);
  EXPECT_NE(denied.error().message.find("https://other.example/"), std::string::npos);
}

TEST(UrlTest, ShowsNoQueryOfAUrlThatCannotBeRead) {
  const auto url = ParseUrl("https://shop.example/a b?token=hush");

  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().message.find("hush"), std::string::npos);
}

TEST(UrlTest, ResolvesLocationsAsBrowsersDo) {
  const auto base = ParseUrl("https://shop.example/a/b?x=1");
  ASSERT_TRUE(base);
  const std::vector<std::pair<std::string, std::string>> cases{
      {"/c", "https://shop.example/c"},
      {"c?y=2", "https://shop.example/a/c?y=2"},
      {"../c", "https://shop.example/c"},
      {"?y=2", "https://shop.example/a/b?y=2"},
      {"//other.example/c", "https://other.example/c"},
      {"http://shop.example/a/b", "http://shop.example/a/b"},
  };

  for (const auto& [location, expected] : cases) {
    const auto resolved = ResolveUrl(*base, location);
    ASSERT_TRUE(resolved) << location;

    EXPECT_EQ(resolved->Text(), expected) << location;
  }
}

TEST(UrlTest, RefusesLocationsThatLeaveHttp) {
  const auto base = ParseUrl("https://shop.example/a");
  ASSERT_TRUE(base);

  for (const std::string location : {"file:///etc/passwd", "gopher://x/", "/a\r\nX: y", "//a@b/"}) {
    EXPECT_FALSE(ResolveUrl(*base, location)) << location;
  }
}

}  // namespace
}  // namespace storebridge::egress
