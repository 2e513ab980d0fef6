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
  Result<std::vector<ports::Claim>> ClaimsOf(std::string_view merchant,
                                             std::string_view order) const override;
  // kInvalidArgument for a claim below 0.
  Status ReplaceClaims(std::string_view merchant,
                       std::string_view order,
                       const std::vector<ports::Claim>& claims) override;
  // By store, then kind.
  Result<std::vector<ports::ClaimTotal>> Totals(std::string_view merchant,
                                                std::string_view product) const override;

 private:
  Status AddToTotals(std::string_view merchant,
                     const std::vector<ports::Claim>& before,
                     const std::vector<ports::Claim>& after);

  Connection& db_;
};

}  // namespace storebridge::storage
