#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

class ConcurrencyTest : public StorageTest {
 protected:
  static constexpr int kThreads = 4;
  static constexpr int kWorks = 100;
  static constexpr int kReads = 100;

  // Each thread takes one piece at a time from the same product and notes it.
  void SubmitFromManyThreads() {
    for (int t = 0; t < kThreads; ++t) {
      threads_.emplace_back([this, t] {
        for (int i = 0; i < kWorks; ++i) {
          storage_->Submit([t, i](ports::Tx& tx) { return TakeOne(tx, t, i); },
                           [this](const Status& status) {
                             ++ended_;
                             EXPECT_TRUE(Worked(status));
                           });
        }
      });
    }
  }

  static Status TakeOne(ports::Tx& tx, int thread, int work) {
    SB_TRY(ports::StockLevel level, tx.stock().Get("acme", "p1"));
    level.on_hand = level.on_hand.value_or(0) + 1;
    ++level.version;
    tx.changes().Add("acme", v1::Change::TYPE_STOCK, "p1");
    tx.changes().Add(
        "acme", v1::Change::TYPE_ORDER, std::to_string(thread) + "-" + std::to_string(work));
    return tx.stock().Put("acme", "p1", level);
  }

  // Each snapshot must fit together: two changes per version.
  void ReadFromManyThreads() {
    for (int t = 0; t < kThreads; ++t) {
      threads_.emplace_back([this] {
        for (int i = 0; i < kReads; ++i) {
          const Status status = storage_->Read([this](const ports::ReadTx& tx) -> Status {
            SB_TRY(const ports::StockLevel level, tx.stock().Get("acme", "p1"));
            SB_TRY(const std::int64_t head, tx.changes().Head("acme"));
            torn_ +=
                head != 2 * level.version || level.on_hand.value_or(0) != level.version ? 1 : 0;
            return Ok();
          });
          EXPECT_TRUE(Worked(status));
        }
      });
    }
  }

  void JoinAll() {
    for (std::thread& thread : threads_) {
      thread.join();
    }
    threads_.clear();
  }

  TempFolder folder_;
  std::vector<std::thread> threads_;
  int ended_ = 0;
  std::atomic<int> torn_{0};
};

TEST_F(ConcurrencyTest, WritersAndReadersSeeWholeTransactionsOnly) {
  Open({.path = folder_.File("c.db"), .readers = 3, .wal_pages_max = 50});

  SubmitFromManyThreads();
  ReadFromManyThreads();
  JoinAll();
  ASSERT_TRUE(executor_.RunUntil([this] { return ended_ == kThreads * kWorks; }));

  EXPECT_EQ(torn_, 0);
  const auto level = ReadOne<ports::StockLevel>(
      [](const ports::ReadTx& tx) { return tx.stock().Get("acme", "p1"); });
  EXPECT_EQ(level.on_hand, kThreads * kWorks);
  const auto changes = ReadOne<std::vector<v1::Change>>(
      [](const ports::ReadTx& tx) { return tx.changes().List("acme", 0, 1000); });
  ASSERT_EQ(changes.size(), 2U * kThreads * kWorks);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    ASSERT_EQ(changes[i].sequence(), static_cast<std::int64_t>(i) + 1);
  }
  EXPECT_LE(storage_->commits(), kThreads * kWorks);
}

TEST_F(ConcurrencyTest, InlineStorageTakesTurns) {
  Open({.path = ":memory:", .inline_mode = true});

  SubmitFromManyThreads();
  ReadFromManyThreads();
  JoinAll();
  ASSERT_TRUE(executor_.RunUntil([this] { return ended_ == kThreads * kWorks; }));

  EXPECT_EQ(torn_, 0);
  const auto level = ReadOne<ports::StockLevel>(
      [](const ports::ReadTx& tx) { return tx.stock().Get("acme", "p1"); });
  EXPECT_EQ(level.version, kThreads * kWorks);
}

TEST_F(ConcurrencyTest, MemoryStorageWithAThreadTakesTurns) {
  Open({.path = ":memory:"});

  SubmitFromManyThreads();
  ReadFromManyThreads();
  JoinAll();
  ASSERT_TRUE(executor_.RunUntil([this] { return ended_ == kThreads * kWorks; }));

  EXPECT_EQ(torn_, 0);
}

}  // namespace
}  // namespace storebridge::storage
