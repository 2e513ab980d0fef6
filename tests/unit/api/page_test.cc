#include "api/page.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "api/token.h"
#include "storebridge/v1/merchant.pb.h"

namespace storebridge::api {
namespace {

constexpr PageScope kOrders{
    .method = "ListOrders", .parent = "merchants/demo", .filter = "state = NEW"};

std::string TokenAfter(const std::string& merchant, const std::string& id) {
  const Result<Page> page = ReadPage(kOrders, 10, "", 2);
  return MakePageToken(*page, {merchant, id});
}

void ExpectRefused(const Result<Page>& page, const std::string& reason) {
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Code::kInvalidArgument);
  EXPECT_EQ(page.error().reason, reason);
}

TEST(PageTest, GivesFiftyWhenNoSizeIsSaid) {
  EXPECT_EQ(ReadPage(kOrders, 0, "", 2)->size, 50);
}

TEST(PageTest, CapsTheSizeSilently) {
  EXPECT_EQ(ReadPage(kOrders, 500, "", 2)->size, 500);
  EXPECT_EQ(ReadPage(kOrders, 501, "", 2)->size, 500);
  EXPECT_EQ(ReadPage(kOrders, 2'000'000'000, "", 2)->size, 500);
}

TEST(PageTest, RefusesANegativeSize) {
  ExpectRefused(ReadPage(kOrders, -1, "", 2), "PAGE_SIZE");
}

TEST(PageTest, BeginsWithEmptyKeys) {
  EXPECT_EQ(ReadPage(kOrders, 0, "", 2)->after, (std::vector<std::string>{"", ""}));
}

TEST(PageTest, GoesOnWhereTheTokenSays) {
  const Result<Page> page = ReadPage(kOrders, 10, TokenAfter("demo", "a/b \xC3\xA4\n"), 2);

  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->after, (std::vector<std::string>{"demo", "a/b \xC3\xA4\n"}));
}

TEST(PageTest, RefusesTheTokenOfAnotherMethodParentOrFilter) {
  const std::string token = TokenAfter("demo", "1");

  for (const PageScope& other :
       {PageScope{.method = "ListIssues", .parent = kOrders.parent, .filter = kOrders.filter},
        PageScope{.method = kOrders.method, .parent = "merchants/-", .filter = kOrders.filter},
        PageScope{.method = kOrders.method, .parent = kOrders.parent, .filter = ""}}) {
    const Result<Page> page = ReadPage(other, 10, token, 2);
    ExpectRefused(page, "PAGE_TOKEN_FOREIGN");
    EXPECT_NE(page.error().message.find("belongs to another list"), std::string::npos);
  }
}

TEST(PageTest, RefusesEveryTokenThatDiffersInOneCharacter) {
  const std::string token = TokenAfter("demo", "0123456789abc");

  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    ExpectRefused(ReadPage(kOrders, 10, changed, 2), "PAGE_TOKEN");
  }
}

TEST(PageTest, RefusesATokenThatWasCutOrGrew) {
  const std::string token = TokenAfter("demo", "1");

  for (std::size_t i = 1; i < token.size(); ++i) {
    ExpectRefused(ReadPage(kOrders, 10, token.substr(0, i), 2), "PAGE_TOKEN");
  }
  ExpectRefused(ReadPage(kOrders, 10, token + "A", 2), "PAGE_TOKEN");
  ExpectRefused(ReadPage(kOrders, 10, std::string(kTokenBytesMax + 1, 'A'), 2), "PAGE_TOKEN");
  ExpectRefused(ReadPage(kOrders, 10, "not base64!", 2), "PAGE_TOKEN");
}

std::vector<v1::Merchant> Merchants(int count, std::size_t bytes) {
  std::vector<v1::Merchant> merchants(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    merchants[static_cast<std::size_t>(i)].set_name(std::to_string(i));
    merchants[static_cast<std::size_t>(i)].set_display_name(std::string(bytes, 'x'));
  }
  return merchants;
}

std::vector<std::string> KeyOf(const v1::Merchant& merchant) {
  return {merchant.name()};
}

TEST(CutPageTest, GivesATokenOnlyWhenMoreIsThere) {
  const Result<Page> page = ReadPage(kOrders, 2, "", 1);
  std::vector<v1::Merchant> two = Merchants(2, 1);
  std::vector<v1::Merchant> three = Merchants(page->limit(), 1);

  EXPECT_EQ(CutPage(*page, two, KeyOf), "");
  EXPECT_EQ(two.size(), 2U);
  EXPECT_EQ(ReadPage(kOrders, 2, CutPage(*page, three, KeyOf), 1)->after[0], "1");
  EXPECT_EQ(three.size(), 2U);
}

TEST(CutPageTest, EndsAPageBeforeItIsTooBigForClients) {
  const Result<Page> page = ReadPage(kOrders, 10, "", 1);
  std::vector<v1::Merchant> big = Merchants(10, 1024UL * 1024UL);

  const std::string token = CutPage(*page, big, KeyOf);

  EXPECT_EQ(big.size(), 2U);
  EXPECT_EQ(ReadPage(kOrders, 10, token, 1)->after[0], "1");
}

TEST(CutPageTest, SendsAnItemHoweverBigItIs) {
  const Result<Page> page = ReadPage(kOrders, 10, "", 1);
  std::vector<v1::Merchant> huge = Merchants(2, 2 * kPageBytesMax);

  const std::string token = CutPage(*page, huge, KeyOf);

  EXPECT_EQ(huge.size(), 1U);
  EXPECT_FALSE(token.empty());
}

}  // namespace
}  // namespace storebridge::api
