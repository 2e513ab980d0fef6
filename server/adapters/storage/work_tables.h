#pragma once

#include "adapters/storage/connection.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class OutboxTables final : public ports::OutboxRepository {
 public:
  explicit OutboxTables(Connection& db) : db_(db) {}

  Result<ports::OutboxRow> Get(std::string_view merchant, std::string_view shipment) const override;
  // By (due_ms, shipment).
  Result<std::vector<ports::OutboxRow>> Due(const ports::StoreKey& store,
                                            std::int64_t now_ms,
                                            int limit) const override;
  Result<std::optional<std::int64_t>> NextDueMs(const ports::StoreKey& store) const override;
  Status Put(const ports::OutboxRow& row) override;

 private:
  Connection& db_;
};

class SyncRunTables final : public ports::SyncRunRepository {
 public:
  // Runs that are kept of one store.
  static constexpr int kRunsMax = 200;

  explicit SyncRunTables(Connection& db) : db_(db) {}

  Result<v1::SyncRun> Get(const ports::StoreKey& store, std::string_view run) const override;
  Result<std::vector<v1::SyncRun>> List(const ports::StoreKey& store,
                                        std::string_view after,
                                        int limit) const override;
  Result<std::vector<v1::SyncRun>> Running(int limit) const override;
  Status Put(const ports::StoreKey& store, const v1::SyncRun& run) override;

 private:
  Connection& db_;
};

}  // namespace storebridge::storage
