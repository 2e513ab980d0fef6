#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "adapters/storage/connection.h"
#include "adapters/storage/transaction.h"
#include "core/result.h"
#include "ports/clock.h"

namespace storebridge::storage {

// Runs `work` on a snapshot of a connection.
Status ReadOn(Connection& db,
              const ports::ReadTx& tx,
              const std::function<Status(const ports::ReadTx&)>& work);

// The connections that only read. Safe from any thread.
class ReaderPool {
 public:
  ReaderPool(DatabaseFile file, int readers_max, ports::Clock& clock);

  // Runs `work` on a snapshot. kUnavailable when no connection became free in 10 s.
  Status Read(const std::function<Status(const ports::ReadTx&)>& work);

 private:
  struct Reader {
    Reader(std::unique_ptr<Connection> connection, ports::Clock& clock)
        : db(std::move(connection)), tx(*db, clock) {}

    std::unique_ptr<Connection> db;
    ReadTransaction tx;
  };

  Result<std::unique_ptr<Reader>> Take();
  // Null gives back only the place.
  void GiveBack(std::unique_ptr<Reader> reader);

  DatabaseFile file_;
  int readers_max_;
  ports::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Reader>> free_;
  int in_use_ = 0;
};

}  // namespace storebridge::storage
