#include "domain/rfc3339.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(Rfc3339Test, ReadsEachFormOfATime) {
  for (const auto& [text, ns] : std::vector<std::pair<std::string, std::int64_t>>{
           {"1970-01-01T00:00:00Z", 0},
           {"2026-11-01T00:00:00Z", 1'793'491'200 * kSecond},
           {"2026-11-01t00:00:00z", 1'793'491'200 * kSecond},
           {"2026-11-01T02:00:00+02:00", 1'793'491'200 * kSecond},
           {"2026-10-31T12:30:00-11:30", 1'793'491'200 * kSecond},
           {"2026-11-01T00:00:00-00:00", 1'793'491'200 * kSecond},
           {"2026-11-01T00:00:00.5Z", 1'793'491'200 * kSecond + kSecond / 2},
           {"2026-11-01T00:00:00.000000001+00:00", 1'793'491'200 * kSecond + 1},
           {"2024-02-29T23:59:59Z", 1'709'251'199 * kSecond},
           {"1969-12-31T23:59:59.75Z", -kSecond / 4}}) {
    EXPECT_EQ(NsFromRfc3339(text), ns) << text;
  }
}

TEST(Rfc3339Test, ReadsNothingElse) {
  for (const char* text : {"",
                           "2026",
                           "2026-11-01",
                           "2026-11-01T00:00:00",
                           "2026-11-01 00:00:00Z",
                           "2026-11-01T00:00Z",
                           "2026-11-01T00:00:00ZZ",
                           "2026-11-01T00:00:00+2:00",
                           "2026-11-01T00:00:00+0200",
                           "2026-11-01T00:00:00+24:00",
                           "2026-11-01T00:00:00+02:60",
                           "2026-11-01T24:00:00Z",
                           "2026-11-01T23:60:00Z",
                           "2026-12-31T23:59:60Z",
                           "2026-11-01T00:00:00.Z",
                           "2026-11-01T00:00:00.0000000001Z",
                           "2026-11-31T00:00:00Z",
                           "2025-02-29T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-11-00T00:00:00Z",
                           "-026-11-01T00:00:00Z",
                           "20261-11-01T00:00:00Z",
                           "yesterday"}) {
    EXPECT_EQ(NsFromRfc3339(text), std::nullopt) << text;
  }
}

TEST(Rfc3339Test, TakesFarYearsForTheEnds) {
  EXPECT_EQ(NsFromRfc3339("9999-12-31T23:59:59Z"), NsFromRfc3339("2270-01-01T00:00:00Z"));
  EXPECT_EQ(NsFromRfc3339("0001-01-01T00:00:00Z"), NsFromRfc3339("1600-01-01T00:00:00Z"));
  EXPECT_LT(NsFromRfc3339("2260-01-01T00:00:00Z"), NsFromRfc3339("2261-01-01T00:00:00Z"));
  EXPECT_LT(NsFromRfc3339("1679-01-01T00:00:00Z"), NsFromRfc3339("1680-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace storebridge::domain
