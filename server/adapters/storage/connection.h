#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "adapters/storage/sql.h"
#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace storebridge::storage {

// What a connection is for.
enum class ConnectionUse { kWrite, kRead };

// Where the database is.
struct DatabaseFile {
  // ":memory:" for none.
  std::string path;
  // Empty for SQLite's default.
  std::string vfs;
};

// One connection with its prepared statements. Not safe from several threads at once. SQLite's
// types stay in connection.cc: a twin over libpq fits behind the same two classes.
class Connection {
 public:
  // Opens a file that exists. kUnavailable when it cannot be read, kFailedPrecondition when it is
  // no database or cannot be written.
  static Result<std::unique_ptr<Connection>> Open(const DatabaseFile& file, ConnectionUse use);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The transaction. Commit and Rollback leave none behind, whatever they return.
  Status Begin();
  Status Commit();
  void Rollback();
  // Whether the transaction that was begun is still there: a broken disk can end it.
  [[nodiscard]] bool IsInTransaction() const;

  // Runs a script of statements without parameters: pragmas and migrations.
  Status RunScript(std::string_view script);

  // Asks a question that has one number as its answer.
  Result<std::int64_t> AskNumber(std::string_view sql);

  // Rows that were written, changed or deleted since it was opened, undone ones included.
  [[nodiscard]] std::int64_t changes() const;

  // Pages in the write-ahead log after the last commit.
  [[nodiscard]] int wal_pages() const { return wal_pages_; }

  // Copies the write-ahead log into the database as far as readers allow; when `restart`, waits for
  // readers so that the log begins anew.
  Status Checkpoint(bool restart);

  // The error that SQLite reports now, for people: what was done, to which file, and what to do.
  // Never a value.
  [[nodiscard]] Error LastError(std::string_view doing) const;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  friend class Query;

  explicit Connection(std::string path) : path_(std::move(path)) {}
  Status SetUp(ConnectionUse use);
  // Gives the prepared statement, or an error.
  Result<sqlite3_stmt*> Prepared(Sql sql);
  Result<sqlite3_stmt*> Prepare(std::string_view text, std::string_view name);
  Status RunFixed(Sql sql);

  std::string path_;
  sqlite3* db_ = nullptr;
  std::array<sqlite3_stmt*, kSqlCount> statements_{};
  std::array<bool, kSqlCount> in_use_{};
  int wal_pages_ = 0;
  bool has_begun_ = false;
};

// Marks a parameter as bytes; plain strings are text.
struct Blob {
  std::string_view bytes;
};

// `$n` written as SQLite's `?n`: a bare `$1` is a name there, and would be bound by order of
// appearance.
std::string ToSqliteParameters(std::string_view sql);

// One use of a statement. Text and bytes are not copied: they must outlive the Query. Only one
// Query of a statement at a time.
class Query {
 public:
  template <typename... Args>
  Query(Connection& db, Sql sql, Args&&... args) : Query(db, sql, Tag{}) {
    static_assert((!std::is_same_v<Args, std::string> && ...),
                  "a temporary string would be gone before the first Step");
    int index = 0;
    (Bind(++index, args), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Goes to the next row. False after the last one.
  Result<bool> Step();

  // Runs a statement to its end.
  Status Run();

  // Columns of the row. Text and bytes are valid until the next Step.
  [[nodiscard]] std::int64_t Int(int column) const;
  [[nodiscard]] std::uint64_t Hash(int column) const {
    return static_cast<std::uint64_t>(Int(column));
  }
  [[nodiscard]] bool IsNull(int column) const;
  [[nodiscard]] std::optional<std::int64_t> OptionalInt(int column) const;
  [[nodiscard]] std::string_view Text(int column) const;
  [[nodiscard]] std::string_view Bytes(int column) const;

 private:
  struct Tag {};
  Query(Connection& db, Sql sql, Tag tag);

  void Bind(int index, std::string_view text);
  void Bind(int index, const char* text) = delete;  // It would become a bool.
  void Bind(int index, const Blob& blob);
  void Bind(int index, std::int64_t number);
  void Bind(int index, int number) { Bind(index, std::int64_t{number}); }
  void Bind(int index, std::uint64_t hash) { Bind(index, static_cast<std::int64_t>(hash)); }
  void Bind(int index, bool flag) { Bind(index, std::int64_t{flag ? 1 : 0}); }
  void Bind(int index, const std::optional<std::int64_t>& number);
  void Check(int code);

  Connection& db_;
  Sql sql_;
  sqlite3_stmt* statement_ = nullptr;
  std::optional<Error> error_;
};

}  // namespace storebridge::storage
