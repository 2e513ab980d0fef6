#include <string>
#include <vector>

#include "domain/timestamp.h"
#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using ports::Kept;

class RetentionTablesTest : public InlineStorageTest {
 protected:
  // One step; `after` goes on from it.
  ports::Forgotten Forget(Kept kind, std::int64_t before_ms, int limit = 100) {
    ports::Forgotten forgotten;
    EXPECT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
      SB_TRY(forgotten, tx.retention().Forget(kind, before_ms, after_, limit));
      return Ok();
    })));
    after_ = forgotten.last;
    return forgotten;
  }
  // The change log of a merchant; each note at the time of the clock.
  void Note(const std::string& merchant, int count = 1) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) -> Status {
        tx.changes().Add(merchant, v1::Change::TYPE_ORDER, "o" + std::to_string(++notes_));
        return Ok();
      })));
    }
  }
  std::vector<std::int64_t> Sequences(const std::string& merchant) {
    std::vector<std::int64_t> sequences;
    for (const v1::Change& change : ReadOne<std::vector<v1::Change>>(
             [&](const ports::ReadTx& tx) { return tx.changes().List(merchant, 0, 1000); })) {
      sequences.push_back(change.sequence());
    }
    return sequences;
  }
  std::int64_t Floor(const std::string& merchant) {
    return ReadOne<std::int64_t>(
        [&](const ports::ReadTx& tx) { return tx.changes().Floor(merchant); });
  }

  std::string after_;
  int notes_ = 0;
};

using Sequence = std::vector<std::int64_t>;

TEST_F(RetentionTablesTest, ForgetsShipmentsThatWereToldAndKeepsTheOthers) {
  using State = ports::OutboxRow::State;
  const auto put = [&](const std::string& shipment, State state, std::int64_t sending_ms) {
    ports::OutboxRow row{.shipment = shipment, .store = kWeb, .state = state};
    row.sending_ms = sending_ms;
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.outbox().Put(row); })));
  };
  put("old", State::kDone, 99);
  put("young", State::kDone, 100);
  put("waiting", State::kWaiting, 1);
  put("sending", State::kSending, 1);
  put("refused", State::kRefused, 1);

  EXPECT_EQ(Forget(Kept::kSentShipments, 100).rows, 1);

  EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.outbox().Get("acme", "old"); }));
  for (const char* shipment : {"young", "waiting", "sending", "refused"}) {
    EXPECT_FALSE(ErrorOf([&](const ports::ReadTx& tx) {
      return tx.outbox().Get("acme", shipment);
    })) << shipment;
  }
}

TEST_F(RetentionTablesTest, ForgetsResolvedIssuesAndKeepsOpenOnes) {
  const auto put = [&](const std::string& id, v1::Issue::State state, std::int64_t update_ms) {
    v1::Issue issue;
    issue.set_name(domain::IssueName("acme", id));
    issue.set_reason(id);
    issue.set_state(state);
    *issue.mutable_update_time() = domain::TimestampFromMs(update_ms);
    ASSERT_TRUE(
        Worked(Write([&](ports::Tx& tx) { return tx.issues().Put({.store = kWeb}, issue); })));
  };
  put("0000000000001", v1::Issue::STATE_RESOLVED, 99);
  put("0000000000002", v1::Issue::STATE_RESOLVED, 100);
  put("0000000000003", v1::Issue::STATE_OPEN, 1);

  EXPECT_EQ(Forget(Kept::kResolvedIssues, 100).rows, 1);

  const auto left = ReadOne<std::vector<v1::Issue>>(
      [](const ports::ReadTx& tx) { return tx.issues().List("acme", true, {}, 10); });
  EXPECT_EQ(IdsOf(left), (std::vector<std::string>{"0000000000003", "0000000000002"}));
}

TEST_F(RetentionTablesTest, ForgetsOldStockEntriesAFewAtATime) {
  for (std::int64_t time_ms = 1; time_ms <= 5; ++time_ms) {
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) {
      return tx.stock().AddEntry("acme", {.product = "p", .on_hand = 1, .time_ms = time_ms});
    })));
  }

  const ports::Forgotten first = Forget(Kept::kStockEntries, 5, 3);
  const ports::Forgotten second = Forget(Kept::kStockEntries, 5, 3);

  EXPECT_EQ(first.rows, 3);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(second.rows, 1);
  EXPECT_FALSE(second.more);
  const auto left = ReadOne<std::vector<ports::StockEntry>>(
      [](const ports::ReadTx& tx) { return tx.stock().ListEntries("acme", "p", 0, 10); });
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].time_ms, 5);
}

TEST_F(RetentionTablesTest, ForgetsAnswersOfRequests) {
  const auto put = [&](const std::string& id) {
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) {
      return tx.requests().Put("acme", id, {.request_hash = 1, .answer = "a"});
    })));
  };
  put("old");
  clock_.Advance(std::chrono::milliseconds(10));
  put("young");

  EXPECT_EQ(Forget(Kept::kAnswers, clock_.NowMs()).rows, 1);
  EXPECT_EQ(Forget(Kept::kAnswers, clock_.NowMs()).rows, 0);
}

TEST_F(RetentionTablesTest, ForgetsTheBeginningOfAChangeLogAndGoesOnCounting) {
  Note("acme", 3);
  EXPECT_EQ(Floor("acme"), 0);
  clock_.Advance(std::chrono::milliseconds(10));
  const std::int64_t before_ms = clock_.NowMs();
  Note("acme", 2);

  Forget(Kept::kChanges, before_ms);

  EXPECT_EQ(Sequences("acme"), (Sequence{4, 5}));
  EXPECT_EQ(Floor("acme"), 3);
  after_.clear();
  Forget(Kept::kChanges, clock_.NowMs() + 1);
  EXPECT_EQ(Sequences("acme"), Sequence{});
  EXPECT_EQ(Floor("acme"), 5);
  Note("acme");
  EXPECT_EQ(Sequences("acme"), Sequence{6});
}

TEST_F(RetentionTablesTest, LeavesNoGapInAChangeLogWhenTheClockWentBack) {
  clock_.Advance(std::chrono::milliseconds(100));
  Note("acme");
  const std::int64_t before_ms = clock_.NowMs();
  clock_.JumpTo(before_ms - 50);
  Note("acme");

  Forget(Kept::kChanges, before_ms);

  EXPECT_EQ(Sequences("acme"), (Sequence{1, 2}));
}

TEST_F(RetentionTablesTest, TakesTheChangeLogsOfAllMerchantsInTurn) {
  Note("acme", 3);
  Note("beta", 1);
  std::int64_t rows = 0;
  int steps = 0;

  while (true) {
    const ports::Forgotten forgotten = Forget(Kept::kChanges, clock_.NowMs() + 1, 2);
    rows += forgotten.rows;
    EXPECT_LE(forgotten.rows, 2);
    if (!forgotten.more || ++steps == 10) {
      break;
    }
  }

  EXPECT_EQ(rows, 4);
  EXPECT_LT(steps, 10);
}

TEST_F(RetentionTablesTest, CostsNoCommitWhenNothingIsOld) {
  Note("acme");
  const std::int64_t commits = storage_->commits();

  for (const Kept kind : ports::kAllKept) {
    after_.clear();
    EXPECT_EQ(Forget(kind, 1).rows, 0);
  }

  EXPECT_EQ(storage_->commits(), commits);
}

TEST_F(RetentionTablesTest, RefusesAStepWithoutABound) {
  const Status status = Write([](ports::Tx& tx) -> Status {
    SB_CHECK(tx.retention().Forget(Kept::kChanges, 1, "", 1001));
    return Ok();
  });

  EXPECT_FALSE(status);
}

}  // namespace
}  // namespace storebridge::storage
