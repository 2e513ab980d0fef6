#pragma once

#include "adapters/storage/connection.h"
#include "adapters/storage/known_products.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class MerchantTables final : public ports::MerchantRepository {
 public:
  // `known` is the writer's; null for a view.
  MerchantTables(Connection& db, KnownProducts* known) : db_(db), known_(known) {}

  Result<v1::Merchant> Get(std::string_view merchant) const override;
  Result<std::vector<v1::Merchant>> List(std::string_view after, int limit) const override;
  Status Put(std::string_view merchant, const v1::Merchant& value) override;
  // Removes all that the merchant owns, too. Its change log stays: a merchant of the same id goes
  // on counting.
  Status Remove(std::string_view merchant) override;

 private:
  Connection& db_;
  KnownProducts* known_;
};

}  // namespace storebridge::storage
