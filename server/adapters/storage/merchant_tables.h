#pragma once

#include "adapters/storage/connection.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class MerchantTables final : public ports::MerchantRepository {
 public:
  explicit MerchantTables(Connection& db) : db_(db) {}

  Result<v1::Merchant> Get(std::string_view merchant) const override;
  Result<std::vector<v1::Merchant>> List(std::string_view after, int limit) const override;
  Status Put(std::string_view merchant, const v1::Merchant& value) override;
  // Removes all that the merchant owns, too. Its change log stays: a merchant of the same id goes
  // on counting.
  Status Remove(std::string_view merchant) override;

 private:
  Connection& db_;
};

}  // namespace storebridge::storage
