#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "adapters/storage/migrations.h"
#include "adapters/storage/sqlite_storage.h"
#include "adapters/storage/storage.h"

namespace storebridge::storage {
namespace {

constexpr int kReadersMax = 64;

Status CheckOptions(const StorageOptions& options) {
  const bool ok = !options.path.empty() && options.readers >= 1 && options.readers <= kReadersMax &&
                  options.queue_max >= 1 && options.wal_pages_max >= 1;
  if (ok) {
    return Ok();
  }
  return Error{
      .code = Code::kInvalidArgument,
      .reason = "STORAGE_OPTIONS",
      .message = fmt::format(
          "the storage needs a path, 1 to {} readers, and at least 1 for its queue and its log",
          kReadersMax),
      .facts = {{"path", options.path}, {"readers", std::to_string(options.readers)}}};
}

Status CheckPlace(const std::string& path) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
    return Error{
        .code = Code::kFailedPrecondition,
        .reason = "DATABASE_FOLDER",
        .message = fmt::format(
            "the folder '{}' of the database does not exist: create it, or name another path",
            folder.string()),
        .facts = {{"folder", folder.string()}}};
  }
  if (std::filesystem::is_directory(path, error)) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "DATABASE_FORMAT",
                 .message = fmt::format("'{}' is a folder: name a file in it", path),
                 .facts = {{"path", path}}};
  }
  return Ok();
}

// SQLite would create it readable for all; its other files get the rights of this one.
Status CreateFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) {
    ::close(fd);
    return Ok();
  }
  const std::string cause = std::generic_category().message(errno);
  return Error{
      .code = Code::kFailedPrecondition,
      .reason = "DATABASE_READ_ONLY",
      .message = fmt::format(
          "cannot write the database '{}': {}; let the server's user write the file and its folder",
          path,
          cause),
      .facts = {{"path", path}, {"cause", cause}}};
}

}  // namespace

Result<std::unique_ptr<ports::Storage>> OpenStorage(const StorageOptions& options,
                                                    ports::Executor& executor,
                                                    ports::Clock& clock,
                                                    ports::Log* log) {
  SB_CHECK(CheckOptions(options));
  std::unique_ptr<LockFile> lock;
  if (options.path != ":memory:") {
    SB_CHECK(CheckPlace(options.path));
    // By its true name: a link leads to the same file.
    std::error_code error;
    const std::filesystem::path name = std::filesystem::weakly_canonical(options.path, error);
    SB_TRY(lock, LockFile::Take(error ? options.path : name.string(), clock.NowMs()));
    SB_CHECK(CreateFile(options.path));
  }
  SB_TRY(std::unique_ptr<Connection> db,
         Connection::Open({.path = options.path, .vfs = options.vfs}, ConnectionUse::kWrite));
  SB_TRY(const int steps, Migrate(*db, Migrations(), clock.NowMs(), log));
  if (steps > 0 && db->wal_pages() >= options.wal_pages_max) {
    // A step wrote the whole database anew: works need not wait until that is copied.
    SB_CHECK(db->Checkpoint(true));
  }
  if (log != nullptr) {
    log->Write(ports::LogLevel::kInfo,
               "The database is open.",
               {{"path", options.path},
                {"sqlite", sqlite3_libversion()},
                {"schema_version", std::to_string(Migrations().size())},
                {"schema_steps_taken", std::to_string(steps)}});
  }
  return std::unique_ptr<ports::Storage>(
      std::make_unique<SqliteStorage>(SqliteStorage::Parts{.options = options,
                                                           .lock = std::move(lock),
                                                           .db = std::move(db),
                                                           .executor = executor,
                                                           .clock = clock,
                                                           .log = log}));
}

}  // namespace storebridge::storage
