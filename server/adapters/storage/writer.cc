#include "adapters/storage/writer.h"

#include <exception>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace storebridge::storage {
namespace {

// Beyond this many times its limit the log is begun anew even if readers have to be waited for.
constexpr int kLongLogFactor = 16;

bool IsMemory(const DatabaseFile& file) {
  return file.path == ":memory:";
}

Error Thrown(std::string_view what) {
  return Error{.code = Code::kInternal,
               .reason = "WORK_THREW",
               .message = fmt::format(
                   "work on the database threw: {}; nothing of it was written; report it", what),
               .facts = {{"what", std::string(what)}}};
}

// An error that says that the disk or the database is at fault, and not the work.
Error Unavailable(const Error& cause) {
  return Error{.code = Code::kUnavailable,
               .reason = cause.reason,
               .message = fmt::format("nothing was written: {}", cause.message),
               .facts = cause.facts};
}

}  // namespace

Writer::Writer(Options options,
               std::unique_ptr<Connection> db,
               ports::Clock& clock,
               ports::Log* log)
    : options_(std::move(options)),
      clock_(clock),
      log_(log),
      checkpoint_pages_(options_.wal_pages_max) {
  Use(std::move(db));
}

void Writer::Use(std::unique_ptr<Connection> db) {
  db_ = std::move(db);
  tx_ = std::make_unique<WriteTransaction>(*db_, clock_);
  checkpoint_pages_ = options_.wal_pages_max;
  last_wal_pages_ = 0;
}

BatchReport Writer::RunBatch(const NextJob& next) {
  BatchReport report;
  notice_ = {};
  wrote_ = false;
  lost_.reset();
  Status begun = Ok();
  while (std::optional<Job> job = next(report.jobs.size())) {
    if (report.jobs.empty()) {
      begun = Begin();
    }
    Status status = begun ? RunJob(*job, report.jobs.empty()) : begun;
    report.jobs.push_back({std::move(job->done), std::move(status)});
    if (!begun || lost_) {
      break;
    }
  }
  if (report.jobs.empty()) {
    return report;
  }
  if (!begun) {
    Fail(report, begun.error());
    return report;
  }
  if (Status ended = End(); !ended) {
    Fail(report, ended.error());
    return report;
  }
  report.notice = std::move(notice_);
  return report;
}

Status Writer::Begin() {
  if (reopen_) {
    SB_CHECK(Reopen());
  }
  return db_->Begin();
}

Status Writer::Reopen() {
  // Closed first: there is never more than one connection that writes.
  tx_.reset();
  db_.reset();
  SB_TRY(std::unique_ptr<Connection> db, Connection::Open(options_.file, ConnectionUse::kWrite));
  Use(std::move(db));
  reopen_ = false;
  return Ok();
}

Result<Connection*> Writer::Usable() {
  if (reopen_) {
    SB_CHECK(Reopen());
  }
  return db_.get();
}

Status Writer::RunJob(const Job& job, bool is_first) {
  if (Status begun = is_first ? Ok() : Query(*db_, Sql::kSavepoint).Run(); !begun) {
    lost_ = begun.error();
    return begun;
  }
  const std::int64_t changes = db_->changes();
  tx_->Reset();
  Status status = RunWork(job.work);
  if (status) {
    status = tx_->Finish();
  }
  if (!status) {
    tx_->Forget();
  }
  if (!db_->IsInTransaction()) {
    lost_ = status ? db_->LastError("keep the transaction") : status.error();
    return status;
  }
  if (Status ended = is_first ? EndFirst(status.has_value()) : EndSavepoint(status.has_value());
      !ended) {
    lost_ = ended.error();
    return ended;
  }
  if (status) {
    wrote_ = wrote_ || db_->changes() != changes;
    tx_->AddTo(notice_);
  }
  return status;
}

Status Writer::RunWork(const ports::Storage::Work& work) {
  try {
    return work(*tx_);
  } catch (const std::exception& exception) {
    return Thrown(exception.what());
  } catch (...) {
    return Thrown("something that is no exception");
  }
}

Status Writer::EndFirst(bool keep) {
  if (keep) {
    return Ok();
  }
  // Nothing was before it in the transaction.
  db_->Rollback();
  return db_->Begin();
}

Status Writer::EndSavepoint(bool keep) {
  if (!keep) {
    SB_CHECK(Query(*db_, Sql::kRollbackTo).Run());
  }
  return Query(*db_, Sql::kRelease).Run();
}

Status Writer::End() {
  if (lost_) {
    db_->Rollback();
    return *lost_;
  }
  if (!wrote_) {
    // What was written and undone is in the log of the transaction: a commit would make it durable
    // for nothing.
    db_->Rollback();
    return Ok();
  }
  SB_CHECK(db_->Commit());
  ++commits_;
  return Ok();
}

void Writer::Fail(BatchReport& report, const Error& cause) {
  const Error error = Unavailable(cause);
  if (tx_ != nullptr) {
    tx_->Forget();
  }
  for (FinishedJob& job : report.jobs) {
    job.status = error;
  }
  // A database in memory would be empty afterwards.
  reopen_ = !IsMemory(options_.file);
  if (log_ != nullptr) {
    log_->Write(ports::LogLevel::kError,
                "The database could not be written.",
                {{"cause", cause.message}, {"lost_work", std::to_string(report.jobs.size())}});
  }
}

void Writer::CheckpointIfLong() {
  if (db_ == nullptr || reopen_) {
    return;
  }
  const int pages = db_->wal_pages();
  if (pages < last_wal_pages_) {
    checkpoint_pages_ = options_.wal_pages_max;  // It began anew.
  }
  last_wal_pages_ = pages;
  if (pages < checkpoint_pages_) {
    return;
  }
  checkpoint_pages_ = pages + options_.wal_pages_max;
  const bool restart = pages >= kLongLogFactor * options_.wal_pages_max;
  if (Status status = db_->Checkpoint(restart); !status && log_ != nullptr) {
    log_->Write(ports::LogLevel::kWarning,
                "The write-ahead log could not be copied into the database; it is tried again when "
                "it has grown.",
                {{"cause", status.error().message}, {"pages", std::to_string(pages)}});
  }
}

}  // namespace storebridge::storage
