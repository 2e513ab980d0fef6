#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "adapters/storage/connection.h"
#include "core/result.h"
#include "ports/log.h"

namespace storebridge::storage {

// One step of the schema: SQL statements that are run in one transaction, once, and never change
// afterwards.
struct Migration {
  int version = 0;
  std::string_view sql;
};

// All steps, from 1 on without gaps.
std::span<const Migration> Migrations();

// What is kept of the text of a migration, to see that it did not change.
std::string MigrationChecksum(std::string_view sql);

// Takes the steps that the database has not taken. Gives how many. kFailedPrecondition: the
// database was made by a newer version (DATABASE_NEWER), by other steps
// (DATABASE_MIGRATION_CHANGED) or by another program (DATABASE_FORMAT). `log`, unless it is null,
// is told before a database that is in use is changed.
Result<int> Migrate(Connection& db,
                    std::span<const Migration> migrations,
                    std::int64_t now_ms,
                    ports::Log* log = nullptr);

}  // namespace storebridge::storage
