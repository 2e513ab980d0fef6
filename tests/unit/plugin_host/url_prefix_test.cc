#include "adapters/plugin_host/url_prefix.h"

#include <vector>

#include <gtest/gtest.h>

namespace storebridge::plugin_host {
namespace {

TEST(UrlPrefixTest, BringsEqualPlacesIntoOneForm) {
  struct Case {
    const char* given;
    const char* normal;
  };
  const std::vector<Case> cases = {
      {"https://store.example", "https://store.example/"},
      {"HTTPS://Store.EXAMPLE:443/Shop", "https://store.example/Shop"},
      {"http://store.example:80/", "http://store.example/"},
      {"http://store.example:443/", "http://store.example:443/"},
      {"https://store.example:8443/a/b/", "https://store.example:8443/a/b/"},
      {"http://127.0.0.1:9000/x", "http://127.0.0.1:9000/x"},
      {"http://[::1]:9000", "http://[::1]:9000/"},
      {"https://xn--caf-dma.example/a%20b", "https://xn--caf-dma.example/a%20b"},
  };

  for (const Case& one : cases) {
    const auto normal = NormaliseUrlPrefix(one.given);

    ASSERT_TRUE(normal.has_value()) << one.given;
    EXPECT_EQ(*normal, one.normal);
    EXPECT_EQ(*NormaliseUrlPrefix(*normal), *normal);
  }
}

TEST(UrlPrefixTest, RefusesWhatCouldMeanTwoPlaces) {
  const std::vector<std::string> urls = {
      "",
      "store.example",
      "//store.example/",
      "ftp://store.example/",
      "file:///etc/passwd",
      "https://",
      "https:///path",
      "https://user@store.example/",
      "https://user:secret@store.example/",
      "https://store.example@evil.example/",
      "https://store.example/?a=b",
      "https://store.example?a=b",
      "https://store.example/#top",
      "https://store.example/../admin",
      "https://store.example/a/./b",
      "https://store.example/a/..",
      "https://store.example/%2e%2e/admin",
      "https://store.example/a%2Fb",
      "https://store.example/a%5Cb",
      "https://store.example/a%00",
      "https://store.example/a%2",
      "https://store.example/a\\b",
      "https://store.example\\@evil.example/",
      "https://store.example/a b",
      "https://store.example/a\nb",
      "https://caf\xc3\xa9.example/",
      "https://store.example/\xc3\xa9",
      "https://store..example/",
      "https://.example/",
      "https://store.example:0/",
      "https://store.example:65536/",
      "https://store.example:/",
      "https://store.example:80x/",
      "https://*.example/",
      "https://[::1/",
      "https://[::1]x/",
      std::string("https://store.example/\0", 23),
  };

  for (const std::string& url : urls) {
    const auto normal = NormaliseUrlPrefix(url);

    ASSERT_FALSE(normal.has_value()) << url;
    EXPECT_EQ(normal.error().code, Code::kInvalidArgument);
  }
}

TEST(UrlPrefixTest, RefusesAUrlThatIsTooLong) {
  const std::string begin = "https://store.example/";
  const std::string longest = begin + std::string(kUrlBytesMax - begin.size(), 'x');

  EXPECT_TRUE(NormaliseUrlPrefix(longest).has_value());
  EXPECT_FALSE(NormaliseUrlPrefix(longest + "x").has_value());
}

TEST(UrlPrefixTest, SaysWhatToDo) {
  EXPECT_EQ(NormaliseUrlPrefix("store.example").error().message,
            "'store.example' is not an address; it begins with https:// (or http://)");
  EXPECT_EQ(NormaliseUrlPrefix("https://a@b.example/").error().message,
            "'https://***@b.example/' has a user name in it; credentials are given as secrets");
}

TEST(UrlPrefixTest, RepeatsNoPassword) {
  for (const char* url : {"https://user:s3cret@store.example/",
                          "user:s3cret@store.example",
                          "ftp://user:s3cret@store.example/",
                          "https://user:s3cret",
                          "https://store.example/?consumer_secret=s3cret"}) {
    const Error error = NormaliseUrlPrefix(url).error();

    EXPECT_EQ(error.message.find("s3cret"), std::string::npos) << error.message;
    EXPECT_EQ(error.facts.at("url").find("s3cret"), std::string::npos) << error.facts.at("url");
  }
}

}  // namespace
}  // namespace storebridge::plugin_host
