#include "engine/order_backlog.h"

#include "engine/order_book.h"
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

constexpr int kMax = engine::OrderBook::kOrdersMax;

// More orders wait, or are wrong, than one transaction looks at.
class OrderBacklogTest : public EngineDay {
 protected:
  void Place(int count, const std::string& code) {
    for (int i = 0; i < count; ++i) {
      Order(std::to_string(10'000 + i), code, 1);
    }
  }
  int Count(v1::OrderState state) {
    int count = 0;
    for (const v1::Order& order : Orders()) {
      count += order.state() == state ? 1 : 0;
    }
    return count;
  }
  // As SetStock, but gives back at the answer.
  void AnswerSetStock(std::int64_t on_hand) {
    const Result<v1::Stock> stock = Wait<v1::Stock>([&](auto done) {
      commands_->SetStock({.merchant = "acme", .product = {}, .product_code = "MUG"},
                          on_hand,
                          "counted",
                          "",
                          {},
                          done);
    });
    ASSERT_TRUE(stock) << stock.error().message;
  }
};

TEST_F(OrderBacklogTest, LetsAllGoOnThatWaitHoweverManyThereAre) {
  Sell("MUG", "p1");
  Place(2 * kMax + 1, "MUG");
  Connect();
  Pass(kMinute);
  ASSERT_EQ(Count(v1::ORDER_STATE_PENDING), 2 * kMax + 1);

  SetStock("MUG", 2 * kMax);

  EXPECT_EQ(Count(v1::ORDER_STATE_NEW), 2 * kMax);
  EXPECT_EQ(Count(v1::ORDER_STATE_PENDING), 1);
}

TEST_F(OrderBacklogTest, LooksAtSoManyInOneTransactionAndAtTheOthersAfterACrash) {
  Sell("MUG", "p1");
  Place(kMax + 1, "MUG");
  Connect();
  Pass(kMinute);
  ASSERT_EQ(Count(v1::ORDER_STATE_PENDING), kMax + 1);

  AnswerSetStock(kMax + 1);
  ASSERT_EQ(Count(v1::ORDER_STATE_NEW), kMax);
  Crash();

  EXPECT_EQ(Count(v1::ORDER_STATE_NEW), kMax + 1);
}

TEST_F(OrderBacklogTest, ChecksAllAgainThatWereWrongHoweverManyThereAre) {
  Sell("CUP", "p2");
  Place(kMax + 1, "MUG");
  Connect();
  Pass(kMinute);
  ASSERT_EQ(Count(v1::ORDER_STATE_DRAFT), kMax + 1);

  Sell("MUG", "p1");
  Pass(16 * kMinute);

  EXPECT_EQ(Count(v1::ORDER_STATE_DRAFT), 0);
  EXPECT_EQ(Count(v1::ORDER_STATE_PENDING), kMax + 1);
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(OrderBacklogTest, StartsWithoutACommitWhenNothingCanGoOn) {
  Sell("MUG", "p1");
  Place(kMax + 1, "MUG");
  Connect();
  Pass(kMinute);
  ASSERT_EQ(Count(v1::ORDER_STATE_PENDING), kMax + 1);
  const std::int64_t commits = storage_->commits();

  auto backlog = std::make_shared<engine::OrderBacklog>(
      engine::OrderBacklog::Ports{*storage_, clock_, random_, executor_, log_});
  backlog->Start();
  Settle();

  EXPECT_EQ(storage_->commits(), commits);
}

}  // namespace
}  // namespace storebridge::testing
