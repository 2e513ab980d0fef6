#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/storage/connection.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class RetentionTables final : public ports::RetentionRepository {
 public:
  explicit RetentionTables(Connection& db) : db_(db) {}

  Result<ports::Forgotten> Forget(ports::Kept kind,
                                  std::int64_t before_ms,
                                  std::string_view after,
                                  int limit) override;

 private:
  // Forgets rows with a statement that takes the time and the limit.
  Result<ports::Forgotten> ForgetBy(Sql sql, std::int64_t before_ms, int limit);
  // Forgets the oldest changes of the first merchant after the given one. Only a beginning of its
  // log goes, whatever the clock did, so that what is left has no gap.
  Result<ports::Forgotten> ForgetChanges(std::int64_t before_ms, std::string_view after, int limit);

  Connection& db_;
};

}  // namespace storebridge::storage
