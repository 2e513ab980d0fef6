#include "adapters/storage/reader_pool.h"

#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>

namespace storebridge::storage {
namespace {

constexpr std::chrono::seconds kWaitMax{10};

Status RunRead(const ports::ReadTx& tx, const std::function<Status(const ports::ReadTx&)>& work) {
  try {
    return work(tx);
  } catch (const std::exception& exception) {
    return Error{
        .code = Code::kInternal,
        .reason = "WORK_THREW",
        .message = fmt::format("reading the database threw: {}; report it", exception.what())};
  } catch (...) {
    return Error{.code = Code::kInternal,
                 .reason = "WORK_THREW",
                 .message = "reading the database threw; report it"};
  }
}

}  // namespace

Status ReadOn(Connection& db,
              const ports::ReadTx& tx,
              const std::function<Status(const ports::ReadTx&)>& work) {
  SB_CHECK(db.Begin());
  Status status = RunRead(tx, work);
  db.Rollback();
  return status;
}

ReaderPool::ReaderPool(DatabaseFile file, int readers_max, ports::Clock& clock)
    : file_(std::move(file)), readers_max_(readers_max), clock_(clock) {}

Status ReaderPool::Read(const std::function<Status(const ports::ReadTx&)>& work) {
  SB_TRY(std::unique_ptr<Reader> reader, Take());
  Status status = ReadOn(*reader->db, reader->tx, work);
  // A connection that met a broken disk is not used again.
  const bool broken = !status && (status.error().reason == "DATABASE_IO" ||
                                  status.error().reason == "DATABASE_DAMAGED");
  GiveBack(broken ? nullptr : std::move(reader));
  return status;
}

Result<std::unique_ptr<ReaderPool::Reader>> ReaderPool::Take() {
  {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, kWaitMax, [this] { return in_use_ < readers_max_; })) {
      return Error{
          .code = Code::kUnavailable,
          .reason = "DATABASE_READERS",
          .message = fmt::format("all {} readers of '{}' have been busy for {} s: try again later",
                                 readers_max_,
                                 file_.path,
                                 kWaitMax.count()),
          .facts = {{"readers", std::to_string(readers_max_)}}};
    }
    ++in_use_;
    if (!free_.empty()) {
      std::unique_ptr<Reader> reader = std::move(free_.back());
      free_.pop_back();
      return reader;
    }
  }
  Result<std::unique_ptr<Connection>> db = Connection::Open(file_, ConnectionUse::kRead);
  if (!db) {
    GiveBack(nullptr);
    return db.error();
  }
  return std::make_unique<Reader>(std::move(*db), clock_);
}

void ReaderPool::GiveBack(std::unique_ptr<Reader> reader) {
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (reader != nullptr) {
      free_.push_back(std::move(reader));
    }
  }
  freed_.notify_one();
}

}  // namespace storebridge::storage
