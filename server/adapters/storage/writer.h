#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "adapters/storage/connection.h"
#include "adapters/storage/transaction.h"
#include "ports/clock.h"
#include "ports/log.h"
#include "ports/storage.h"

namespace storebridge::storage {

// Work with its answer.
struct Job {
  ports::Storage::Work work;
  ports::Storage::Done done;
};

// A job that was run, and how it ended.
struct FinishedJob {
  ports::Storage::Done done;
  Status status;
};

// What became of a batch.
struct BatchReport {
  std::vector<FinishedJob> jobs;
  ports::CommitNotice notice;
};

// Runs jobs on the one connection that writes: many in one transaction of the database, each but
// the first in a savepoint of its own, for which SQLite copies every page that is changed. One
// thread at a time.
class Writer {
 public:
  // Gives the next job of the batch; none to end it.
  using NextJob = std::function<std::optional<Job>(std::size_t taken)>;

  struct Options {
    DatabaseFile file;
    int wal_pages_max = 0;
  };

  Writer(Options options, std::unique_ptr<Connection> db, ports::Clock& clock, ports::Log* log);

  // Runs a batch. When the disk fails, every job of it gets kUnavailable and nothing was written.
  BatchReport RunBatch(const NextJob& next);

  // Copies the write-ahead log when it is long enough.
  void CheckpointIfLong();

  // Commits that wrote something. Safe from any thread.
  [[nodiscard]] std::int64_t commits() const { return commits_; }

  // The connection, for reads that share it; opened again when it was lost. Not inside a batch that
  // failed.
  Result<Connection*> Usable();

 private:
  Status Begin();
  Status Reopen();
  Status RunJob(const Job& job, bool is_first);
  Status RunWork(const ports::Storage::Work& work);
  Status EndFirst(bool keep);
  Status EndSavepoint(bool keep);
  Status End();
  void Fail(BatchReport& report, const Error& cause);
  void Use(std::unique_ptr<Connection> db);

  Options options_;
  std::unique_ptr<Connection> db_;
  std::unique_ptr<WriteTransaction> tx_;
  ports::Clock& clock_;
  ports::Log* log_;
  std::atomic<std::int64_t> commits_{0};
  ports::CommitNotice notice_;
  // Some job of the batch wrote something that stays.
  bool wrote_ = false;
  // The database gave up the transaction.
  std::optional<Error> lost_;
  // The connection is not to be trusted any more.
  bool reopen_ = false;
  int checkpoint_pages_ = 0;
  int last_wal_pages_ = 0;
};

}  // namespace storebridge::storage
