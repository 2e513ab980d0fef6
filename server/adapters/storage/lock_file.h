#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"

namespace storebridge::storage {

// Keeps a second server away from a database. Held for life; the system frees it when the process
// dies.
class LockFile {
 public:
  // Takes `<database>.lock`. kFailedPrecondition DATABASE_IN_USE with the process that holds it;
  // DATABASE_FOLDER when the file cannot be made.
  static Result<std::unique_ptr<LockFile>> Take(const std::string& database, std::int64_t now_ms);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  explicit LockFile(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace storebridge::storage
