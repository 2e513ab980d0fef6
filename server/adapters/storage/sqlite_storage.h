#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/storage/lock_file.h"
#include "adapters/storage/reader_pool.h"
#include "adapters/storage/storage.h"
#include "adapters/storage/writer.h"
#include "ports/storage.h"

namespace storebridge::storage {

// The queue before the writer, and the thread that serves it.
class SqliteStorage final : public ports::Storage {
 public:
  // Works that one commit makes durable together.
  static constexpr std::size_t kBatchMax = 256;
  // A batch takes no more work after this long, so that nobody waits for many others.
  static constexpr std::int64_t kBatchMs = 2;

  struct Parts {
    StorageOptions options;
    // Null for a database in memory.
    std::unique_ptr<LockFile> lock;
    std::unique_ptr<Connection> db;
    ports::Executor& executor;
    ports::Clock& clock;
    ports::Log* log;
  };

  explicit SqliteStorage(Parts parts);
  ~SqliteStorage() override;

  void Submit(Work work, Done done) override;
  Status Read(const std::function<Status(const ports::ReadTx&)>& work) override;
  Result<std::unique_ptr<ports::Storage>> MakeScratch() const override;
  std::int64_t commits() const override { return writer_.commits(); }
  void SetCommitListener(std::function<void(const ports::CommitNotice&)> listener) override;

 private:
  using Listener = std::function<void(const ports::CommitNotice&)>;

  void ServeQueue();
  void RunOneBatch();
  // Inline mode: runs what is queued, unless somebody up the stack or on another thread does.
  void RunInline();
  std::optional<Job> NextJob(std::size_t taken);
  void Deliver(BatchReport report);
  Status ReadShared(const std::function<Status(const ports::ReadTx&)>& work);

  // First in, last out: nobody else may open the file before the connections are closed.
  std::unique_ptr<LockFile> lock_;
  const StorageOptions options_;
  ports::Executor& executor_;
  ports::Clock& clock_;
  // Reads use the writer's connection: in memory there is no other.
  const bool shares_connection_;
  std::shared_ptr<const Listener> listener_;

  std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::int64_t batch_began_ms_ = 0;

  // Guards the writer's connection. Recursive: inline work may come from inside a read.
  std::recursive_mutex connection_mutex_;
  bool connection_busy_ = false;
  Writer writer_;
  std::unique_ptr<ReaderPool> readers_;
  std::thread thread_;
};

}  // namespace storebridge::storage
