#include "core/ids.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge {
namespace {

constexpr std::uint64_t kIdMax = (1ULL << 63U) - 1;

TEST(IdTest, HasThirteenCharactersOfTheAlphabet) {
  EXPECT_EQ(EncodeId(0), "0000000000000");
  EXPECT_EQ(EncodeId(31), "000000000000z");
  EXPECT_EQ(EncodeId(32), "0000000000010");
  EXPECT_EQ(EncodeId(kIdMax), "7zzzzzzzzzzzz");
}

TEST(IdTest, IsReadBackAsTheNumberThatWasWritten) {
  for (const std::uint64_t id :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1234567890123}, kIdMax}) {
    const Result<std::uint64_t> decoded = DecodeId(EncodeId(id));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, id);
  }
}

TEST(IdTest, SortsAsTextLikeItsNumber) {
  std::string before;
  for (std::uint64_t id = 1; id < kIdMax / 3; id *= 3) {
    const std::string text = EncodeId(id);
    EXPECT_LT(before, text);
    before = text;
  }
}

TEST(IdTest, RefusesWhatIsNoId) {
  const std::vector<std::string> wrong{"",
                                       "1",
                                       "00000000000000",
                                       "000000000000I",
                                       "000000000000l",
                                       "000000000000u",
                                       "0000000000 00",
                                       "zzzzzzzzzzzzz",
                                       "8000000000000"};

  for (const std::string& text : wrong) {
    const Result<std::uint64_t> decoded = DecodeId(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, Code::kInvalidArgument);
  }
}

TEST(IdTest, ShowsOnlyTheBeginningOfALongText) {
  const Result<std::uint64_t> decoded = DecodeId(std::string(10'000, 'x'));

  ASSERT_FALSE(decoded);
  EXPECT_LT(decoded.error().message.size(), 200U);
}

TEST(TimeOrderedIdTest, SortsByTimeWhateverTheChance) {
  constexpr std::int64_t kNowMs = 1'767'225'600'000;
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

  EXPECT_LT(MakeTimeOrderedId(kNowMs, kAll), MakeTimeOrderedId(kNowMs + 1, 0));
  EXPECT_NE(MakeTimeOrderedId(kNowMs, 1), MakeTimeOrderedId(kNowMs, 2));
}

TEST(TimeOrderedIdTest, HasSixtyThreeBitsAtAnyTime) {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

  for (const std::int64_t now_ms : {std::numeric_limits<std::int64_t>::min(),
                                    std::int64_t{-1},
                                    std::int64_t{0},
                                    std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_LE(MakeTimeOrderedId(now_ms, kAll), kIdMax);
    EXPECT_TRUE(DecodeId(EncodeId(MakeTimeOrderedId(now_ms, kAll))));
  }
  EXPECT_EQ(MakeTimeOrderedId(-5, 3), 3U);
}

TEST(ChosenIdTest, AllowsLettersDigitsAndInnerHyphens) {
  for (const std::string id : {"a", "0", "acme", "acme-2", "a-", "0000000000000"}) {
    EXPECT_TRUE(CheckChosenIdFormat(id)) << id;
    EXPECT_TRUE(CheckChosenId("merchant", id)) << id;
  }
  EXPECT_TRUE(CheckChosenIdFormat(std::string(32, 'a')));
}

TEST(ChosenIdTest, RefusesEverythingElseAndSaysWhatIsAllowed) {
  for (const std::string id : {"", "-a", "A", "a_b", "a/b", "a b", "\xc3\xa4"}) {
    const Status status = CheckChosenId("merchant", id);
    ASSERT_FALSE(status) << id;
    EXPECT_EQ(status.error().code, Code::kInvalidArgument);
    EXPECT_NE(status.error().message.find("merchant id"), std::string::npos);
    EXPECT_NE(status.error().message.find("a-z"), std::string::npos);
  }
  EXPECT_FALSE(CheckChosenIdFormat(std::string(33, 'a')));
}

}  // namespace
}  // namespace storebridge
