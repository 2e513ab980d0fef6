#include "adapters/storage/connection.h"

#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace storebridge::storage {
namespace {

// How long a connection waits for another one: recovery after a crash, or the end of the writer's
// log.
constexpr int kBusyWaitMs = 2000;
// Page caches, in KiB. A reader's holds what a warehouse is working on: some 2,000 orders that lie
// anywhere.
constexpr int kWriterCacheKib = 64 * 1024;
constexpr int kReaderCacheKib = 16 * 1024;
// A log that a slow reader let grow is cut back to this when it begins anew.
constexpr int kLogBytesKept = 64 * 1024 * 1024;

struct Advice {
  Code code;
  std::string_view reason;
  std::string_view action;
};

Advice AdviceFor(int result) {
  // How SQLite 3.40 tells of a quota or a largest size of files, and of a broken disk: the error of
  // the system is lost on its way here.
  if (result == SQLITE_IOERR_WRITE || result == SQLITE_IOERR_FSYNC ||
      result == SQLITE_IOERR_TRUNCATE || result == SQLITE_IOERR_SHMSIZE) {
    return {
        Code::kUnavailable,
        "DATABASE_IO",
        "make room on the disk, or raise the quota or the largest size of files; where there is "
        "room, check the disk"};
  }
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::kUnavailable, "DATABASE_BUSY", "another program uses the file; end it"};
    case SQLITE_FULL:
      return {Code::kUnavailable, "DATABASE_FULL", "make room on the disk"};
    case SQLITE_NOMEM:
      return {Code::kUnavailable, "DATABASE_MEMORY", "give the server more memory"};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Code::kUnavailable, "DATABASE_IO", "check the disk, the folder and the file's owner"};
    case SQLITE_READONLY:
      return {Code::kFailedPrecondition,
              "DATABASE_READ_ONLY",
              "let the server's user write the file and its folder"};
    case SQLITE_NOTADB:
      return {
          Code::kFailedPrecondition, "DATABASE_FORMAT", "name another file, or restore a backup"};
    case SQLITE_CORRUPT:
      return {Code::kInternal, "DATABASE_DAMAGED", "stop the server and restore a backup"};
    case SQLITE_CONSTRAINT:
      return {Code::kInternal, "DATABASE_CONSTRAINT", "report it"};
    default:
      return {Code::kInternal, "DATABASE_STATEMENT", "report it"};
  }
}

bool IsUniqueViolation(int extended) {
  return extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY;
}

}  // namespace

std::string ToSqliteParameters(std::string_view sql) {
  std::string text(sql);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') {
      quoted = !quoted;
    } else if (!quoted && text[i] == '$' && i + 1 < text.size() && text[i + 1] >= '1' &&
               text[i + 1] <= '9') {
      text[i] = '?';
    }
  }
  return text;
}

Result<std::unique_ptr<Connection>> Connection::Open(const DatabaseFile& file, ConnectionUse use) {
  // SQLite counts its memory under one lock for all connections, for nobody here. It refuses once
  // it has begun, and then goes on counting.
  static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(uncounted);
  std::unique_ptr<Connection> connection(new Connection(file.path));
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const char* vfs = file.vfs.empty() ? nullptr : file.vfs.c_str();
  if (sqlite3_open_v2(file.path.c_str(), &connection->db_, flags, vfs) != SQLITE_OK) {
    return connection->LastError("open the database");
  }
  SB_CHECK(connection->SetUp(use));
  return connection;
}

Status Connection::SetUp(ConnectionUse use) {
  sqlite3_busy_timeout(db_, kBusyWaitMs);
  if (sqlite3_db_readonly(db_, "main") == 1) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "DATABASE_READ_ONLY",
        .message = fmt::format(
            "cannot write the database '{}': let the server's user write the file and its folder",
            path_),
        .facts = {{"path", path_}}};
  }
  if (use == ConnectionUse::kRead) {
    // Only the writer checkpoints; see README.md.
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return RunScript(
        fmt::format("PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY; "
                    "PRAGMA trusted_schema=0; PRAGMA cache_size=-{}",
                    kReaderCacheKib));
  }
  SB_CHECK(RunScript(
      fmt::format("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
                  "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=0; PRAGMA cache_size=-{}; "
                  "PRAGMA journal_size_limit={}",
                  kWriterCacheKib,
                  kLogBytesKept)));
  sqlite3_wal_hook(
      db_,
      [](void* self, sqlite3* /*db*/, const char* /*name*/, int pages) {
        static_cast<Connection*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  return Ok();
}

Connection::~Connection() {
  for (sqlite3_stmt* statement : statements_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close_v2(db_);
}

Error Connection::LastError(std::string_view doing) const {
  const int extended = db_ == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(db_);
  const char* text = db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_);
  const Advice advice = AdviceFor(extended);
  return Error{
      .code = IsUniqueViolation(extended) ? Code::kAlreadyExists : advice.code,
      .reason = std::string(advice.reason),
      .message = fmt::format(
          "cannot {} in '{}': {} (SQLite {}); {}", doing, path_, text, extended, advice.action),
      .facts = {
          {"doing", std::string(doing)}, {"path", path_}, {"sqlite", std::to_string(extended)}}};
}

Status Connection::RunScript(std::string_view script) {
  if (sqlite3_exec(db_, std::string(script).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return LastError("run a script");
  }
  return Ok();
}

Result<std::int64_t> Connection::AskNumber(std::string_view sql) {
  SB_TRY(sqlite3_stmt * statement, Prepare(sql, "ask a number"));
  const int code = sqlite3_step(statement);
  const std::int64_t number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    Error error = LastError("ask a number");
    sqlite3_finalize(statement);
    return error;
  }
  sqlite3_finalize(statement);
  return number;
}

std::int64_t Connection::changes() const {
  return sqlite3_total_changes64(db_);
}

Status Connection::Checkpoint(bool restart) {
  const int mode = restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(db_, "main", mode, nullptr, nullptr);
  // A reader in the way is no failure: the rest is copied next time.
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
    return LastError("copy the write-ahead log");
  }
  return Ok();
}

bool Connection::IsInTransaction() const {
  return has_begun_ && sqlite3_get_autocommit(db_) == 0;
}

Status Connection::RunFixed(Sql sql) {
  SB_TRY(sqlite3_stmt * statement, Prepared(sql));
  const int code = sqlite3_step(statement);
  if (code != SQLITE_DONE) {
    Error error = LastError(TextOf(sql).name);
    sqlite3_reset(statement);
    return error;
  }
  sqlite3_reset(statement);
  return Ok();
}

Status Connection::Begin() {
  SB_CHECK(RunFixed(Sql::kBegin));
  has_begun_ = true;
  return Ok();
}

Status Connection::Commit() {
  Status status = RunFixed(Sql::kCommit);
  if (!status) {
    Rollback();
  }
  has_begun_ = false;
  return status;
}

void Connection::Rollback() {
  if (sqlite3_get_autocommit(db_) == 0) {
    // Fails only where SQLite has rolled back by itself.
    static_cast<void>(RunFixed(Sql::kRollback));
  }
  has_begun_ = false;
}

Result<sqlite3_stmt*> Connection::Prepare(std::string_view text, std::string_view name) {
  const std::string sql = ToSqliteParameters(text);
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_,
                         sql.c_str(),
                         static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT,
                         &statement,
                         nullptr) != SQLITE_OK) {
    return LastError(name);
  }
  return statement;
}

Result<sqlite3_stmt*> Connection::Prepared(Sql sql) {
  sqlite3_stmt*& kept = statements_.at(static_cast<std::size_t>(sql));
  if (kept == nullptr) {
    const SqlText& text = TextOf(sql);
    SB_TRY(kept, Prepare(text.text, text.name));
  }
  return kept;
}

Query::Query(Connection& db, Sql sql, Tag /*tag*/) : db_(db), sql_(sql) {
  bool& in_use = db_.in_use_.at(static_cast<std::size_t>(sql));
  if (in_use) {
    error_ = Error{
        .code = Code::kInternal,
        .reason = "DATABASE_STATEMENT",
        .message = fmt::format("'{}' was begun while it goes on; report it", TextOf(sql).name)};
    return;
  }
  // Outside the transaction each statement would be durable by itself.
  if (db_.has_begun_ && !db_.IsInTransaction() && sql != Sql::kRollback) {
    error_ =
        Error{.code = Code::kUnavailable,
              .reason = "DATABASE_IO",
              .message = fmt::format(
                  "the transaction in '{}' was given up after a failure of the disk", db_.path_)};
    return;
  }
  Result<sqlite3_stmt*> statement = db_.Prepared(sql);
  if (!statement) {
    error_ = statement.error();
    return;
  }
  statement_ = *statement;
  in_use = true;
}

Query::~Query() {
  if (statement_ != nullptr) {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    db_.in_use_.at(static_cast<std::size_t>(sql_)) = false;
  }
}

void Query::Check(int code) {
  if (code != SQLITE_OK && !error_) {
    error_ = db_.LastError(TextOf(sql_).name);
  }
}

void Query::Bind(int index, std::string_view text) {
  if (statement_ != nullptr) {
    // A null pointer would be bound as NULL.
    const char* data = text.data() == nullptr ? "" : text.data();
    Check(sqlite3_bind_text(statement_, index, data, static_cast<int>(text.size()), SQLITE_STATIC));
  }
}

void Query::Bind(int index, const Blob& blob) {
  if (statement_ != nullptr) {
    const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
    Check(sqlite3_bind_blob(
        statement_, index, data, static_cast<int>(blob.bytes.size()), SQLITE_STATIC));
  }
}

void Query::Bind(int index, std::int64_t number) {
  if (statement_ != nullptr) {
    Check(sqlite3_bind_int64(statement_, index, number));
  }
}

void Query::Bind(int index, const std::optional<std::int64_t>& number) {
  if (number) {
    return Bind(index, *number);
  }
  if (statement_ != nullptr) {
    Check(sqlite3_bind_null(statement_, index));
  }
}

Result<bool> Query::Step() {
  if (error_) {
    return *error_;
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  error_ = db_.LastError(TextOf(sql_).name);
  return *error_;
}

Status Query::Run() {
  while (true) {
    SB_TRY(const bool more, Step());
    if (!more) {
      return Ok();
    }
  }
}

std::int64_t Query::Int(int column) const {
  return sqlite3_column_int64(statement_, column);
}

bool Query::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<std::int64_t> Query::OptionalInt(int column) const {
  return IsNull(column) ? std::nullopt : std::optional(Int(column));
}

std::string_view Query::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {text == nullptr ? "" : text,
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Query::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {bytes == nullptr ? "" : bytes,
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace storebridge::storage
