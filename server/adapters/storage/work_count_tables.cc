#include "adapters/storage/work_count_tables.h"

#include <string>

namespace storebridge::storage {
namespace {

// Calls `take` for each row of the answer.
template <typename Take>
Status EachRow(Query& query, const Take& take) {
  while (true) {
    SB_TRY(const bool found, query.Step());
    if (!found) {
      return Ok();
    }
    take();
  }
}

Status CountOrders(Connection& db, ports::WorkCounts& counts) {
  Query query(db, Sql::kOrderCountOpen);
  return EachRow(
      query, [&] { counts.open_orders[static_cast<v1::OrderState>(query.Int(0))] = query.Int(1); });
}

Status CountIssues(Connection& db, ports::WorkCounts& counts) {
  Query query(db, Sql::kIssueCountOpen);
  return EachRow(query, [&] { counts.open_issues[std::string(query.Text(0))] = query.Int(1); });
}

Status CountShipments(Connection& db, ports::WorkCounts& counts) {
  Query query(db, Sql::kOutboxCountWaiting);
  SB_CHECK(query.Step());
  counts.waiting_shipments = query.Int(0);
  counts.failing_shipments = query.Int(1);
  return Ok();
}

}  // namespace

Result<ports::WorkCounts> WorkCountTables::Count() const {
  ports::WorkCounts counts;
  SB_CHECK(CountOrders(db_, counts));
  SB_CHECK(CountIssues(db_, counts));
  SB_CHECK(CountShipments(db_, counts));
  Query listings(db_, Sql::kListingCountDirty);
  SB_CHECK(listings.Step());
  counts.waiting_listings = listings.Int(0);
  return counts;
}

}  // namespace storebridge::storage
