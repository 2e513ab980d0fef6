#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/log.h"
#include "ports/storage.h"

namespace storebridge::storage {

// How to keep everything in one SQLite file.
struct StorageOptions {
  // The database file; its folder must exist. ":memory:" keeps nothing after the end.
  std::string path;
  // Work runs inside Submit, on the calling thread; `done` is posted all the same. For the
  // simulator and for tests.
  bool inline_mode = false;
  // Connections that read at the same time, 1 to 64. Read waits up to 10 s for a free one, then
  // gives kUnavailable.
  int readers = 8;
  // Work that may wait for the writer.
  std::size_t queue_max = 10'000;
  // Pages in the write-ahead log after which the writer copies it into the database. 16 MiB.
  int wal_pages_max = 4096;
  // SQLite VFS to use; empty for the default. For tests that break the disk.
  std::string vfs = {};
};

// Opens or creates the database, brings its schema up to date and starts the writer. `executor` and
// `clock` must outlive the storage, so must `log` unless it is null. `done` of each work comes in
// the order of the commits; the commit listener is called after the `done`s of its batch, also for
// work that woke a flow and wrote nothing. The destructor finishes queued work; nobody may be
// inside Submit or Read then. kFailedPrecondition: another server has the file (DATABASE_IN_USE),
// it or its folder cannot be used (DATABASE_FOLDER, DATABASE_READ_ONLY, DATABASE_FORMAT), or it was
// made by another version (DATABASE_NEWER, DATABASE_MIGRATION_CHANGED). kInvalidArgument: an option
// is out of its bounds. kUnavailable: the disk failed.
Result<std::unique_ptr<ports::Storage>> OpenStorage(const StorageOptions& options,
                                                    ports::Executor& executor,
                                                    ports::Clock& clock,
                                                    ports::Log* log);

}  // namespace storebridge::storage
