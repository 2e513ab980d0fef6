#pragma once

#include "adapters/storage/connection.h"
#include "adapters/storage/known_products.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class StockTables final : public ports::StockRepository {
 public:
  // `known` is the writer's; null for a view.
  StockTables(Connection& db, KnownProducts* known) : db_(db), known_(known) {}

  Result<bool> HasAny(std::string_view merchant) const override;
  Result<ports::StockLevel> Get(std::string_view merchant, std::string_view product) const override;
  Status Put(std::string_view merchant,
             std::string_view product,
             const ports::StockLevel& level) override;
  Status AddEntry(std::string_view merchant, const ports::StockEntry& entry) override;
  Result<std::vector<ports::StockEntry>> ListEntries(std::string_view merchant,
                                                     std::string_view product,
                                                     std::int64_t number,
                                                     int limit) const override;
  Result<ports::StockPosition> Position(std::string_view merchant,
                                        std::string_view product) const override;
  // kInternal when a total would become less than 0, or is not what it is known to be.
  Status AddToTotal(std::string_view merchant,
                    std::string_view product,
                    const ports::ClaimTotal& difference) override;

 private:
  Result<ports::StockPosition> ReadPosition(std::string_view merchant,
                                            std::string_view product) const;
  // Null when it is not known.
  ports::StockPosition* Remembered(std::string_view merchant, std::string_view product) const;
  Status WriteTotal(std::string_view merchant,
                    std::string_view product,
                    std::int64_t before,
                    const ports::ClaimTotal& total);

  Connection& db_;
  KnownProducts* known_;
};

}  // namespace storebridge::storage
