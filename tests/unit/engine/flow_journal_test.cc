#include "engine/flow_journal.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/flow_run.h"
#include "unit/engine/engine_day.h"

namespace storebridge::testing {
namespace {

// A disk on which a work may find no room.
class FullDisk final : public ports::Storage {
 public:
  FullDisk(std::unique_ptr<ports::Storage> inner, ports::Executor& executor)
      : inner_(std::move(inner)), executor_(executor) {}

  void Submit(Work work, Done done) override {
    if (is_full && is_full()) {
      executor_.Post([done = std::move(done)] {
        done(Error{.code = Code::kUnavailable, .message = "there is no room"});
      });
      return;
    }
    inner_->Submit(std::move(work), std::move(done));
  }
  Status Read(const std::function<Status(const ports::ReadTx&)>& work) override {
    return inner_->Read(work);
  }
  Result<std::unique_ptr<ports::Storage>> MakeScratch() const override {
    return inner_->MakeScratch();
  }
  std::int64_t commits() const override { return inner_->commits(); }
  void SetCommitListener(std::function<void(const ports::CommitNotice&)> listener) override {
    inner_->SetCommitListener(std::move(listener));
  }

  std::function<bool()> is_full;

 private:
  std::unique_ptr<ports::Storage> inner_;
  ports::Executor& executor_;
};

// A run that finds nothing.
class IdleRun final : public engine::FlowRun {
 public:
  using FlowRun::FlowRun;

 protected:
  void Begin() override {}
  void OnSessionEnd(engine::SessionEnd /*session*/) override {}
};

class FlowJournalTest : public EngineDay {
 protected:
  FlowJournalTest() {
    auto disk = std::make_unique<FullDisk>(std::move(storage_), executor_);
    disk_ = disk.get();
    storage_ = std::move(disk);
    engine_ = MakeEngine();
    commands_ = std::make_unique<engine::Commands>(
        engine::Commands::Ports{*storage_, clock_, random_, host_, config_, vault_});
  }

  std::shared_ptr<engine::FlowJournal> MakeJournal(domain::Flow flow) {
    return std::make_shared<engine::FlowJournal>(
        engine::FlowJournal::Ports{*storage_, clock_, random_, executor_, log_},
        domain::StoreKey{"acme", "web"},
        flow);
  }
  std::shared_ptr<engine::FlowRun> MakeIdleRun() {
    return std::make_shared<IdleRun>(
        engine::FlowPorts{*storage_, clock_, random_, executor_, egress_, host_, log_},
        engine::RunSubject());
  }

  // As a server that starts now would see it.
  v1::FlowHealth KeptHealth() {
    v1::FlowHealth health;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const ports::FlowState state,
             tx.stores().GetFlow({"acme", "web"}, domain::Flow::kShipments));
      health = state.health;
      return Ok();
    }));
    return health;
  }
  // Of the flow of orders, by hand.
  std::size_t KeptRuns() {
    std::vector<v1::SyncRun> runs;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(runs, tx.sync_runs().List({"acme", "web"}, "", 500));
      return Ok();
    }));
    return static_cast<std::size_t>(
        std::count_if(runs.begin(), runs.end(), [](const v1::SyncRun& run) {
          return run.trigger() == v1::SyncRun::TRIGGER_MANUAL;
        }));
  }
  bool HasWaitingShipment() {
    bool waits = false;
    EXPECT_TRUE(storage_->Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const std::optional<std::int64_t> due, tx.outbox().NextDueMs({"acme", "web"}));
      waits = due.has_value();
      return Ok();
    }));
    return waits;
  }

  FullDisk* disk_ = nullptr;
};

TEST_F(FlowJournalTest, AFullRunIsNotTheOneThatWasRequiredWhileItWentOn) {
  Connect();
  const auto run = MakeIdleRun();
  const auto journal = MakeJournal(domain::Flow::kStock);
  journal->Open({.trigger = v1::SyncRun::TRIGGER_SCHEDULE, .is_full = true});
  journal->RequireFull();
  journal->Close(*run, {});
  EXPECT_EQ(journal->state().full_ms, 0);

  journal->Open({.trigger = v1::SyncRun::TRIGGER_SCHEDULE, .is_full = true});
  journal->Close(*run, {});

  EXPECT_EQ(journal->state().full_ms, clock_.NowMs());
}

// Simulator, seed 103 of busy days: each other run was written, and half an hour was unknown after
// a crash.
TEST_F(FlowJournalTest, AQuarterOfAnHourIsOverThoughTheTurnCameABitSooner) {
  Connect();
  const auto run = MakeIdleRun();
  const auto journal = MakeJournal(domain::Flow::kShipments);
  journal->Open({});
  journal->Close(*run, {});
  Pass(15 * kMinute - std::chrono::seconds(1));
  journal->Open({});
  journal->Close(*run, {});

  EXPECT_EQ(KeptHealth().idle_runs(), 2);

  Pass(14 * kMinute);
  journal->Open({});
  journal->Close(*run, {});

  EXPECT_EQ(KeptHealth().idle_runs(), 2);
}

TEST_F(FlowJournalTest, ARunThatCouldNotBeWrittenIsWrittenWithTheNextOne) {
  Connect();
  const auto run = MakeIdleRun();
  const auto journal = MakeJournal(domain::Flow::kOrders);
  std::vector<std::string> names;
  // One more than are kept.
  for (std::size_t i = 0; i <= engine::FlowJournal::kOwedRunsMax; ++i) {
    disk_->is_full = [] { return true; };
    journal->Open({.trigger = v1::SyncRun::TRIGGER_MANUAL});
    journal->KeepAnyhow();
    names.push_back(journal->record().name());
    journal->Close(*run, {});
    executor_.RunUntil([] { return true; });
  }
  EXPECT_EQ(KeptRuns(), 0U);
  disk_->is_full = nullptr;
  Pass(2 * kMinute);

  EXPECT_EQ(KeptRuns(), engine::FlowJournal::kOwedRunsMax);
  EXPECT_EQ(journal->Ended(names.back()), nullptr) << "it is in the storage";
}

// Simulator, seed 1500195: the flow has nothing more to do, so no later run sets it right.
TEST_F(FlowJournalTest, ASuccessThatCouldNotBeWrittenIsWrittenLater) {
  Sell("MUG", "p1");
  Connect();
  SetStock("MUG", 10);
  Order("1001", "MUG", 1);
  Pass(kMinute);
  ASSERT_TRUE(Collect("1001"));
  cv1::Failure failure;
  failure.set_code(cv1::Failure::CODE_TRANSIENT);
  failure.set_message("wants a pause");
  store_.fail_next["shipments.push"] = failure;
  ASSERT_TRUE(Ship("1001", "JJFI1"));
  ASSERT_EQ(KeptHealth().failures(), 1);
  // When the shipment was told, the first work is the look for more of them, the second the record.
  int works = 0;
  disk_->is_full = [&] { return !HasWaitingShipment() && ++works == 2; };

  Pass(kMinute);
  EXPECT_FALSE(HasWaitingShipment());
  disk_->is_full = nullptr;
  ASSERT_GE(works, 2);
  EXPECT_EQ(KeptHealth().failures(), 1) << "the disk was full";
  Pass(2 * kMinute);

  EXPECT_EQ(KeptHealth().failures(), 0);
}

}  // namespace
}  // namespace storebridge::testing
