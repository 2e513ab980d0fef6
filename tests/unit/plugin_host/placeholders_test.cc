#include "adapters/plugin_host/placeholders.h"

#include <gtest/gtest.h>

namespace storebridge::plugin_host {
namespace {

TEST(PlaceholdersTest, SplitsTextAtPlaceholders) {
  const auto pieces = SplitTemplate("https://{config.shop}.example/{config.a}{config.b}", "config");

  ASSERT_TRUE(pieces.has_value());
  ASSERT_EQ(pieces->size(), 5U);
  EXPECT_EQ((*pieces)[0].text, "https://");
  EXPECT_FALSE((*pieces)[0].is_placeholder);
  EXPECT_EQ((*pieces)[1].text, "shop");
  EXPECT_TRUE((*pieces)[1].is_placeholder);
  EXPECT_EQ((*pieces)[2].text, ".example/");
  EXPECT_EQ((*pieces)[3].text, "a");
  EXPECT_EQ((*pieces)[4].text, "b");
}

TEST(PlaceholdersTest, LeavesTextWithoutPlaceholdersWhole) {
  const auto pieces = SplitTemplate("plain", "config");

  ASSERT_TRUE(pieces.has_value());
  ASSERT_EQ(pieces->size(), 1U);
  EXPECT_EQ(pieces->front().text, "plain");
  EXPECT_TRUE(SplitTemplate("", "config")->empty());
}

TEST(PlaceholdersTest, RefusesBracesThatMeanNothing) {
  for (const char* text : {"{",
                           "}",
                           "a}b",
                           "{config.}",
                           "{config.a",
                           "{secret.a}",
                           "{config.a b}",
                           "{{config.a}}",
                           "{config.a.b}",
                           "{}"}) {
    const auto pieces = SplitTemplate(text, "config");

    ASSERT_FALSE(pieces.has_value()) << text;
    EXPECT_EQ(pieces.error().code, Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace storebridge::plugin_host
