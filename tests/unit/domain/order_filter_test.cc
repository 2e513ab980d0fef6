#include "domain/order_filter.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace storebridge::domain {
namespace {

TEST(OrderFilterTest, LeavesOutWhatAwaitsPaymentWithoutAState) {
  const OrderFilter filter = ParseOrderFilter("").value();

  EXPECT_EQ(filter.states.size(), kOrderStates.size() - 1);
  EXPECT_EQ(std::count(filter.states.begin(), filter.states.end(), OrderState::kAwaitingPayment),
            0);
  EXPECT_FALSE(filter.store);
  EXPECT_EQ(filter.order_number, "");
}

TEST(OrderFilterTest, ReadsAllFieldsInAnyOrder) {
  const OrderFilter filter =
      ParseOrderFilter(
          R"( order_number="10 \"07\"" AND store = "merchants/demo/stores/web" AND state=DRAFT )")
          .value();

  EXPECT_EQ(filter.states, std::vector{OrderState::kDraft});
  EXPECT_EQ(filter.store, (StoreKey{.merchant = "demo", .store = "web"}));
  EXPECT_EQ(filter.order_number, "10 \"07\"");
}

TEST(OrderFilterTest, FindsOrdersThatAwaitPaymentWhenAsked) {
  EXPECT_EQ(ParseOrderFilter("state = AWAITING_PAYMENT").value().states,
            std::vector{OrderState::kAwaitingPayment});
  EXPECT_EQ(ParseOrderFilter("state = \"NEW\"").value().states, std::vector{OrderState::kNew});
}

TEST(OrderFilterTest, SaysWhatIsWrongAndWhatIsAllowed) {
  for (const char* text : {"colour = red",
                           "state",
                           "state =",
                           "state NEW",
                           "= NEW",
                           "state = = NEW",
                           "state = NEW OR state = DRAFT",
                           "state = NEW AND",
                           "AND state = NEW",
                           "state = NEW state = DRAFT",
                           "state = NEW AND state = DRAFT",
                           "\"state\" = NEW",
                           "order_number = \"1",
                           "order_number = \"\"",
                           "store = web",
                           "state = new",
                           "state != NEW",
                           "state >= NEW",
                           "order_number < 5",
                           "state == NEW",
                           "create_time",
                           "create_time >=",
                           "create_time >= >= \"2026-11-01T00:00:00Z\"",
                           "create_time = \"2026-11-01T00:00:00Z\"",
                           "create_time => \"2026-11-01T00:00:00Z\"",
                           "create_time > \"\"",
                           "create_time > yesterday",
                           "create_time > \"2026-11-01\"",
                           "create_time > \"2026-11-01T00:00:00\"",
                           "create_time>2026-11-01T00:00:00Z AND create_time>=2026-11-02T00:00:00Z",
                           "create_time<2026-11-01T00:00:00Z AND create_time<=2026-11-02T00:00:00Z",
                           "order_number = 1 AND order_number = 2",
                           "store = merchants/a/stores/b AND store = merchants/a/stores/b"}) {
    const Result<OrderFilter> filter = ParseOrderFilter(text);
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().code, Code::kInvalidArgument);
    EXPECT_EQ(filter.error().reason, "FILTER");
  }
  EXPECT_NE(ParseOrderFilter("colour = red").error().message.find("state, store and order_number"),
            std::string::npos);
  EXPECT_NE(ParseOrderFilter("state = new").error().message.find("COLLECTING"), std::string::npos);
}

// In nanoseconds since 1970.
constexpr std::int64_t kNovember = 1'793'491'200'000'000'000;
constexpr std::int64_t kDecember = 1'796'083'200'000'000'000;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::min();

TEST(OrderFilterTest, ReadsTheBoundsOfCreateTime) {
  struct Row {
    const char* text;
    std::int64_t from;
    std::int64_t before;
  };
  for (const Row& row : std::vector<Row>{
           {"state = NEW", kEver, kNever},
           {R"(create_time >= "2026-11-01T00:00:00Z")", kNovember, kNever},
           {R"(create_time > "2026-11-01T00:00:00Z")", kNovember + 1, kNever},
           {R"(create_time < "2026-12-01T00:00:00Z")", kEver, kDecember},
           {R"(create_time <= "2026-12-01T00:00:00Z")", kEver, kDecember + 1},
           {R"(create_time<2026-12-01T02:00:00+02:00 AND create_time>=2026-10-31T14:00:00-10:00)",
            kNovember,
            kDecember},
           {"create_time >= 2026-11-01T00:00:00Z AND create_time <= 2026-11-01T00:00:00Z",
            kNovember,
            kNovember + 1},
       }) {
    const Result<OrderFilter> filter = ParseOrderFilter(row.text);

    ASSERT_TRUE(filter) << filter.error().message;
    EXPECT_EQ(filter->create_from_ns, row.from) << row.text;
    EXPECT_EQ(filter->create_before_ns, row.before) << row.text;
  }
}

TEST(OrderFilterTest, RefusesTimesWithNothingBetweenThem) {
  for (const auto& [from, before] : std::vector<std::pair<std::string, std::string>>{
           {">= \"2026-11-01T00:00:00Z\"", "< \"2026-11-01T00:00:00Z\""},
           {"> \"2026-11-01T00:00:00Z\"", "<= \"2026-11-01T00:00:00Z\""},
           {">= \"2026-12-01T00:00:00Z\"", "< \"2026-11-01T00:00:00Z\""},
           {">= \"2026-11-01T00:00:00Z\"", "< \"2026-11-01T00:00:00+02:00\""}}) {
    for (const std::string& text :
         {fmt::format("create_time {} AND create_time {}", from, before),
          fmt::format("create_time {} AND create_time {}", before, from)}) {
      const Result<OrderFilter> filter = ParseOrderFilter(text);

      ASSERT_FALSE(filter) << text;
      EXPECT_EQ(filter.error().code, Code::kInvalidArgument);
      EXPECT_NE(filter.error().message.find("no order can be between its times"), std::string::npos)
          << filter.error().message;
    }
  }
}

TEST(OrderFilterTest, SaysHowATimeIsComparedAndWritten) {
  EXPECT_NE(ParseOrderFilter("create_time = \"2026-11-01T00:00:00Z\"")
                .error()
                .message.find("give the span with >= and <"),
            std::string::npos);
  EXPECT_NE(ParseOrderFilter("create_time >= 2026-11-01")
                .error()
                .message.find("'2026-11-01' is not a time with its offset"),
            std::string::npos);
  EXPECT_NE(ParseOrderFilter("state >= NEW")
                .error()
                .message.find("'state' at place 1 cannot be compared"),
            std::string::npos);
}

TEST(OrderFilterTest, RefusesEndlessText) {
  EXPECT_FALSE(ParseOrderFilter("order_number = \"" + std::string(kFilterLengthMax, '1') + "\""));
}

}  // namespace
}  // namespace storebridge::domain
