#include <future>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "fault_vfs.h"
#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

class DiskFailureTest : public StorageTest {
 protected:
  void SetUp() override { Open({.path = folder_.File("d.db"), .vfs = FaultVfs::Name()}); }
  // The faults must be gone before the storage closes.
  void TearDown() override { FaultScope::Clear(); }

  Status Put(std::string_view id) {
    return Write([id = std::string(id)](ports::Tx& tx) {
      tx.changes().Add("acme", v1::Change::TYPE_ORDER, id);
      return tx.merchants().Put(id, MakeMerchant(id));
    });
  }
  bool Exists(std::string_view id) {
    return !ErrorOf([&](const ports::ReadTx& tx) { return tx.merchants().Get(id); });
  }

  TempFolder folder_;
  FaultScope faults_;
};

TEST_F(DiskFailureTest, FullDiskWritesNothingAndTheWriterGoesOn) {
  ASSERT_TRUE(Worked(Put("before")));
  FaultVfs::Faults().write = SQLITE_FULL;

  const Status full = Put("lost");

  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::kUnavailable);
  EXPECT_EQ(full.error().reason, "DATABASE_FULL");
  EXPECT_NE(full.error().message.find("make room"), std::string::npos);
  EXPECT_EQ(storage_->commits(), 1);
  EXPECT_TRUE(Exists("before"));
  EXPECT_FALSE(Exists("lost"));

  FaultScope::Clear();
  EXPECT_TRUE(Worked(Put("after")));
  EXPECT_TRUE(Exists("after"));
  EXPECT_FALSE(Exists("lost"));
  EXPECT_EQ(
      ReadOne<std::int64_t>([](const ports::ReadTx& tx) { return tx.changes().Head("acme"); }), 2);
}

TEST_F(DiskFailureTest, FailedSyncWritesNothingAndTheWriterGoesOn) {
  ASSERT_TRUE(Worked(Put("before")));
  FaultVfs::Faults().sync = SQLITE_IOERR_FSYNC;

  const Status failed = Put("lost");

  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kUnavailable);
  EXPECT_FALSE(Exists("lost"));

  FaultScope::Clear();
  EXPECT_TRUE(Worked(Put("after")));
  EXPECT_TRUE(Exists("before"));
  EXPECT_TRUE(Exists("after"));
  EXPECT_FALSE(Exists("lost"));
}

TEST_F(DiskFailureTest, FailsEveryWorkOfTheBatchAlsoThoseThatOnlyRead) {
  std::promise<void> started;
  std::promise<void> go;
  std::vector<Status> statuses;
  int notices = 0;
  storage_->SetCommitListener([&](const ports::CommitNotice&) { ++notices; });
  const auto keep = [&](Status status) { statuses.push_back(std::move(status)); };
  storage_->Submit(
      [&](ports::Tx&) {
        started.set_value();
        go.get_future().wait();
        return Ok();
      },
      keep);
  started.get_future().wait();
  for (int i = 0; i < 10; ++i) {
    storage_->Submit(
        [i](ports::Tx& tx) {
          return tx.merchants().Put("m" + std::to_string(i), MakeMerchant("m"));
        },
        keep);
  }
  storage_->Submit(
      [](ports::Tx& tx) -> Status {
        tx.Wake({"acme", "web"}, domain::Flow::kStock);
        return Error{.code = Code::kAborted};
      },
      keep);
  FaultVfs::Faults().write = SQLITE_IOERR_WRITE;

  go.set_value();
  ASSERT_TRUE(executor_.RunUntil([&] { return statuses.size() == 12; }));

  for (const Status& status : statuses) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::kUnavailable);
  }
  executor_.RunAll();
  EXPECT_EQ(notices, 0);
  EXPECT_EQ(storage_->commits(), 0);
}

TEST_F(DiskFailureTest, KeepsTryingToOpenADatabaseThatIsGone) {
  ASSERT_TRUE(Worked(Put("before")));
  FaultVfs::Faults().write = SQLITE_IOERR_WRITE;
  ASSERT_FALSE(Put("lost"));
  FaultVfs::Faults().open = SQLITE_CANTOPEN;

  const Status second = Put("second");
  const Status third = Put("third");

  EXPECT_EQ(second.error().code, Code::kUnavailable);
  EXPECT_EQ(third.error().code, Code::kUnavailable);
  FaultScope::Clear();
  EXPECT_TRUE(Worked(Put("fourth")));
  EXPECT_TRUE(Exists("before"));
  EXPECT_TRUE(Exists("fourth"));
  EXPECT_FALSE(Exists("second"));
}

}  // namespace
}  // namespace storebridge::storage
