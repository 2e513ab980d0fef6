#include "adapters/storage/claims.h"

#include <gtest/gtest.h>

namespace storebridge::storage {
namespace {

TEST(ClaimsTest, RefusesATextThatItDidNotMake) {
  for (const char* text : {"p1",
                           "p1:1",
                           "p1:1:",
                           "p1:1:x",
                           "p1:1:0",
                           "p1:1:-5",
                           "p1:3:1",
                           "p1:-1:1",
                           ":1:1",
                           "p1:1:1:1"}) {
    const auto claims = ClaimsFrom(text);
    ASSERT_FALSE(claims) << text;
    EXPECT_EQ(claims.error().code, Code::kInternal) << text;
  }
}

TEST(ClaimsTest, WritesNothingThatItCouldNotRead) {
  for (const char* product : {"p:1", "p 1"}) {
    EXPECT_FALSE(ClaimsText({{.product = product, .quantity = 1}})) << product;
  }
}

}  // namespace
}  // namespace storebridge::storage
