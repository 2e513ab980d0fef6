#include "adapters/storage/work_tables.h"

#include "adapters/storage/documents.h"

namespace storebridge::storage {
namespace {

using ports::OutboxRow;
using ports::StoreKey;

int NumberOf(OutboxRow::State state) {
  switch (state) {
    case OutboxRow::State::kWaiting:
      return 0;
    case OutboxRow::State::kSending:
      return 1;
    case OutboxRow::State::kDone:
      return 2;
    case OutboxRow::State::kRefused:
      return 3;
  }
  return -1;
}

OutboxRow::State StateOf(std::int64_t number) {
  for (const OutboxRow::State state :
       {OutboxRow::State::kWaiting, OutboxRow::State::kSending, OutboxRow::State::kDone}) {
    if (number == NumberOf(state)) {
      return state;
    }
  }
  // The table holds no other numbers.
  return OutboxRow::State::kRefused;
}

OutboxRow ReadOutboxRow(const Query& row) {
  return OutboxRow{
      .shipment = std::string(row.Text(0)),
      .store = {.merchant = std::string(row.Text(1)), .store = std::string(row.Text(2))},
      .order = std::string(row.Text(3)),
      .state = StateOf(row.Int(4)),
      .attempts = static_cast<int>(row.Int(5)),
      .due_ms = row.Int(6),
      .sending_ms = row.Int(7),
      .last_error = std::string(row.Text(8)),
      .failures = static_cast<int>(row.Int(9)),
      .settled_ms = row.Int(10)};
}

}  // namespace

Result<OutboxRow> OutboxTables::Get(std::string_view merchant, std::string_view shipment) const {
  Query query(db_, Sql::kOutboxGet, merchant, shipment);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    const std::string name = domain::ShipmentName(merchant, shipment);
    return Error{.code = Code::kNotFound,
                 .reason = "SHIPMENT_NOT_FOUND",
                 .message = fmt::format("'{}' does not exist", name),
                 .facts = {{"name", name}}};
  }
  return ReadOutboxRow(query);
}

Result<std::vector<OutboxRow>> OutboxTables::Due(const StoreKey& store,
                                                 std::int64_t now_ms,
                                                 int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_, Sql::kOutboxDue, store.merchant, store.store, now_ms, limit);
  return GetRows(query, ReadOutboxRow);
}

Result<std::optional<std::int64_t>> OutboxTables::NextDueMs(const StoreKey& store) const {
  Query query(db_, Sql::kOutboxNextDue, store.merchant, store.store);
  SB_TRY(const bool found, query.Step());
  return found ? std::optional(query.Int(0)) : std::nullopt;
}

Status OutboxTables::Put(const OutboxRow& row) {
  return Query(db_,
               Sql::kOutboxPut,
               row.shipment,
               row.store.merchant,
               row.store.store,
               row.order,
               NumberOf(row.state),
               row.attempts,
               row.due_ms,
               row.sending_ms,
               row.last_error,
               row.failures,
               row.settled_ms)
      .Run();
}

Result<v1::SyncRun> SyncRunTables::Get(const StoreKey& store, std::string_view run) const {
  Query query(db_, Sql::kRunGet, store.merchant, store.store, run);
  return GetDocument<v1::SyncRun>(query, "SYNC_RUN_NOT_FOUND", domain::SyncRunName(store, run));
}

Result<std::vector<v1::SyncRun>> SyncRunTables::List(const StoreKey& store,
                                                     std::string_view after,
                                                     int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(
      db_, Sql::kRunList, store.merchant, store.store, after.empty() ? kAfterAll : after, limit);
  return GetDocuments<v1::SyncRun>(query);
}

Result<std::vector<v1::SyncRun>> SyncRunTables::Running(int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_, Sql::kRunRunning, limit);
  return GetDocuments<v1::SyncRun>(query);
}

Status SyncRunTables::Put(const StoreKey& store, const v1::SyncRun& run) {
  SB_TRY(const domain::SyncRunKey name, domain::ParseSyncRunName(run.name()));
  SB_CHECK(CheckMerchant(store.merchant, name.store.merchant, run.name()));
  const std::string doc = ToDocument(run);
  const int is_running = run.state() == v1::SyncRun::STATE_RUNNING ? 1 : 0;
  SB_CHECK(
      Query(db_, Sql::kRunPut, store.merchant, store.store, name.run, is_running, Blob{doc}).Run());
  return Query(db_, Sql::kRunPrune, store.merchant, store.store, kRunsMax).Run();
}

}  // namespace storebridge::storage
