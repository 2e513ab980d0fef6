#pragma once

#include "adapters/storage/connection.h"
#include "adapters/storage/known_products.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class StoreTables final : public ports::StoreRepository {
 public:
  // `known` is the writer's; null for a view.
  StoreTables(Connection& db, KnownProducts* known) : db_(db), known_(known) {}

  Result<v1::Store> Get(const ports::StoreKey& store) const override;
  Result<std::vector<v1::Store>> List(std::string_view merchant,
                                      const ports::StoreKey& after,
                                      int limit) const override;
  Status Put(const ports::StoreKey& store, const v1::Store& value) override;
  Status Remove(const ports::StoreKey& store) override;
  Result<ports::FlowState> GetFlow(const ports::StoreKey& store, domain::Flow flow) const override;
  Status PutFlow(const ports::StoreKey& store,
                 domain::Flow flow,
                 const ports::FlowState& state) override;
  Result<std::vector<ports::SealedSecret>> Secrets(const ports::StoreKey& store) const override;
  Status PutSecret(const ports::StoreKey& store, const ports::SealedSecret& secret) override;
  Result<bool> HasSecrets() const override;

 private:
  Connection& db_;
  KnownProducts* known_;
};

}  // namespace storebridge::storage
