#include "adapters/storage/migrations.h"

#include <array>
#include <fstream>
#include <memory>
#include <span>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "adapters/storage/connection.h"
#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

constexpr Migration kFirst{.version = 1, .sql = "CREATE TABLE a(x INTEGER)"};
constexpr Migration kSecond{.version = 2,
                            .sql = "CREATE TABLE b(x INTEGER); INSERT INTO b VALUES(1)"};
constexpr std::int64_t kNowMs = 5;

class MigrationsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(path_).close();
    auto opened = Connection::Open({.path = path_, .vfs = {}}, ConnectionUse::kWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    db_ = std::move(*opened);
  }

  std::int64_t Ask(std::string_view sql) { return db_->AskNumber(sql).value(); }

  TempFolder folder_;
  std::string path_ = folder_.File("m.db");
  std::unique_ptr<Connection> db_;
};

TEST_F(MigrationsTest, TakeEachStepOnce) {
  const std::array first{kFirst};
  const std::array both{kFirst, kSecond};

  EXPECT_EQ(Migrate(*db_, first, kNowMs).value(), 1);
  EXPECT_EQ(Migrate(*db_, both, kNowMs).value(), 1);
  EXPECT_EQ(Migrate(*db_, both, kNowMs).value(), 0);

  EXPECT_EQ(Ask("SELECT count(*) FROM b"), 1);
  EXPECT_EQ(Ask("SELECT max(version) FROM schema_version"), 2);
  EXPECT_EQ(Ask("SELECT applied_ms FROM schema_version WHERE version = 1"), kNowMs);
}

TEST_F(MigrationsTest, SayBeforehandThatADatabaseInUseIsChanged) {
  const std::array first{kFirst};
  const std::array both{kFirst, kSecond};
  testing::KeptLog log;

  EXPECT_TRUE(Migrate(*db_, first, kNowMs, &log));
  EXPECT_EQ(log.text(), "");

  EXPECT_TRUE(Migrate(*db_, both, kNowMs, &log));
  EXPECT_TRUE(log.text().ends_with("path=" + path_ + " schema_version=1 wanted=2\n")) << log.text();

  const std::string said = log.text();
  EXPECT_TRUE(Migrate(*db_, both, kNowMs, &log));
  EXPECT_EQ(log.text(), said);
}

TEST_F(MigrationsTest, UndoAStepThatFailsHalfWay) {
  const std::array broken{
      kFirst,
      Migration{.version = 2, .sql = "CREATE TABLE b(x INTEGER); CREATE TABLE b(x INTEGER)"}};
  const std::array both{kFirst, kSecond};

  const Result<int> failed = Migrate(*db_, broken, kNowMs);

  ASSERT_FALSE(failed);
  EXPECT_EQ(Ask("SELECT max(version) FROM schema_version"), 1);
  EXPECT_EQ(Ask("SELECT count(*) FROM sqlite_master WHERE name = 'b'"), 0);
  EXPECT_EQ(Migrate(*db_, both, kNowMs).value(), 1);
}

TEST_F(MigrationsTest, RefuseADatabaseOfANewerVersion) {
  const std::array both{kFirst, kSecond};
  const std::array first{kFirst};
  ASSERT_TRUE(Migrate(*db_, both, kNowMs));

  const Result<int> result = Migrate(*db_, first, kNowMs);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(result.error().reason, "DATABASE_NEWER");
  EXPECT_NE(result.error().message.find("version 2"), std::string::npos);
  EXPECT_NE(result.error().message.find(path_), std::string::npos);
}

TEST_F(MigrationsTest, RefuseAStepWhoseTextChanged) {
  const std::array first{kFirst};
  const std::array changed{Migration{.version = 1, .sql = "CREATE TABLE a(y INTEGER)"}};
  ASSERT_TRUE(Migrate(*db_, first, kNowMs));

  const Result<int> result = Migrate(*db_, changed, kNowMs);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(result.error().reason, "DATABASE_MIGRATION_CHANGED");
}

TEST_F(MigrationsTest, RefuseTheDatabaseOfAnotherProgram) {
  const std::array first{kFirst};
  ASSERT_TRUE(db_->RunScript("CREATE TABLE theirs(x INTEGER)"));

  const Result<int> result = Migrate(*db_, first, kNowMs);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().reason, "DATABASE_FORMAT");
  EXPECT_EQ(Ask("SELECT count(*) FROM sqlite_master"), 1);
}

TEST_F(MigrationsTest, OfTheServerAreNumberedFromOneAndTheirTextsDoNotChange) {
  int version = 0;
  for (const Migration& migration : Migrations()) {
    EXPECT_EQ(migration.version, ++version);
  }

  EXPECT_EQ(MigrationChecksum(""), "cbf29ce484222325");
  EXPECT_EQ(MigrationChecksum("a"), "af63dc4c8601ec8c");
}

// Values of a wrong kind are refused by the table, whoever writes them.
TEST_F(MigrationsTest, TablesRefuseAWrongKindOfValue) {
  ASSERT_TRUE(Migrate(*db_, Migrations(), kNowMs));

  EXPECT_TRUE(db_->RunScript("INSERT INTO merchant VALUES('a', x'00')"));
  EXPECT_FALSE(db_->RunScript("INSERT INTO merchant VALUES('b', 'text')"));
  EXPECT_FALSE(db_->RunScript("INSERT INTO merchant VALUES(x'00', x'00')"));
  EXPECT_FALSE(db_->RunScript("INSERT INTO change_head VALUES('a', 'many')"));
  EXPECT_FALSE(db_->RunScript("INSERT INTO change_log VALUES('a', 1, 1, 5.5, 1.5)"));
}

// One step past what a number may be.
TEST_F(MigrationsTest, TablesRefuseANumberThatMeansNothing) {
  ASSERT_TRUE(Migrate(*db_, Migrations(), kNowMs));
  const auto takes_total = [&](int kind, int quantity) {
    return db_
        ->RunScript(fmt::format(
            "INSERT OR REPLACE INTO claim_total VALUES('a', 'p', 's', {}, {})", kind, quantity))
        .has_value();
  };
  const auto takes_outbox = [&](int state) {
    return db_
        ->RunScript(fmt::format("INSERT OR REPLACE INTO outbox(merchant_id, shipment_id, store_id, "
                                "order_id, state, attempts, failures, due_ms, sending_ms, "
                                "settled_ms, last_error) "
                                "VALUES('a', 'h', 's', 'o', {}, 0, 0, 0, 0, 0, '')",
                                state))
        .has_value();
  };
  const auto takes_listing = [&](int attempt_open, int stock_dirty) {
    return db_
        ->RunScript(fmt::format("INSERT OR REPLACE INTO listing VALUES('a', 's', 'e', '', 'p', 0, "
                                "NULL, 0, NULL, 0, {}, 0, 0, {}, '', 0)",
                                attempt_open,
                                stock_dirty))
        .has_value();
  };

  EXPECT_TRUE(takes_total(0, 0) && takes_total(2, 5));
  EXPECT_FALSE(takes_total(-1, 1) || takes_total(3, 1) || takes_total(1, -1));
  EXPECT_TRUE(takes_outbox(0) && takes_outbox(3));
  EXPECT_FALSE(takes_outbox(-1) || takes_outbox(4));
  EXPECT_TRUE(takes_listing(0, 0) && takes_listing(1, 1));
  EXPECT_FALSE(takes_listing(2, 0) || takes_listing(-1, 0));
  EXPECT_FALSE(takes_listing(0, 2) || takes_listing(0, -1));
}

TEST_F(MigrationsTest, PutTheClaimsOfAnOrderIntoItsRow) {
  const std::span<const Migration> all = Migrations();
  ASSERT_TRUE(Migrate(*db_, all.first(3), kNowMs));
  ASSERT_TRUE(db_->RunScript(
      "INSERT INTO orders VALUES('a', 'o1', 's', '1', '1', 3, 0, 0, '', 0, x'00'),"
      "('a', 'o2', 's', '2', '2', 3, 0, 0, '', 0, x'00');"
      "INSERT INTO claim VALUES('a', 'o1', 1, 'p2', 's', 2, 7), ('a', 'o1', 0, 'p9', 's', 1, 12),"
      "('b', 'o2', 0, 'p1', 's', 1, 1);"
      "INSERT INTO claim_total VALUES('a', 'p9', 's', 1, 12), ('a', 'p2', 's', 2, 9);"
      "INSERT INTO outbox VALUES('a', 'h1', 's', 'o1', 1, 2, 3, 4, 'slow', 5, 6)"));

  ASSERT_TRUE(Migrate(*db_, all, kNowMs));

  EXPECT_EQ(Ask("SELECT count(*) FROM orders WHERE order_id = 'o1' AND "
                "claims = 'p9:1:12 p2:2:7'"),
            1);
  EXPECT_EQ(Ask("SELECT count(*) FROM orders WHERE order_id = 'o2' AND claims = ''"), 1);
  EXPECT_EQ(Ask("SELECT count(*) FROM sqlite_master WHERE name = 'claim'"), 0);
  // They are counted anew.
  EXPECT_EQ(Ask("SELECT quantity FROM claim_total WHERE product_id = 'p2'"), 7);
  EXPECT_EQ(Ask("SELECT count(*) FROM claim_total"), 2);
  EXPECT_EQ(Ask("SELECT count(*) FROM outbox WHERE shipment_id = 'h1' AND state = 1 AND "
                "attempts = 2 AND due_ms = 3 AND sending_ms = 4 AND last_error = 'slow' AND "
                "failures = 5 AND settled_ms = 6"),
            1);
}

// Each column has a value of its own, so that one in the place of another is seen.
TEST_F(MigrationsTest, KeepEveryRowWhenTablesBecomeStrict) {
  struct Row {
    std::string_view table;
    std::string_view columns;
    std::string_view values;
  };
  constexpr std::array kRows = {
      Row{"merchant", "merchant_id, doc", "'a', x'01'"},
      Row{"store", "merchant_id, store_id, doc", "'a', 's', x'01'"},
      Row{"flow_state",
          "merchant_id, store_id, flow, cursor, full_ms, health",
          "'a', 's', 1, x'02', 3, x'04'"},
      Row{"secret", "merchant_id, store_id, name, sealed", "'a', 's', 'n', x'01'"},
      Row{"product", "merchant_id, product_id, product_code, doc", "'a', 'p', 'c', x'01'"},
      Row{"listing",
          "merchant_id, store_id, external_id, external_parent_id, product_id, content_hash, "
          "known_quantity, known_ms, stock_dirty, stock_error, stock_retry_ms, attempt_quantity, "
          "attempt_ms, attempt_open, accept_ms, confirm_ms",
          "'a', 's', 'e', 'f', 'p', 2, 3, 4, 1, 'g', 5, 6, 7, 0, 8, 9"},
      Row{"stock", "merchant_id, product_id, on_hand, version, update_ms", "'a', 'p', 1, 2, 3"},
      Row{"stock_entry",
          "merchant_id, product_id, number, delta, on_hand, reason, time_ms",
          "'a', 'p', 1, 2, 3, 'r', 4"},
      Row{"claim_total",
          "merchant_id, product_id, store_id, kind, quantity",
          "'a', 'p', 's', 1, 2"},
      Row{"orders",
          "merchant_id, order_id, store_id, external_id, order_number, state, create_ns, "
          "content_hash, mark, store_modified_ms, doc, claims",
          "'a', 'o', 's', 'e', 'n', 1, 2, 3, 'm', 4, x'05', 'c'"},
      Row{"outbox",
          "merchant_id, shipment_id, store_id, order_id, state, attempts, due_ms, sending_ms, "
          "last_error, failures, settled_ms",
          "'a', 'h', 's', 'o', 1, 2, 3, 4, 'l', 5, 6"},
      Row{"issue",
          "merchant_id, issue_id, store_id, record_type, record_key, reason, state, update_ms, doc",
          "'a', 'i', 's', 1, 'k', 'r', 2, 3, x'04'"},
      Row{"sync_run", "merchant_id, store_id, run_id, doc", "'a', 's', 'r', x'01'"},
      Row{"change_head", "merchant_id, last_seq", "'a', 1"},
      Row{"change_log", "merchant_id, seq, type, resource, time_ms", "'a', 1, 2, 'r', 3"},
      Row{"request",
          "merchant_id, request_id, request_hash, answer, time_ms",
          "'a', 'q', 1, x'02', 3"},
  };
  const std::span<const Migration> all = Migrations();
  ASSERT_TRUE(Migrate(*db_, all.first(5), kNowMs));
  for (const Row& row : kRows) {
    ASSERT_TRUE(db_->RunScript(
        fmt::format("INSERT INTO {}({}) VALUES({})", row.table, row.columns, row.values)));
  }
  ASSERT_TRUE(db_->RunScript(
      "INSERT INTO stock VALUES('a', 'unknown', NULL, 0, 0);"
      "INSERT INTO listing(merchant_id, store_id, external_id, external_parent_id, product_id, "
      "content_hash, known_quantity, known_ms, stock_dirty, stock_error, stock_retry_ms) "
      "VALUES('a', 's', 'unknown', '', 'p', 0, NULL, 0, 0, '', 0)"));

  ASSERT_TRUE(Migrate(*db_, all, kNowMs));

  for (const Row& row : kRows) {
    EXPECT_EQ(Ask(fmt::format(
                  "SELECT count(*) FROM {} WHERE ({}) = ({})", row.table, row.columns, row.values)),
              1)
        << row.table;
  }
  // Nothing known is not 0.
  EXPECT_EQ(Ask("SELECT count(*) FROM stock WHERE product_id = 'unknown' AND on_hand IS NULL"), 1);
  EXPECT_EQ(Ask("SELECT count(*) FROM listing WHERE external_id = 'unknown' AND "
                "known_quantity IS NULL AND attempt_quantity IS NULL"),
            1);
  // All tables but that of the versions.
  EXPECT_EQ(Ask("SELECT count(*) FROM sqlite_master WHERE type = 'table'"),
            static_cast<std::int64_t>(kRows.size()) + 1);
}

TEST_F(MigrationsTest, LeaveNoTableThatIsNotStrict) {
  ASSERT_TRUE(Migrate(*db_, Migrations(), kNowMs));
  // Those with a document, whose index entries stay small with a rowid.
  EXPECT_EQ(Ask("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 1 "
                "AND wr = 0 AND name NOT IN ('merchant', 'store', 'product', 'orders', 'issue', "
                "'request')"),
            0);

  EXPECT_EQ(Ask("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 0 "
                "AND name NOT IN ('schema_version', 'sqlite_schema', 'sqlite_temp_schema')"),
            0);
}

}  // namespace
}  // namespace storebridge::storage
