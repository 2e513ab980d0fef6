#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

// The rest of the scope runs as a user who owns nothing: root may write everything.
class AsNobody {
 public:
  AsNobody() : was_root_(::geteuid() == 0) {
    if (was_root_) {
      EXPECT_EQ(::seteuid(65534), 0);
    }
  }
  ~AsNobody() {
    if (was_root_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  bool was_root_;
};

mode_t ModeOf(const std::string& path) {
  struct stat state {};
  EXPECT_EQ(::stat(path.c_str(), &state), 0) << path;
  return state.st_mode & 0777;
}

class OpenStorageTest : public StorageTest {
 protected:
  Error Refused(const StorageOptions& options) {
    auto opened = OpenStorage(options, executor_, clock_, &log_);
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
  }
  StorageOptions File() { return {.path = folder_.File("s.db"), .inline_mode = true}; }

  // Runs a statement on the closed database.
  void Tamper(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.File("s.db").c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
  }

  TempFolder folder_;
};

TEST_F(OpenStorageTest, KeepsWhatWasWrittenWhenItIsOpenedAgain) {
  Open(File());
  ASSERT_TRUE(Worked(
      Write([](ports::Tx& tx) { return tx.merchants().Put("acme", MakeMerchant("acme")); })));
  storage_.reset();

  Open(File());

  EXPECT_FALSE(ErrorOf([](const ports::ReadTx& tx) { return tx.merchants().Get("acme"); }));
  EXPECT_EQ(storage_->commits(), 0);
}

TEST_F(OpenStorageTest, MakesFilesThatOnlyItsUserMayRead) {
  Open(File());
  ASSERT_TRUE(Worked(
      Write([](ports::Tx& tx) { return tx.merchants().Put("acme", MakeMerchant("acme")); })));

  for (const char* name : {"s.db", "s.db-wal", "s.db-shm", "s.db.lock"}) {
    EXPECT_EQ(ModeOf(folder_.File(name)), 0600U) << name;
  }
}

TEST_F(OpenStorageTest, SaysWhoHasTheDatabase) {
  Open(File());

  const Error error = Refused(File());

  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.reason, "DATABASE_IN_USE");
  EXPECT_NE(
      error.message.find("process " + std::to_string(::getpid()) + " since 2026-01-01T00:00:00Z"),
      std::string::npos)
      << error.message;
}

TEST_F(OpenStorageTest, SeesThroughALinkThatTheDatabaseIsInUse) {
  Open(File());
  std::filesystem::create_symlink(folder_.File("s.db"), folder_.File("link.db"));

  EXPECT_EQ(Refused({.path = folder_.File("link.db"), .inline_mode = true}).reason,
            "DATABASE_IN_USE");
}

TEST_F(OpenStorageTest, OpensAfterTheOtherServerHasEnded) {
  Open(File());
  storage_.reset();

  Open(File());

  EXPECT_NE(storage_, nullptr);
}

TEST_F(OpenStorageTest, LogsWhichSqliteItRunsOn) {
  testing::KeptLog log;

  const auto opened = OpenStorage(File(), executor_, clock_, &log);

  ASSERT_TRUE(opened);
  EXPECT_NE(log.text().find(std::string("sqlite=") + sqlite3_libversion()), std::string::npos)
      << log.text();
}

TEST_F(OpenStorageTest, MakesAScratchOfItsOwn) {
  for (const bool is_inline : {true, false}) {
    Open({.path = folder_.File(is_inline ? "1.db" : "2.db"), .inline_mode = is_inline});
    ASSERT_TRUE(Worked(
        Write([](ports::Tx& tx) { return tx.merchants().Put("acme", MakeMerchant("acme")); })));

    Result<std::unique_ptr<ports::Storage>> scratch = storage_->MakeScratch();

    ASSERT_TRUE(scratch) << scratch.error().message;
    std::optional<Status> written;
    (*scratch)->Submit(
        [](ports::Tx& tx) -> Status {
          EXPECT_FALSE(tx.merchants().Get("acme"));
          return tx.merchants().Put("tried", MakeMerchant("tried"));
        },
        [&](Status status) { written = std::move(status); });
    ASSERT_TRUE(executor_.RunUntil([&] { return written.has_value(); }));
    EXPECT_TRUE(Worked(*written));
    EXPECT_TRUE(Worked((*scratch)->Read([](const ports::ReadTx& tx) -> Status {
      SB_CHECK(tx.merchants().Get("tried"));
      return Ok();
    })));
    EXPECT_TRUE(ErrorOf([](const ports::ReadTx& tx) { return tx.merchants().Get("tried"); }));
  }
}

TEST_F(OpenStorageTest, WorksWithoutALog) {
  EXPECT_TRUE(OpenStorage(File(), executor_, clock_, nullptr));
}

TEST_F(OpenStorageTest, NamesTheFolderThatDoesNotExist) {
  const Error error = Refused({.path = folder_.File("none/s.db")});

  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.reason, "DATABASE_FOLDER");
  EXPECT_NE(error.message.find(folder_.File("none")), std::string::npos);
}

TEST_F(OpenStorageTest, RefusesAFolderAsDatabase) {
  EXPECT_EQ(Refused({.path = folder_.path()}).reason, "DATABASE_FORMAT");
}

TEST_F(OpenStorageTest, RefusesAFileThatIsNoDatabase) {
  std::ofstream(folder_.File("s.db")) << std::string(4096, 'x');

  const Error error = Refused(File());

  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.reason, "DATABASE_FORMAT");
  EXPECT_NE(error.message.find(folder_.File("s.db")), std::string::npos);
}

TEST_F(OpenStorageTest, RefusesADatabaseThatItMayNotWrite) {
  Open(File());
  storage_.reset();
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
  ASSERT_EQ(::chmod(folder_.File("s.db").c_str(), 0444), 0);
  std::filesystem::remove(folder_.File("s.db.lock"));

  const AsNobody nobody;
  const Error error = Refused(File());

  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.reason, "DATABASE_READ_ONLY");
  EXPECT_NE(error.message.find(folder_.File("s.db")), std::string::npos);
}

TEST_F(OpenStorageTest, RefusesAFolderThatItMayNotWrite) {
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0555), 0);

  const AsNobody nobody;
  const Error error = Refused(File());

  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.reason, "DATABASE_FOLDER");
}

TEST_F(OpenStorageTest, RefusesADatabaseOfANewerServerAndLeavesItAlone) {
  Open(File());
  storage_.reset();
  Tamper("INSERT INTO schema_version VALUES(999, 'x', 0)");

  const Error error = Refused(File());

  EXPECT_EQ(error.reason, "DATABASE_NEWER");
  EXPECT_NE(error.message.find("999"), std::string::npos);
}

TEST_F(OpenStorageTest, RefusesADatabaseWhoseSchemaWasMadeByOtherSteps) {
  Open(File());
  storage_.reset();
  Tamper("UPDATE schema_version SET checksum = 'x' WHERE version = 1");

  EXPECT_EQ(Refused(File()).reason, "DATABASE_MIGRATION_CHANGED");
}

// The log of a schema step may be as large as the database: no work has to wait while it is copied.
TEST_F(OpenStorageTest, CopiesALongSchemaStepBeforeItServes) {
  constexpr std::uintmax_t kTables = 40'000;
  const auto bytes_at = [&](int wal_pages_max) {
    const std::string path = folder_.File(std::to_string(wal_pages_max) + ".db");
    Open({.path = path, .inline_mode = true, .wal_pages_max = wal_pages_max});
    return std::filesystem::file_size(path);
  };

  EXPECT_GT(bytes_at(1), kTables);
  EXPECT_LT(bytes_at(1'000'000), kTables);
}

TEST_F(OpenStorageTest, RefusesOptionsOutOfBounds) {
  const std::vector<StorageOptions> wrong{
      {.path = ""},
      {.path = ":memory:", .readers = 0},
      {.path = ":memory:", .readers = 65},
      {.path = ":memory:", .queue_max = 0},
      {.path = ":memory:", .wal_pages_max = 0},
  };

  for (const StorageOptions& options : wrong) {
    EXPECT_EQ(Refused(options).code, Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace storebridge::storage
