#pragma once

#include "adapters/storage/connection.h"
#include "ports/repositories.h"

namespace storebridge::storage {

// Each count reads what it counts, by an index of such rows, and no other row.
class WorkCountTables final : public ports::WorkCountRepository {
 public:
  explicit WorkCountTables(Connection& db) : db_(db) {}

  Result<ports::WorkCounts> Count() const override;

 private:
  Connection& db_;
};

}  // namespace storebridge::storage
