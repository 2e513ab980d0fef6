#include <string>
#include <vector>

#include "core/ids.h"
#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

using Ids = std::vector<std::string>;
using ports::OutboxRow;

class OutboxTablesTest : public InlineStorageTest {
 protected:
  void Put(std::string_view shipment, OutboxRow::State state, std::int64_t due_ms) {
    OutboxRow row;
    row.shipment = shipment;
    row.store = kWeb;
    row.state = state;
    row.due_ms = due_ms;
    ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.outbox().Put(row); })));
  }
  Ids Due(std::int64_t now_ms, int limit) {
    Ids ids;
    for (const OutboxRow& row : ReadOne<std::vector<OutboxRow>>(
             [&](const ports::ReadTx& tx) { return tx.outbox().Due(kWeb, now_ms, limit); })) {
      ids.push_back(row.shipment);
    }
    return ids;
  }
  std::optional<std::int64_t> NextDue() {
    return ReadOne<std::optional<std::int64_t>>(
        [](const ports::ReadTx& tx) { return tx.outbox().NextDueMs(kWeb); });
  }
};

TEST_F(OutboxTablesTest, GivesBackEveryField) {
  OutboxRow row;
  row.shipment = "s1";
  row.store = kWeb;
  row.order = "o1";
  row.state = OutboxRow::State::kRefused;
  row.attempts = 3;
  row.due_ms = 4;
  row.sending_ms = 5;
  row.last_error = "no";
  row.failures = 6;
  row.settled_ms = 7;
  ASSERT_TRUE(Worked(Write([&](ports::Tx& tx) { return tx.outbox().Put(row); })));

  const auto found =
      ReadOne<OutboxRow>([](const ports::ReadTx& tx) { return tx.outbox().Get("acme", "s1"); });

  EXPECT_EQ(found.shipment, "s1");
  EXPECT_EQ(found.store, kWeb);
  EXPECT_EQ(found.order, "o1");
  EXPECT_EQ(found.state, OutboxRow::State::kRefused);
  EXPECT_EQ(found.attempts, 3);
  EXPECT_EQ(found.due_ms, 4);
  EXPECT_EQ(found.sending_ms, 5);
  EXPECT_EQ(found.last_error, "no");
  EXPECT_EQ(found.failures, 6);
  EXPECT_EQ(found.settled_ms, 7);
}

TEST_F(OutboxTablesTest, NamesTheShipmentThatIsNotThere) {
  const auto error = ErrorOf([](const ports::ReadTx& tx) { return tx.outbox().Get("acme", "s1"); });

  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kNotFound);
  EXPECT_NE(error->message.find("merchants/acme/shipments/s1"), std::string::npos);
}

TEST_F(OutboxTablesTest, GivesWaitingAndSendingRowsThatAreDueInTheOrderInWhichTheyLeft) {
  EXPECT_EQ(NextDue(), std::nullopt);
  Put("s1", OutboxRow::State::kWaiting, 30);
  Put("s2", OutboxRow::State::kSending, 10);
  Put("s3", OutboxRow::State::kDone, 1);
  Put("s4", OutboxRow::State::kRefused, 1);
  Put("s5", OutboxRow::State::kWaiting, 31);

  EXPECT_EQ(Due(30, 10), (Ids{"s1", "s2"}));
  EXPECT_EQ(Due(30, 1), (Ids{"s1"}));
  EXPECT_EQ(NextDue(), 10);

  Put("s2", OutboxRow::State::kDone, 10);

  EXPECT_EQ(Due(100, 10), (Ids{"s1", "s5"}));
  EXPECT_EQ(NextDue(), 30);
}

class SyncRunTablesTest : public InlineStorageTest {
 protected:
  Status Put(const ports::StoreKey& store,
             std::string_view id,
             v1::SyncRun::State state = v1::SyncRun::STATE_SUCCEEDED) {
    v1::SyncRun run;
    run.set_name(domain::SyncRunName(store, id));
    run.set_state(state);
    return Write([&](ports::Tx& tx) { return tx.sync_runs().Put(store, run); });
  }
  Ids List(const ports::StoreKey& store, std::string_view after, int limit) {
    return IdsOf(ReadOne<std::vector<v1::SyncRun>>(
        [&](const ports::ReadTx& tx) { return tx.sync_runs().List(store, after, limit); }));
  }
};

TEST_F(SyncRunTablesTest, GivesRunsNewestFirstAfterTheGivenOne) {
  for (const char* id : {"r1", "r3", "r2"}) {
    ASSERT_TRUE(Worked(Put(kWeb, id)));
  }

  EXPECT_EQ(List(kWeb, "", 2), (Ids{"r3", "r2"}));
  EXPECT_EQ(List(kWeb, "r2", 2), (Ids{"r1"}));
  EXPECT_EQ(ReadOne<v1::SyncRun>([](const ports::ReadTx& tx) {
              return tx.sync_runs().Get(kWeb, "r1");
            }).name(),
            "merchants/acme/stores/web/syncRuns/r1");
}

TEST_F(SyncRunTablesTest, FindsRunsOfAllStoresThatGoOnUntilTheyHaveEnded) {
  ASSERT_TRUE(Worked(Put({"acme", "pos"}, "r1", v1::SyncRun::STATE_RUNNING)));
  ASSERT_TRUE(Worked(Put(kWeb, "r2", v1::SyncRun::STATE_RUNNING)));
  ASSERT_TRUE(Worked(Put(kWeb, "r3")));
  const auto running = [&](int limit) {
    return IdsOf(ReadOne<std::vector<v1::SyncRun>>(
        [&](const ports::ReadTx& tx) { return tx.sync_runs().Running(limit); }));
  };
  EXPECT_EQ(running(10), (Ids{"r1", "r2"}));
  EXPECT_EQ(running(1).size(), 1U);

  ASSERT_TRUE(Worked(Put({"acme", "pos"}, "r1", v1::SyncRun::STATE_FAILED)));

  EXPECT_EQ(running(10), (Ids{"r2"}));
}

TEST_F(SyncRunTablesTest, NamesTheRunThatIsNotThere) {
  const auto error =
      ErrorOf([](const ports::ReadTx& tx) { return tx.sync_runs().Get(kWeb, "r1"); });

  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Code::kNotFound);
  EXPECT_NE(error->message.find("merchants/acme/stores/web/syncRuns/r1"), std::string::npos);
}

TEST_F(SyncRunTablesTest, KeepsTheNewestTwoHundredOfAStore) {
  ASSERT_TRUE(Worked(Put({"acme", "pos"}, EncodeId(0))));
  for (std::uint64_t i = 1; i <= 205; ++i) {
    ASSERT_TRUE(Worked(Put(kWeb, EncodeId(i))));
  }

  const Ids kept = List(kWeb, "", 1000);

  ASSERT_EQ(kept.size(), 200U);
  EXPECT_EQ(kept.front(), EncodeId(205));
  EXPECT_EQ(kept.back(), EncodeId(6));
  EXPECT_EQ(List({"acme", "pos"}, "", 1000).size(), 1U);
}

}  // namespace
}  // namespace storebridge::storage
