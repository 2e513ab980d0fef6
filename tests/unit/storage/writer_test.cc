#include "adapters/storage/writer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "adapters/storage/migrations.h"
#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

Status PutMerchant(ports::Tx& tx, std::string_view id) {
  return tx.merchants().Put(id, MakeMerchant(id));
}

// Once with a writer thread on a file, once inline in memory: both must behave alike.
class WriterTest : public StorageTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      return Open({.path = ":memory:", .inline_mode = true});
    }
    Open({.path = folder_.File("w.db")});
  }

  bool Exists(std::string_view id) {
    return !ErrorOf([&](const ports::ReadTx& tx) { return tx.merchants().Get(id); });
  }

  TempFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(ThreadAndInline, WriterTest, ::testing::Bool(), [](const auto& mode) {
  return mode.param ? std::string("Inline") : std::string("Thread");
});

TEST_P(WriterTest, CallsDoneOnTheExecutorAndNeverInsideSubmit) {
  int calls = 0;

  storage_->Submit([](ports::Tx&) { return Ok(); }, [&](const Status&) { ++calls; });

  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(executor_.RunUntil([&] { return calls > 0; }));
  executor_.RunAll();
  EXPECT_EQ(calls, 1);
}

TEST_P(WriterTest, UndoesOnlyTheWorkThatFailed) {
  std::vector<Status> statuses;
  for (int i = 0; i < 20; ++i) {
    storage_->Submit(
        [i](ports::Tx& tx) -> Status {
          SB_CHECK(PutMerchant(tx, "m" + std::to_string(i)));
          return i == 7 ? Status(Error{.code = Code::kAborted, .message = "seventh"}) : Ok();
        },
        [&](Status status) { statuses.push_back(std::move(status)); });
  }
  ASSERT_TRUE(executor_.RunUntil([&] { return statuses.size() == 20; }));

  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(statuses[static_cast<std::size_t>(i)].has_value(), i != 7);
    EXPECT_EQ(Exists("m" + std::to_string(i)), i != 7);
  }
  EXPECT_EQ(statuses[7].error().code, Code::kAborted);
  EXPECT_EQ(statuses[7].error().message, "seventh");
}

TEST_P(WriterTest, UndoesWorkThatThrows) {
  const Status thrown = Write([](ports::Tx& tx) -> Status {
    SB_CHECK(PutMerchant(tx, "acme"));
    throw std::runtime_error("oops");
  });
  const Status odd = Write([](ports::Tx& tx) -> Status {
    SB_CHECK(PutMerchant(tx, "acme"));
    throw 5;
  });

  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, Code::kInternal);
  EXPECT_NE(thrown.error().message.find("oops"), std::string::npos);
  EXPECT_FALSE(odd);
  EXPECT_FALSE(Exists("acme"));
  EXPECT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "acme"); })));
}

TEST_P(WriterTest, GoesOnWithinAWorkAfterAStatementThatWasRefused) {
  const Status status = Write([](ports::Tx& tx) -> Status {
    SB_CHECK(tx.products().Put("acme", MakeProduct("acme", "p1", "A")));
    EXPECT_FALSE(tx.products().Put("acme", MakeProduct("acme", "p2", "A")));
    return tx.products().Put("acme", MakeProduct("acme", "p2", "B"));
  });

  EXPECT_TRUE(Worked(status));
  EXPECT_FALSE(
      ErrorOf([](const ports::ReadTx& tx) { return tx.products().GetByCode("acme", "B"); }));
}

TEST_P(WriterTest, SeesItsOwnWritesAndThoseBefore) {
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "first"); })));

  EXPECT_TRUE(Worked(Write([](ports::Tx& tx) -> Status {
    SB_CHECK(PutMerchant(tx, "second"));
    SB_CHECK(tx.merchants().Get("first"));
    SB_CHECK(tx.merchants().Get("second"));
    return Ok();
  })));
}

TEST_P(WriterTest, CommitsNothingForWorkThatWroteNothing) {
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "acme"); })));
  EXPECT_EQ(storage_->commits(), 1);

  EXPECT_TRUE(Worked(Write([](ports::Tx& tx) -> Status {
    SB_CHECK(tx.merchants().Get("acme"));
    return Ok();
  })));
  EXPECT_TRUE(Worked(Write([](ports::Tx& tx) {
    return tx.products().RemoveListing({"acme", "web"}, "none");
  })));
  EXPECT_FALSE(Write([](ports::Tx& tx) -> Status {
    SB_CHECK(PutMerchant(tx, "undone"));
    return Error{.code = Code::kAborted};
  }));

  EXPECT_EQ(storage_->commits(), 1);
  EXPECT_FALSE(Exists("undone"));
}

TEST_P(WriterTest, TellsWhatWasWokenAndChangedAfterTheDonesAndBeforeWhatTheyAskFor) {
  std::vector<std::string> events;
  ports::CommitNotice notice;
  storage_->SetCommitListener([&](const ports::CommitNotice& told) {
    events.emplace_back("notice");
    notice = told;
  });

  storage_->Submit(
      [](ports::Tx& tx) -> Status {
        tx.Wake({"acme", "web"}, domain::Flow::kStock);
        tx.GoOn("acme");
        tx.ReadOrder(kWeb, "1001");
        tx.changes().Add("acme", v1::Change::TYPE_ORDER, "o1");
        tx.changes().Add("acme", v1::Change::TYPE_ORDER, "o2");
        return Ok();
      },
      [&](const Status&) {
        events.emplace_back("done");
        executor_.Post([&] { events.emplace_back("next"); });
      });
  ASSERT_TRUE(executor_.RunUntil([&] { return events.size() == 3; }));

  EXPECT_EQ(events, (std::vector<std::string>{"done", "notice", "next"}));
  EXPECT_TRUE(notice.wakes.contains({{"acme", "web"}, domain::Flow::kStock}));
  EXPECT_EQ(notice.backlogs, std::set<std::string>{"acme"});
  EXPECT_EQ(notice.readings, (std::set<std::pair<ports::StoreKey, std::string>>{{kWeb, "1001"}}));
  EXPECT_EQ(notice.heads, (std::map<std::string, std::int64_t>{{"acme", 2}}));
}

TEST_P(WriterTest, TellsNothingOfWorkThatFailedOrWokeNobody) {
  int notices = 0;
  storage_->SetCommitListener([&](const ports::CommitNotice&) { ++notices; });

  EXPECT_FALSE(Write([](ports::Tx& tx) -> Status {
    tx.Wake({"acme", "web"}, domain::Flow::kStock);
    tx.changes().Add("acme", v1::Change::TYPE_ORDER, "o1");
    return Error{.code = Code::kAborted};
  }));
  EXPECT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "acme"); })));
  executor_.RunAll();

  EXPECT_EQ(notices, 0);
}

TEST_P(WriterTest, WakesForWorkThatWroteNothing) {
  int notices = 0;
  storage_->SetCommitListener([&](const ports::CommitNotice&) { ++notices; });

  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) {
    tx.Wake({"acme", "web"}, domain::Flow::kStock);
    return Ok();
  })));

  EXPECT_TRUE(executor_.RunUntil([&] { return notices == 1; }));
  EXPECT_EQ(storage_->commits(), 0);
}

TEST_P(WriterTest, ReadSeesOneMomentAndReportsErrors) {
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "acme"); })));

  const Status failed = storage_->Read([](const ports::ReadTx&) -> Status {
    return Error{.code = Code::kNotFound, .message = "mine"};
  });
  const Status thrown =
      storage_->Read([](const ports::ReadTx&) -> Status { throw std::runtime_error("oops"); });

  EXPECT_EQ(failed.error().message, "mine");
  EXPECT_EQ(thrown.error().code, Code::kInternal);
  EXPECT_TRUE(Exists("acme"));
}

class InlineWriterTest : public InlineStorageTest {};

TEST_F(InlineWriterTest, HasRunTheWorkWhenSubmitReturns) {
  bool ran = false;

  storage_->Submit(
      [&](ports::Tx&) {
        ran = true;
        return Ok();
      },
      [](const Status&) {});

  EXPECT_TRUE(ran);
}

TEST_F(InlineWriterTest, RunsWorkThatIsSubmittedInsideARead) {
  bool ran = false;

  const Status status = storage_->Read([&](const ports::ReadTx&) {
    storage_->Submit(
        [&](ports::Tx& tx) {
          ran = true;
          return PutMerchant(tx, "acme");
        },
        [](const Status&) {});
    return Ok();
  });

  EXPECT_TRUE(Worked(status));
  EXPECT_TRUE(ran);
}

// Work that holds the writer until it is let go.
class Blocker {
 public:
  ports::Storage::Work work() {
    return [this](ports::Tx&) {
      started_.set_value();
      go_.get_future().wait();
      return Ok();
    };
  }
  void WaitUntilStarted() { started_.get_future().wait(); }
  void LetGo() { go_.set_value(); }

 private:
  std::promise<void> started_;
  std::promise<void> go_;
};

class ThreadWriterTest : public StorageTest {
 protected:
  void Submit(Work work) {
    storage_->Submit(std::move(work),
                     [this](Status status) { statuses_.push_back(std::move(status)); });
  }
  void SubmitPut(int number) {
    Submit([number](ports::Tx& tx) { return PutMerchant(tx, "m" + std::to_string(number)); });
  }
  bool WaitForAll(std::size_t count) {
    return executor_.RunUntil([&] { return statuses_.size() == count; });
  }

  TempFolder folder_;
  Blocker blocker_;
  std::vector<Status> statuses_;
};

TEST_F(ThreadWriterTest, MakesUpTo256WorksDurableWithOneCommit) {
  Open({.path = folder_.File("w.db")});
  Submit(blocker_.work());
  blocker_.WaitUntilStarted();
  for (int i = 0; i < 300; ++i) {
    SubmitPut(i);
  }

  blocker_.LetGo();
  ASSERT_TRUE(WaitForAll(301));

  EXPECT_EQ(storage_->commits(), 2);
  const auto merchants = ReadOne<std::vector<v1::Merchant>>(
      [](const ports::ReadTx& tx) { return tx.merchants().List("", 1000); });
  EXPECT_EQ(merchants.size(), 300U);
}

// The first has no savepoint: what undoes it is the transaction.
TEST_F(ThreadWriterTest, UndoesTheFirstWorkOfABatchAndKeepsTheOthers) {
  Open({.path = folder_.File("w.db")});
  Submit([block = blocker_.work()](ports::Tx& tx) -> Status {
    SB_CHECK(PutMerchant(tx, "undone"));
    SB_CHECK(block(tx));
    return Error{.code = Code::kAborted, .message = "first"};
  });
  blocker_.WaitUntilStarted();
  SubmitPut(1);
  SubmitPut(2);

  blocker_.LetGo();
  ASSERT_TRUE(WaitForAll(3));

  const auto merchants = ReadOne<std::vector<v1::Merchant>>(
      [](const ports::ReadTx& tx) { return tx.merchants().List("", 10); });
  EXPECT_EQ(merchants.size(), 2U);
  EXPECT_FALSE(statuses_[0]);
  EXPECT_EQ(storage_->commits(), 1);
}

TEST_F(ThreadWriterTest, EndsABatchThatTakesLong) {
  Open({.path = folder_.File("w.db")});
  Submit(blocker_.work());
  blocker_.WaitUntilStarted();
  for (int i = 0; i < 3; ++i) {
    Submit([this, i](ports::Tx& tx) {
      clock_.Advance(std::chrono::milliseconds(10));
      return PutMerchant(tx, "m" + std::to_string(i));
    });
  }

  blocker_.LetGo();
  ASSERT_TRUE(WaitForAll(4));

  EXPECT_EQ(storage_->commits(), 3);
}

TEST_F(ThreadWriterTest, RefusesTheWorkThatIsOneTooMany) {
  Open({.path = folder_.File("w.db"), .queue_max = 3});
  Submit(blocker_.work());
  blocker_.WaitUntilStarted();
  for (int i = 0; i < 4; ++i) {
    SubmitPut(i);
  }

  ASSERT_TRUE(WaitForAll(1));
  ASSERT_FALSE(statuses_[0]);
  EXPECT_EQ(statuses_[0].error().code, Code::kResourceExhausted);
  EXPECT_NE(statuses_[0].error().message.find('3'), std::string::npos);
  blocker_.LetGo();
  ASSERT_TRUE(WaitForAll(5));
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_TRUE(Worked(statuses_[i]));
  }
}

TEST_F(ThreadWriterTest, FinishesQueuedWorkBeforeItIsDestroyed) {
  Open({.path = folder_.File("w.db")});
  Submit(blocker_.work());
  blocker_.WaitUntilStarted();
  for (int i = 0; i < 500; ++i) {
    SubmitPut(i);
  }

  blocker_.LetGo();
  storage_.reset();
  executor_.RunAll();

  ASSERT_EQ(statuses_.size(), 501U);
  Open({.path = folder_.File("w.db")});
  const auto merchants = ReadOne<std::vector<v1::Merchant>>(
      [](const ports::ReadTx& tx) { return tx.merchants().List("", 1000); });
  EXPECT_EQ(merchants.size(), 500U);
}

TEST_F(ThreadWriterTest, ReadsWhileTheWriterIsBusy) {
  Open({.path = folder_.File("w.db")});
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "acme"); })));
  Submit(blocker_.work());
  blocker_.WaitUntilStarted();

  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.merchants().Get("acme"); }));

  blocker_.LetGo();
  ASSERT_TRUE(WaitForAll(1));
}

TEST_F(ThreadWriterTest, KeepsAReadOnItsSnapshotWhileOthersWrite) {
  Open({.path = folder_.File("w.db")});
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "before"); })));

  const Status status = storage_->Read([&](const ports::ReadTx& tx) -> Status {
    SB_CHECK(tx.merchants().Get("before"));
    EXPECT_TRUE(Worked(Write([](ports::Tx& write) { return PutMerchant(write, "meanwhile"); })));
    EXPECT_FALSE(tx.merchants().Get("meanwhile"));
    return Ok();
  });

  EXPECT_TRUE(Worked(status));
  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.merchants().Get("meanwhile"); }));
}

TEST_F(ThreadWriterTest, KeepsTheWriteAheadLogShort) {
  constexpr int kPages = 20;
  constexpr int kRounds = 300;
  constexpr std::uintmax_t kPageBytes = 4096 + 24;
  Open({.path = folder_.File("w.db"), .wal_pages_max = kPages});
  // The file does not shrink: it may be as long as the making of the tables and the first write
  // left it, after which it is copied.
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "first"); })));
  const std::uintmax_t made = std::filesystem::file_size(folder_.File("w.db-wal"));

  for (int i = 0; i < kRounds; ++i) {
    ASSERT_TRUE(
        Worked(Write([&](ports::Tx& tx) { return PutMerchant(tx, "m" + std::to_string(i)); })));
  }

  EXPECT_LE(std::filesystem::file_size(folder_.File("w.db-wal")),
            std::max(made, kPageBytes * kPages * 3));
}

TEST_F(ThreadWriterTest, LetsManyReadersTakeTurnsOnFewConnections) {
  Open({.path = folder_.File("w.db"), .readers = 1});
  ASSERT_TRUE(Worked(Write([](ports::Tx& tx) { return PutMerchant(tx, "acme"); })));
  constexpr int kReads = 4;
  std::vector<std::future<Status>> reads;
  reads.reserve(kReads);

  for (int i = 0; i < kReads; ++i) {
    reads.push_back(std::async(std::launch::async, [this] {
      return storage_->Read([](const ports::ReadTx& tx) -> Status {
        SB_CHECK(tx.merchants().Get("acme"));
        return Ok();
      });
    }));
  }

  for (std::future<Status>& read : reads) {
    EXPECT_TRUE(Worked(read.get()));
  }
}

// Works that are known to be of one batch.
class WriterBatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(path_).close();
    auto opened = Connection::Open({.path = path_, .vfs = {}}, ConnectionUse::kWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    ASSERT_TRUE(Migrate(**opened, Migrations(), 0));
    db_ = opened->get();
    writer_ = std::make_unique<Writer>(
        Writer::Options{.file = {.path = path_, .vfs = {}}, .wal_pages_max = 1000},
        std::move(*opened),
        clock_,
        &log_);
  }

  BatchReport Run(std::vector<ports::Storage::Work> works) {
    return writer_->RunBatch([&](std::size_t taken) -> std::optional<Job> {
      if (taken == works.size()) {
        return std::nullopt;
      }
      return Job{works[taken], [](const Status&) {}};
    });
  }

  TempFolder folder_;
  std::string path_ = folder_.File("w.db");
  testing::ManualClock clock_;
  testing::NullLog log_;
  Connection* db_ = nullptr;
  std::unique_ptr<Writer> writer_;
};

// What a work has read is remembered for the next one, and new totals are written from that.
TEST_F(WriterBatchTest, RemembersNothingOfAWorkThatWasUndone) {
  const auto add = [](std::int64_t quantity) {
    return [quantity](ports::Tx& tx) {
      return tx.stock().AddToTotal(
          "acme",
          "p1",
          {.store = "web", .kind = ports::ClaimKind::kReserved, .quantity = quantity});
    };
  };
  const auto undone = [add](ports::Tx& tx) -> Status {
    SB_CHECK(add(5)(tx));
    return Error{.code = Code::kAborted, .message = "undone"};
  };

  // The first of a batch is undone in another way than the others.
  const BatchReport report = Run({undone, add(2), undone, add(1)});

  ASSERT_EQ(report.jobs.size(), 4U);
  EXPECT_TRUE(Worked(report.jobs[1].status));
  EXPECT_TRUE(Worked(report.jobs[3].status));
  const BatchReport read = Run({[](ports::Tx& tx) -> Status {
    SB_TRY(const ports::StockPosition position, tx.stock().Position("acme", "p1"));
    EXPECT_EQ(position.totals.size(), 1U);
    EXPECT_EQ(position.totals[0].quantity, 3);
    return Ok();
  }});
  ASSERT_EQ(read.jobs.size(), 1U);
  EXPECT_TRUE(Worked(read.jobs[0].status));
  EXPECT_EQ(db_->AskNumber("SELECT quantity FROM claim_total").value(), 3);
}

// A broken disk can make SQLite give up the whole transaction in the middle of a work.
TEST_F(WriterBatchTest, FailsAsAWholeWhenTheTransactionIsLostAndGoesOnWithTheNext) {
  Status after_loss = Ok();
  const BatchReport lost = Run({
      [](ports::Tx& tx) { return PutMerchant(tx, "before"); },
      [&](ports::Tx& tx) {
        EXPECT_TRUE(Worked(db_->RunScript("ROLLBACK")));
        after_loss = PutMerchant(tx, "alone");
        return Ok();
      },
  });

  ASSERT_EQ(lost.jobs.size(), 2U);
  for (const FinishedJob& job : lost.jobs) {
    ASSERT_FALSE(job.status);
    EXPECT_EQ(job.status.error().code, Code::kUnavailable);
  }
  EXPECT_FALSE(after_loss);
  EXPECT_EQ(writer_->commits(), 0);

  const BatchReport next = Run({[](ports::Tx& tx) -> Status {
    EXPECT_FALSE(tx.merchants().Get("before"));
    EXPECT_FALSE(tx.merchants().Get("alone"));
    return PutMerchant(tx, "next");
  }});

  ASSERT_EQ(next.jobs.size(), 1U);
  EXPECT_TRUE(Worked(next.jobs[0].status));
  EXPECT_EQ(writer_->commits(), 1);
}

}  // namespace
}  // namespace storebridge::storage
