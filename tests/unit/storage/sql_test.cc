#include "adapters/storage/sql.h"

#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "adapters/storage/connection.h"
#include "adapters/storage/migrations.h"
#include "storage_fixture.h"

namespace storebridge::storage {
namespace {

TEST(SqlParametersTest, AreRewrittenForSqliteByNumber) {
  EXPECT_EQ(ToSqliteParameters("SELECT $2, $1 WHERE x = $12"), "SELECT ?2, ?1 WHERE x = ?12");
}

TEST(SqlParametersTest, AreLeftAloneInsideTextAndWithoutANumber) {
  EXPECT_EQ(ToSqliteParameters("SELECT '$1', $name, $0, $"), "SELECT '$1', $name, $0, $");
}

// The bookkeeping of transactions has no plan.
bool HasPlan(Sql sql) {
  return sql > Sql::kRollbackTo;
}

class QueryPlanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string path = folder_.File("plans.db");
    std::ofstream(path).close();
    auto opened = Connection::Open({.path = path, .vfs = {}}, ConnectionUse::kWrite);
    ASSERT_TRUE(opened) << opened.error().message;
    connection_ = std::move(*opened);
    ASSERT_TRUE(Migrate(*connection_, Migrations(), 0));
    ASSERT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK);
  }
  ~QueryPlanTest() override { sqlite3_close(db_); }

  // The plan, one step per line.
  std::string PlanOf(Sql sql) { return Explained("EXPLAIN QUERY PLAN ", sql, 3); }
  // The names of the steps that SQLite takes, one per line.
  std::string StepsOf(Sql sql) { return Explained("EXPLAIN ", sql, 1); }

  std::string Explained(const std::string& how, Sql sql, int column) {
    const std::string text = how + ToSqliteParameters(TextOf(sql).text);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_, text.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db_);
    std::string plan;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      plan += reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      plan += '\n';
    }
    sqlite3_finalize(statement);
    return plan;
  }

  TempFolder folder_;
  std::unique_ptr<Connection> connection_;
  sqlite3* db_ = nullptr;
};

// These look at each row of an index of what is open, and no other.
const std::map<Sql, std::string_view>& Counts() {
  static const std::map<Sql, std::string_view> counts{
      {Sql::kListingCountDirty, "SCAN listing USING INDEX listing_dirty_due"},
      {Sql::kOutboxCountWaiting, "SCAN outbox USING INDEX outbox_due"},
      {Sql::kIssueCountOpen, "SCAN issue USING INDEX issue_open_of_all"}};
  return counts;
}

TEST_F(QueryPlanTest, NoStatementScansATable) {
  for (const SqlText& sql : SqlTexts()) {
    if (HasPlan(sql.id) && !Counts().contains(sql.id)) {
      EXPECT_EQ(PlanOf(sql.id).find("SCAN"), std::string::npos)
          << sql.name << ": " << PlanOf(sql.id);
    }
  }
}

TEST_F(QueryPlanTest, CountsReadTheIndexOfWhatTheyCount) {
  for (const auto& [sql, index] : Counts()) {
    EXPECT_NE(PlanOf(sql).find(index), std::string::npos)
        << TextOf(sql).name << ": " << PlanOf(sql);
  }
  EXPECT_NE(PlanOf(Sql::kOrderCountOpen).find("COVERING INDEX orders_of_all (state<?)"),
            std::string::npos)
      << PlanOf(Sql::kOrderCountOpen);
}

// Few rows, not worth an index that every order pays for: one number in all merchants, the
// shipments of a store that wait, and the reasons of open issues.
bool MaySort(Sql sql) {
  return sql == Sql::kOrderPageAllByNumber || sql == Sql::kOutboxDue || sql == Sql::kIssueCountOpen;
}

TEST_F(QueryPlanTest, NoListIsSortedAfterwards) {
  for (const SqlText& sql : SqlTexts()) {
    if (HasPlan(sql.id) && !MaySort(sql.id)) {
      EXPECT_EQ(PlanOf(sql.id).find("TEMP B-TREE"), std::string::npos)
          << sql.name << ": " << PlanOf(sql.id);
    }
  }
}

// A list of three or more in a CHECK, or in the condition of an index, is built as a table for each
// row that is written.
TEST_F(QueryPlanTest, NoRowIsCheckedAgainstAListThatIsBuiltForIt) {
  int rows = 0;
  for (const SqlText& sql : SqlTexts()) {
    const bool writes_a_row =
        (sql.text.find("VALUES(") != std::string_view::npos || sql.text.starts_with("UPDATE")) &&
        sql.text.find("RETURNING") == std::string_view::npos;
    if (writes_a_row) {
      ++rows;
      EXPECT_EQ(StepsOf(sql.id).find("OpenEphemeral"), std::string::npos) << sql.name;
    }
  }
  EXPECT_GT(rows, 10);
}

// A search by the first columns of a wrong index reads all rows of a merchant or a store.
TEST_F(QueryPlanTest, ListsUseTheIndexThatWasMadeForThem) {
  const std::map<Sql, std::string_view> wanted{
      {Sql::kListingsOfProduct, "listing_by_product (merchant_id=? AND product_id=?)"},
      {Sql::kListingIdsOfStore, "PRIMARY KEY (merchant_id=? AND store_id=? AND external_id>?)"},
      {Sql::kListingsDirty,
       "listing_dirty_due (merchant_id=? AND store_id=? AND stock_retry_ms<?)"},
      {Sql::kListingNextDirty, "listing_dirty_due (merchant_id=? AND store_id=?)"},
      {Sql::kOrderByNumber, "orders_by_number (order_number=? AND merchant_id=?)"},
      {Sql::kOrderNextStore, "orders_of_store (merchant_id=? AND store_id>?)"},
      {Sql::kOrderPageOfStore,
       "orders_of_store (merchant_id=? AND store_id=? AND state=? AND create_ns>? AND "
       "(create_ns,order_id)<(?,?))"},
      {Sql::kOrderPageAll,
       "orders_of_all (state=? AND create_ns>? AND (create_ns,order_id,merchant_id)<(?,?,?))"},
      {Sql::kOrderPageByNumber,
       "orders_by_number (order_number=? AND merchant_id=? AND create_ns>? AND "
       "(create_ns,order_id)<(?,?))"},
      {Sql::kOrderPageAllByNumber, "orders_by_number (order_number=?)"},
      {Sql::kOrderOldest,
       "orders_of_store (merchant_id=? AND store_id=? AND state=? AND (create_ns,order_id)>(?,?))"},
      {Sql::kOrderOpenHeads,
       "orders_of_store (merchant_id=? AND store_id=? AND state=? AND (create_ns,order_id)>(?,?))"},
      {Sql::kOutboxDue, "outbox_due (merchant_id=? AND store_id=? AND due_ms<?)"},
      {Sql::kOutboxNextDue, "outbox_due (merchant_id=? AND store_id=?)"},
      {Sql::kIssueOpenOf,
       "issue_open_of_record (merchant_id=? AND store_id=? AND record_type=? AND record_key=?)"},
      {Sql::kIssueAnyOpen, "issue_open_of_record (merchant_id=? AND store_id=? AND record_type=?)"},
      {Sql::kIssueListAll, "issue_of_all ((issue_id,merchant_id)<(?,?))"},
      {Sql::kIssueListOpenOf, "issue_open (merchant_id=? AND issue_id<?)"},
      {Sql::kIssueListOpenAll, "issue_open_of_all ((issue_id,merchant_id)<(?,?))"},
      {Sql::kIssueOpenKeys,
       "issue_open_of_record (merchant_id=? AND store_id=? AND record_type=?)"},
      {Sql::kIssueForget, "issue_resolved (update_ms<?)"},
      {Sql::kOutboxForget, "outbox_done (sending_ms<?)"},
      {Sql::kStockEntryList, "PRIMARY KEY (merchant_id=? AND product_id=? AND number<?)"},
      {Sql::kStockEntryForget, "stock_entry_by_time (time_ms<?)"},
      {Sql::kRequestForget, "request_by_time (time_ms<?)"},
  };

  for (const auto& [sql, index] : wanted) {
    EXPECT_NE(PlanOf(sql).find(index), std::string::npos)
        << TextOf(sql).name << ": " << PlanOf(sql);
  }
}

}  // namespace
}  // namespace storebridge::storage
