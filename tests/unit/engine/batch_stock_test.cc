// Much stock set in one call.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using Results = std::vector<std::string>;

class BatchStockTest : public EngineDay {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 3; ++i) {
      Sell(CodeOf(i), "p" + std::to_string(i));
    }
    Connect();
    Connect("outlet");
    Pass(kMinute);
  }

  static std::string CodeOf(int i) { return "CODE-" + std::to_string(i); }

  static google::rpc::Status Tell(const Error& error) {
    google::rpc::Status status;
    status.set_message(error.reason);
    return status;
  }

  Result<v1::BatchSetStockResponse> Set(std::vector<Result<engine::StockSetting>> settings,
                                        const std::string& request_id = "") {
    engine::StockBatch batch{.merchant = "acme", .settings = std::move(settings), .tell = &Tell};
    return Wait<v1::BatchSetStockResponse>(
        [&](auto done) { commands_->BatchSetStock(batch, {.id = request_id, .hash = 1}, done); });
  }

  // For each result the pieces on the shelf, or the reason.
  static Results Told(const Result<v1::BatchSetStockResponse>& answer) {
    Results told;
    for (const v1::SetStockResult& result : answer->results()) {
      told.push_back(result.has_error() ? result.error().message()
                                        : std::to_string(result.stock().on_hand()));
    }
    return told;
  }

  // Changes of stock since a sequence.
  std::multiset<std::string> ChangesSince(std::int64_t head) {
    std::multiset<std::string> resources;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const std::vector<v1::Change> changes, tx.changes().List("acme", head, 1000));
      for (const v1::Change& change : changes) {
        if (change.type() == v1::Change::TYPE_STOCK) {
          resources.insert(change.resource());
        }
      }
      return Ok();
    }));
    return resources;
  }
  std::int64_t Head() {
    std::int64_t head = 0;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(head, tx.changes().Head("acme"));
      return Ok();
    }));
    return head;
  }
};

TEST_F(BatchStockTest, SetsWhatIsRightAndSaysWhatIsNotInTheOrderOfTheRequests) {
  SetStock(CodeOf(1), 1);
  engine::StockSetting stale = Counted(CodeOf(2), 9);
  stale.etag = "stale";
  engine::StockSetting by_name = Counted("", 7);
  by_name.product.product = engine::IdOf(StockOf(CodeOf(3)).product());
  const std::int64_t head = Head();

  const auto answer = Set({Counted("NONE", 1),
                           Counted(CodeOf(1), 5),
                           stale,
                           Error{.code = Code::kInvalidArgument, .reason = "GIVEN", .message = ""},
                           by_name,
                           Counted(CodeOf(2), -1),
                           Counted(CodeOf(3), 8),
                           Counted(CodeOf(2), 0)});

  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(Told(answer),
            (Results{"PRODUCT_NOT_FOUND",
                     "5",
                     "ETAG_STALE",
                     "GIVEN",
                     "7",
                     "STOCK_RANGE",
                     "STOCK_SET_TWICE",
                     "0"}));
  EXPECT_EQ(StockOf(CodeOf(1)).on_hand(), 5);
  EXPECT_TRUE(StockOf(CodeOf(2)).has_on_hand());
  EXPECT_EQ(StockOf(CodeOf(3)).on_hand(), 7);
  EXPECT_EQ(ChangesSince(head),
            (std::multiset<std::string>{StockOf(CodeOf(1)).product(),
                                        StockOf(CodeOf(2)).product(),
                                        StockOf(CodeOf(3)).product()}));
}

TEST_F(BatchStockTest, ShowsWhatGetStockShowsWithoutTheStores) {
  const auto answer = Set({Counted(CodeOf(1), 5)});

  ASSERT_TRUE(answer) << answer.error().message;
  v1::Stock stock = StockOf(CodeOf(1));
  EXPECT_EQ(stock.published_size(), 2);
  stock.clear_published();
  EXPECT_EQ(answer->results(0).stock().SerializeAsString(), stock.SerializeAsString());
}

TEST_F(BatchStockTest, WakesEachStoreOnceForAll) {
  std::vector<ports::CommitNotice> notices;
  storage_->SetCommitListener(
      [&](const ports::CommitNotice& notice) { notices.push_back(notice); });

  ASSERT_TRUE(Set({Counted(CodeOf(1), 5), Counted(CodeOf(2), 6), Counted(CodeOf(3), 7)}));
  Settle();

  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(
      notices[0].wakes,
      (std::set<std::pair<ports::StoreKey, domain::Flow>>{
          {{"acme", "outlet"}, domain::Flow::kStock}, {{"acme", "web"}, domain::Flow::kStock}}));
}

TEST_F(BatchStockTest, ReachesTheStores) {
  ASSERT_TRUE(Set({Counted(CodeOf(1), 5), Counted("NONE", 5), Counted(CodeOf(3), 7)}));
  Settle();
  Pass(kMinute);

  EXPECT_EQ(Shown("p1"), 5);
  EXPECT_EQ(Shown("p2"), 0);
  EXPECT_EQ(Shown("p3"), 7);
}

TEST_F(BatchStockTest, LetsOrdersThatWaitGoOn) {
  SetStock(CodeOf(1), 0);
  Order("1001", CodeOf(1), 2);  // In both stores.
  Pass(kMinute);
  using States = std::multiset<v1::OrderState>;
  const auto states = [&] {
    States found;
    for (const v1::Order& order : Orders()) {
      found.insert(order.state());
    }
    return found;
  };
  ASSERT_EQ(states(), (States{v1::ORDER_STATE_PENDING, v1::ORDER_STATE_PENDING}));

  const auto answer = Set({Counted(CodeOf(2), 4), Counted(CodeOf(1), 5)});

  EXPECT_EQ(states(), (States{v1::ORDER_STATE_NEW, v1::ORDER_STATE_NEW}));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->results(1).stock().reserved(), 4);
  EXPECT_EQ(answer->results(1).stock().available(), 1);
}

TEST_F(BatchStockTest, WritesNothingForWhatIsSoAlready) {
  ASSERT_TRUE(Set({Counted(CodeOf(1), 5), Counted(CodeOf(2), 6)}));
  const std::string etag = StockOf(CodeOf(1)).etag();
  const std::int64_t head = Head();

  const auto answer = Set({Counted(CodeOf(1), 5), Counted(CodeOf(2), 6)});

  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(Told(answer), (Results{"5", "6"}));
  EXPECT_EQ(StockOf(CodeOf(1)).etag(), etag);
  EXPECT_EQ(Head(), head);
}

TEST_F(BatchStockTest, GivesTheFirstAnswerToARepeatedRequestErrorsIncluded) {
  const auto first = Set({Counted(CodeOf(1), 5), Counted("NONE", 6)}, "night");
  SetStock(CodeOf(1), 9);

  const auto second = Set({Counted(CodeOf(1), 5), Counted("NONE", 6)}, "night");

  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Told(second), (Results{"5", "PRODUCT_NOT_FOUND"}));
  EXPECT_EQ(StockOf(CodeOf(1)).on_hand(), 9);
}

TEST_F(BatchStockTest, IsRefusedForAMerchantThatDoesNotExist) {
  engine::StockBatch batch{
      .merchant = "nobody", .settings = {Counted(CodeOf(1), 5)}, .tell = &Tell};

  const auto answer = Wait<v1::BatchSetStockResponse>(
      [&](auto done) { commands_->BatchSetStock(batch, {}, done); });

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "MERCHANT_NOT_FOUND");
}

}  // namespace
}  // namespace storebridge::testing
