#include "adapters/storage/sqlite_storage.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace storebridge::storage {
namespace {

Error QueueFull(std::size_t queue_max) {
  return Error{.code = Code::kResourceExhausted,
               .reason = "DATABASE_QUEUE_FULL",
               .message = fmt::format("{} works wait for the database already: wait and try again",
                                      queue_max),
               .facts = {{"queue_max", std::to_string(queue_max)}}};
}

}  // namespace

SqliteStorage::SqliteStorage(Parts parts)
    : lock_(std::move(parts.lock)),
      options_(std::move(parts.options)),
      executor_(parts.executor),
      clock_(parts.clock),
      shares_connection_(options_.inline_mode || options_.path == ":memory:"),
      writer_({.file = {.path = options_.path, .vfs = options_.vfs},
               .wal_pages_max = options_.wal_pages_max},
              std::move(parts.db),
              parts.clock,
              parts.log) {
  if (!shares_connection_) {
    readers_ = std::make_unique<ReaderPool>(
        DatabaseFile{.path = options_.path, .vfs = options_.vfs}, options_.readers, clock_);
  }
  if (!options_.inline_mode) {
    thread_ = std::thread([this] { ServeQueue(); });
  }
}

SqliteStorage::~SqliteStorage() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  queued_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void SqliteStorage::SetCommitListener(std::function<void(const ports::CommitNotice&)> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::make_shared<const Listener>(std::move(listener));
}

void SqliteStorage::Submit(Work work, Done done) {
  std::unique_lock lock(mutex_);
  if (queue_.size() >= options_.queue_max) {
    lock.unlock();
    executor_.Post(
        [done = std::move(done), error = QueueFull(options_.queue_max)] { done(error); });
    return;
  }
  queue_.push_back({std::move(work), std::move(done)});
  lock.unlock();
  if (options_.inline_mode) {
    return RunInline();
  }
  queued_.notify_one();
}

std::optional<Job> SqliteStorage::NextJob(std::size_t taken) {
  const std::lock_guard lock(mutex_);
  if (queue_.empty() || taken >= kBatchMax) {
    return std::nullopt;
  }
  const std::int64_t now_ms = clock_.SteadyMs();
  if (taken == 0) {
    batch_began_ms_ = now_ms;
  } else if (now_ms - batch_began_ms_ > kBatchMs) {
    return std::nullopt;
  }
  std::optional<Job> job(std::move(queue_.front()));
  queue_.pop_front();
  return job;
}

void SqliteStorage::RunOneBatch() {
  Deliver(writer_.RunBatch([this](std::size_t taken) { return NextJob(taken); }));
  writer_.CheckpointIfLong();
}

void SqliteStorage::ServeQueue() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) {
        return;
      }
    }
    const std::lock_guard lock(connection_mutex_);
    connection_busy_ = true;
    RunOneBatch();
    connection_busy_ = false;
  }
}

void SqliteStorage::RunInline() {
  const std::lock_guard lock(connection_mutex_);
  if (connection_busy_) {
    return;
  }
  connection_busy_ = true;
  const auto is_empty = [this] {
    const std::lock_guard queue_lock(mutex_);
    return queue_.empty();
  };
  while (!is_empty()) {
    RunOneBatch();
  }
  connection_busy_ = false;
}

void SqliteStorage::Deliver(BatchReport report) {
  if (report.jobs.empty()) {
    return;
  }
  std::shared_ptr<const Listener> listener;
  if (!report.notice.wakes.empty() || !report.notice.reloads.empty() ||
      !report.notice.backlogs.empty() || !report.notice.readings.empty() ||
      !report.notice.heads.empty()) {
    const std::lock_guard lock(mutex_);
    listener = listener_;
  }
  // In one go: who was answered may ask again at once, and that must find what the commit changed.
  executor_.Post([listener, report = std::make_shared<const BatchReport>(std::move(report))] {
    for (const FinishedJob& job : report->jobs) {
      job.done(job.status);
    }
    if (listener != nullptr && *listener) {
      (*listener)(report->notice);
    }
  });
}

Result<std::unique_ptr<ports::Storage>> SqliteStorage::MakeScratch() const {
  return OpenStorage(
      {.path = ":memory:", .inline_mode = options_.inline_mode}, executor_, clock_, nullptr);
}

Status SqliteStorage::Read(const std::function<Status(const ports::ReadTx&)>& work) {
  return shares_connection_ ? ReadShared(work) : readers_->Read(work);
}

Status SqliteStorage::ReadShared(const std::function<Status(const ports::ReadTx&)>& work) {
  Status status = Ok();
  {
    const std::lock_guard lock(connection_mutex_);
    SB_TRY(Connection * db, writer_.Usable());
    const ReadTransaction tx(*db, clock_);
    if (connection_busy_) {
      return work(tx);  // Inside a read or a work of this thread: its snapshot is the one.
    }
    connection_busy_ = true;
    status = ReadOn(*db, tx, work);
    connection_busy_ = false;
  }
  if (options_.inline_mode) {
    RunInline();  // What the read submitted.
  }
  return status;
}

}  // namespace storebridge::storage
