#include "domain/order_filter.h"

#include <algorithm>
#include <string>

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

TEST(OrderFilterTest, RefusesEndlessText) {
  EXPECT_FALSE(ParseOrderFilter("order_number = \"" + std::string(kFilterLengthMax, '1') + "\""));
}

}  // namespace
}  // namespace storebridge::domain
