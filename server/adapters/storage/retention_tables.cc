#include "adapters/storage/retention_tables.h"

#include <utility>
#include <vector>

#include "adapters/storage/documents.h"

namespace storebridge::storage {
namespace {

// The conditions of the indexes of what is over, and of the statements that use them, are written
// in this number.
static_assert(v1::Issue::STATE_RESOLVED == 2);

}  // namespace

Result<ports::Forgotten> RetentionTables::Forget(ports::Kept kind,
                                                 std::int64_t before_ms,
                                                 std::string_view after,
                                                 int limit) {
  SB_CHECK(CheckLimit(limit));
  switch (kind) {
    case ports::Kept::kSentShipments:
      return ForgetBy(Sql::kOutboxForget, before_ms, limit);
    case ports::Kept::kResolvedIssues:
      return ForgetBy(Sql::kIssueForget, before_ms, limit);
    case ports::Kept::kStockEntries:
      return ForgetBy(Sql::kStockEntryForget, before_ms, limit);
    case ports::Kept::kChanges:
      return ForgetChanges(before_ms, after, limit);
    case ports::Kept::kAnswers:
      return ForgetBy(Sql::kRequestForget, before_ms, limit);
  }
  return ports::Forgotten{};
}

Result<ports::Forgotten> RetentionTables::ForgetBy(Sql sql, std::int64_t before_ms, int limit) {
  const std::int64_t changes = db_.changes();
  SB_CHECK(Query(db_, sql, before_ms, limit).Run());
  const std::int64_t rows = db_.changes() - changes;
  return ports::Forgotten{.rows = rows, .more = rows == limit, .last = {}};
}

Result<ports::Forgotten> RetentionTables::ForgetChanges(std::int64_t before_ms,
                                                        std::string_view after,
                                                        int limit) {
  ports::Forgotten forgotten;
  {
    Query next(db_, Sql::kChangeNextMerchant, after);
    SB_TRY(const bool found, next.Step());
    if (!found) {
      return forgotten;
    }
    forgotten.last = next.Text(0);
    forgotten.more = true;
  }
  std::int64_t last_old = 0;
  {
    Query oldest(db_, Sql::kChangeOldest, forgotten.last, limit);
    SB_TRY(bool has_row, oldest.Step());
    while (has_row && oldest.Int(1) < before_ms) {
      last_old = oldest.Int(0);
      ++forgotten.rows;
      SB_TRY(has_row, oldest.Step());
    }
  }
  if (forgotten.rows > 0) {
    SB_CHECK(Query(db_, Sql::kChangeForget, forgotten.last, last_old).Run());
  }
  if (forgotten.rows == limit) {
    // The same merchant may have more.
    forgotten.last = after;
  }
  return forgotten;
}

}  // namespace storebridge::storage
