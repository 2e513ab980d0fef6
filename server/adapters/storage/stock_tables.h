#pragma once

#include "adapters/storage/connection.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class StockTables final : public ports::StockRepository {
 public:
  explicit StockTables(Connection& db) : db_(db) {}

  Result<ports::StockLevel> Get(std::string_view merchant, std::string_view product) const override;
  Status Put(std::string_view merchant,
             std::string_view product,
             const ports::StockLevel& level) override;
  Status AddEntry(std::string_view merchant, const ports::StockEntry& entry) override;
  Result<ports::StockPosition> Position(std::string_view merchant,
                                        std::string_view product) const override;
  // kInternal when a total would become less than 0.
  Status AddToTotal(std::string_view merchant,
                    std::string_view product,
                    const ports::ClaimTotal& difference) override;

 private:
  Connection& db_;
};

}  // namespace storebridge::storage
