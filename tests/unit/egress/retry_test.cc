#include "adapters/egress/retry.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/seeded_random.h"

namespace storebridge::egress {
namespace {

using std::chrono::milliseconds;

// 2026-01-01T00:00:00Z.
constexpr std::int64_t kNowMs = 1'767'225'600'000;

TEST(RetryTest, ReadsSecondsAndDates) {
  EXPECT_EQ(ParseRetryAfter("7", kNowMs), milliseconds(7000));
  EXPECT_EQ(ParseRetryAfter(" 0 ", kNowMs), milliseconds(0));
  EXPECT_EQ(ParseRetryAfter("1.5", kNowMs), milliseconds(2000));
  EXPECT_EQ(ParseRetryAfter("Thu, 01 Jan 2026 00:00:30 GMT", kNowMs), milliseconds(30000));
}

TEST(RetryTest, TakesAPastDateForNow) {
  EXPECT_EQ(ParseRetryAfter("Wed, 31 Dec 2025 23:00:00 GMT", kNowMs), milliseconds(0));
}

TEST(RetryTest, CapsAbsurdWaits) {
  EXPECT_EQ(ParseRetryAfter("86400", kNowMs), kRetryAfterMax);
  EXPECT_EQ(ParseRetryAfter("99999999999999999999999", kNowMs), kRetryAfterMax);
  EXPECT_EQ(ParseRetryAfter("9223372036854775807", kNowMs), kRetryAfterMax);
  EXPECT_EQ(ParseRetryAfter("Fri, 01 Jan 2066 00:00:00 GMT", kNowMs), kRetryAfterMax);
}

TEST(RetryTest, IgnoresWhatIsNoTime) {
  for (const std::string_view text :
       {"", "soon", "-5", "5 apples and a pear", "99999999999999999999.5"}) {
    EXPECT_FALSE(ParseRetryAfter(text, kNowMs)) << text;
  }
}

TEST(RetryTest, BacksOffWithFullJitterUpToItsMaximum) {
  testing::SeededRandom random;
  milliseconds least{1'000'000};
  milliseconds most{0};

  for (int i = 0; i < 2000; ++i) {
    EXPECT_LE(Backoff(1, random), kBackoffBase);
    EXPECT_LE(Backoff(2, random), 2 * kBackoffBase);
    least = std::min(least, Backoff(60, random));
    most = std::max(most, Backoff(60, random));
  }

  EXPECT_LT(least, kBackoffMax / 10);
  EXPECT_GT(most, kBackoffMax / 2);
  EXPECT_LE(most, kBackoffMax);
}

}  // namespace
}  // namespace storebridge::egress
