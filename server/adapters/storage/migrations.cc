#include "adapters/storage/migrations.h"

#include <fmt/format.h>

namespace storebridge::storage {
namespace {

// "SBDG" in the header of the file: says whose database it is.
constexpr std::int64_t kApplicationId = 0x53424447;

constexpr std::string_view kVersionTable =
    "CREATE TABLE schema_version(version INTEGER NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, "
    "applied_ms INTEGER NOT NULL)";

// Creates the table of versions in an empty database; refuses the database of another program.
Status Prepare(Connection& db) {
  SB_TRY(const std::int64_t known,
         db.AskNumber("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'"));
  SB_TRY(const std::int64_t application, db.AskNumber("PRAGMA application_id"));
  if (known == 1 && application == kApplicationId) {
    return Ok();
  }
  SB_TRY(const std::int64_t tables, db.AskNumber("SELECT count(*) FROM sqlite_master"));
  if (tables != 0 || application != 0) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "DATABASE_FORMAT",
        .message = fmt::format(
            "'{}' is the database of another program: name a file of its own for Storebridge",
            db.path()),
        .facts = {{"path", db.path()}}};
  }
  return db.RunScript(fmt::format(
      "BEGIN IMMEDIATE; PRAGMA application_id={}; {}; COMMIT", kApplicationId, kVersionTable));
}

Error Changed(const Connection& db, int version) {
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "DATABASE_MIGRATION_CHANGED",
      .message = fmt::format(
          "step {} of the schema of '{}' is not the one that this server has: start the server "
          "that made the database, or restore a backup of it",
          version,
          db.path()),
      .facts = {{"path", db.path()}, {"version", std::to_string(version)}}};
}

// Checks the steps that were taken. Gives how many they are.
Result<int> CheckTaken(Connection& db, std::span<const Migration> migrations) {
  SB_TRY(const std::int64_t newest,
         db.AskNumber("SELECT coalesce(max(version), 0) FROM schema_version"));
  const auto known = static_cast<std::int64_t>(migrations.size());
  if (newest > known) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "DATABASE_NEWER",
        .message = fmt::format(
            "the schema of '{}' has version {}, this server knows up to {}: start the newer server "
            "again, or restore a backup from before the update",
            db.path(),
            newest,
            known),
        .facts = {{"path", db.path()},
                  {"version", std::to_string(newest)},
                  {"known", std::to_string(known)}}};
  }
  for (const Migration& migration : migrations.first(static_cast<std::size_t>(newest))) {
    SB_TRY(const std::int64_t same,
           db.AskNumber(fmt::format(
               "SELECT count(*) FROM schema_version WHERE version = {} AND checksum = '{}'",
               migration.version,
               MigrationChecksum(migration.sql))));
    if (same != 1) {
      return Changed(db, migration.version);
    }
  }
  return static_cast<int>(newest);
}

Status Take(Connection& db, const Migration& migration, std::int64_t now_ms) {
  Status status = db.RunScript(
      fmt::format("BEGIN IMMEDIATE; {};\nINSERT INTO schema_version VALUES({}, '{}', {}); COMMIT",
                  migration.sql,
                  migration.version,
                  MigrationChecksum(migration.sql),
                  now_ms));
  if (!status) {
    db.Rollback();
  }
  return status;
}

}  // namespace

std::string MigrationChecksum(std::string_view sql) {
  // FNV-1a: against mistakes, not against attackers.
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : sql) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return fmt::format("{:016x}", hash);
}

Result<int> Migrate(Connection& db,
                    std::span<const Migration> migrations,
                    std::int64_t now_ms,
                    ports::Log* log) {
  if (Status status = Prepare(db); !status) {
    db.Rollback();
    return status.error();
  }
  SB_TRY(const int taken, CheckTaken(db, migrations));
  if (log != nullptr && taken > 0 && static_cast<std::size_t>(taken) < migrations.size()) {
    log->Write(ports::LogLevel::kInfo,
               "The database is brought to the schema of this version, which can take a minute for "
               "each million orders. Let the server start in peace.",
               {{"path", db.path()},
                {"schema_version", std::to_string(taken)},
                {"wanted", std::to_string(migrations.size())}});
  }
  for (const Migration& migration : migrations.subspan(static_cast<std::size_t>(taken))) {
    SB_CHECK(Take(db, migration, now_ms));
  }
  return static_cast<int>(migrations.size()) - taken;
}

}  // namespace storebridge::storage
