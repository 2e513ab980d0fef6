#include "engine/housekeeper.h"

#include "domain/timestamp.h"
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

using engine::Housekeeper;
using engine::Retention;

constexpr auto kDay = std::chrono::hours(24);

class HousekeeperTest : public EngineDay {
 protected:
  HousekeeperTest()
      : EngineDay(cv1::STOCK_BASIS_SALABLE, {.sync_runs_max = 64, .retention = Ages()}) {}

  static Retention Ages() {
    return {.sent_shipments_ms = 2 * Retention::kDayMs,
            .resolved_issues_ms = 3 * Retention::kDayMs,
            .stock_entries_ms = 4 * Retention::kDayMs,
            .changes_ms = 5 * Retention::kDayMs};
  }

  void Write(const ports::Storage::Work& work) {
    std::optional<Status> status;
    storage_->Submit(work, [&](Status ended) { status = std::move(ended); });
    executor_.RunUntil([&] { return status.has_value(); });
    ASSERT_TRUE(*status) << status->error().message;
  }
  template <typename T>
  T Read(const std::function<Result<T>(const ports::ReadTx&)>& get) {
    std::optional<T> value;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(value, get(tx));
      return Ok();
    });
    EXPECT_TRUE(read) << read.error().message;
    return value ? *std::move(value) : T{};
  }
  std::int64_t Floor() {
    return Read<std::int64_t>([](const ports::ReadTx& tx) { return tx.changes().Floor("acme"); });
  }
  std::int64_t Head() {
    return Read<std::int64_t>([](const ports::ReadTx& tx) { return tx.changes().Head("acme"); });
  }
  bool IsQueued(const std::string& shipment) {
    bool found = false;
    const Status read = storage_->Read([&](const ports::ReadTx& tx) -> Status {
      found = tx.outbox().Get("acme", shipment).has_value();
      return Ok();
    });
    EXPECT_TRUE(read);
    return found;
  }
};

TEST_F(HousekeeperTest, ForgetsEachKindAtItsOwnAge) {
  engine_->Start();
  const std::int64_t then_ms = clock_.NowMs();
  Write([&](ports::Tx& tx) -> Status {
    SB_CHECK(tx.outbox().Put({.shipment = "s1",
                              .store = {"acme", "web"},
                              .state = ports::OutboxRow::State::kDone,
                              .sending_ms = then_ms}));
    v1::Issue issue;
    issue.set_name("merchants/acme/issues/0000000000001");
    issue.set_state(v1::Issue::STATE_RESOLVED);
    *issue.mutable_update_time() = domain::TimestampFromMs(then_ms);
    SB_CHECK(tx.issues().Put({.store = {"acme", "web"}}, issue));
    tx.changes().Add("acme", v1::Change::TYPE_STORE, "x");
    return Ok();
  });
  const auto issues = [&] {
    return Read<std::vector<v1::Issue>>(
               [](const ports::ReadTx& tx) { return tx.issues().List("acme", true, {}, 10); })
        .size();
  };

  Pass(2 * kDay);
  EXPECT_TRUE(IsQueued("s1"));
  Pass(std::chrono::hours(2));
  EXPECT_FALSE(IsQueued("s1"));
  EXPECT_EQ(issues(), 1U);
  Pass(kDay);
  EXPECT_EQ(issues(), 0U);
  EXPECT_EQ(Floor(), 0);
  Pass(2 * kDay);
  EXPECT_EQ(Floor(), 1);
}

TEST_F(HousekeeperTest, ForgetsMoreThanOneStepTakesInOnePass) {
  engine_->Start();
  const int changes = 3 * Housekeeper::kRowsPerStep + 1;
  Write([&](ports::Tx& tx) -> Status {
    for (int i = 0; i < changes; ++i) {
      tx.changes().Add("acme", v1::Change::TYPE_ORDER, std::to_string(i));
    }
    return Ok();
  });

  Pass(5 * kDay + std::chrono::hours(2));

  EXPECT_EQ(Floor(), changes);
}

TEST_F(HousekeeperTest, StopsWithTheEngine) {
  engine_->Start();
  Write([](ports::Tx& tx) -> Status {
    tx.changes().Add("acme", v1::Change::TYPE_STORE, "x");
    return Ok();
  });
  engine_->Drain([] {});
  Settle();

  Pass(10 * kDay);

  EXPECT_EQ(Floor(), 0);
}

TEST_F(HousekeeperTest, CostsNoCommitWhenNothingIsOld) {
  engine_->Start();
  Write([](ports::Tx& tx) -> Status {
    tx.changes().Add("acme", v1::Change::TYPE_STORE, "x");
    return Ok();
  });
  const std::int64_t commits = storage_->commits();

  Pass(kDay);

  EXPECT_EQ(storage_->commits(), commits);
}

// A merchant's sequences go on when it is deleted and made again, so that an old resume token never
// means other changes.
TEST_F(HousekeeperTest, CountsOnWhenAMerchantIsMadeAnew) {
  engine_->Start();
  const auto make = [&] {
    ASSERT_TRUE(Wait<v1::Merchant>(
        [&](auto done) { commands_->CreateMerchant("acme", "Acme", {}, done); }));
  };
  make();
  Write([](ports::Tx& tx) -> Status {
    tx.changes().Add("acme", v1::Change::TYPE_STORE, "x");
    return Ok();
  });
  ASSERT_TRUE(Wait<storebridge::Done>(
      [&](auto done) { commands_->DeleteMerchant("acme", "", false, done); }));
  const std::int64_t before = Head();
  ASSERT_GT(before, 0);
  Pass(6 * kDay);
  ASSERT_EQ(Floor(), before);

  make();
  Write([](ports::Tx& tx) -> Status {
    tx.changes().Add("acme", v1::Change::TYPE_STORE, "y");
    return Ok();
  });

  EXPECT_EQ(Head(), before + 1);
  EXPECT_EQ(Floor(), before);
}

}  // namespace
}  // namespace storebridge::testing
