#include "engine/order_backlog.h"

#include "engine/order_book.h"
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

constexpr int kMax = engine::OrderBook::kOrdersMax;

// More orders wait, or are wrong, than one transaction looks at.
class OrderBacklogTest : public EngineDay {
 protected:
  int Count(v1::OrderState state) {
    int count = 0;
    for (const v1::Order& order : Orders()) {
      count += order.state() == state ? 1 : 0;
    }
    return count;
  }
  // A store that sells one product has so many orders of mugs; all of them have come to `state`.
  void Begin(const std::string& sold, int count, v1::OrderState state) {
    Sell(sold, "p1");
    for (int i = 0; i < count; ++i) {
      Order(std::to_string(10'000 + i), "MUG", 1);
    }
    Connect();
    Pass(kMinute);
    ASSERT_EQ(Count(state), count);
  }
  // As SetStock, but gives back at the answer.
  void AnswerSetStock(std::int64_t on_hand) {
    const Result<v1::Stock> stock =
        Wait<v1::Stock>([&](auto done) { commands_->SetStock(Counted("MUG", on_hand), {}, done); });
    ASSERT_TRUE(stock) << stock.error().message;
  }
};

TEST_F(OrderBacklogTest, LetsAllGoOnThatWaitHoweverManyThereAre) {
  Begin("MUG", 2 * kMax + 1, v1::ORDER_STATE_PENDING);

  SetStock("MUG", 2 * kMax);

  EXPECT_EQ(Count(v1::ORDER_STATE_NEW), 2 * kMax);
  EXPECT_EQ(Count(v1::ORDER_STATE_PENDING), 1);
}

TEST_F(OrderBacklogTest, LooksAtSoManyInOneTransactionAndAtTheOthersAfterACrash) {
  Begin("MUG", kMax + 1, v1::ORDER_STATE_PENDING);

  AnswerSetStock(kMax + 1);
  ASSERT_EQ(Count(v1::ORDER_STATE_NEW), kMax);
  Crash();

  EXPECT_EQ(Count(v1::ORDER_STATE_NEW), kMax + 1);
}

TEST_F(OrderBacklogTest, ChecksAllAgainThatWereWrongHoweverManyThereAre) {
  Begin("CUP", kMax + 1, v1::ORDER_STATE_DRAFT);

  Sell("MUG", "p2");
  Pass(16 * kMinute);

  EXPECT_EQ(Count(v1::ORDER_STATE_DRAFT), 0);
  EXPECT_EQ(Count(v1::ORDER_STATE_PENDING), kMax + 1);
  EXPECT_TRUE(OpenIssues().empty());
}

TEST_F(OrderBacklogTest, StartsWithoutACommitWhenNothingCanGoOn) {
  Begin("MUG", kMax + 1, v1::ORDER_STATE_PENDING);
  const std::int64_t commits = storage_->commits();

  auto backlog = std::make_shared<engine::OrderBacklog>(
      engine::OrderBacklog::Ports{*storage_, clock_, random_, executor_, log_});
  backlog->Start();
  Settle();

  EXPECT_EQ(storage_->commits(), commits);
}

}  // namespace
}  // namespace storebridge::testing
