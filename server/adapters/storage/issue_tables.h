#pragma once

#include "adapters/storage/connection.h"
#include "ports/repositories.h"

namespace storebridge::storage {

class IssueTables final : public ports::IssueRepository {
 public:
  explicit IssueTables(Connection& db) : db_(db) {}

  Result<v1::Issue> Get(std::string_view merchant, std::string_view issue) const override;
  Result<ports::IssueKey> KeyOf(std::string_view merchant, std::string_view issue) const override;
  // By reason.
  Result<std::vector<v1::Issue>> OpenOf(const ports::IssueKey& key) const override;
  Result<bool> AnyOpen(const ports::StoreKey& store,
                       v1::Issue::RecordType record_type) const override;
  Result<std::vector<std::string>> OpenKeys(const ports::StoreKey& store,
                                            v1::Issue::RecordType record_type,
                                            std::string_view reason,
                                            int limit) const override;
  Result<std::vector<v1::Issue>> List(std::string_view merchant,
                                      bool with_resolved,
                                      const domain::MerchantChild& after,
                                      int limit) const override;
  // kAlreadyExists when the record has another open issue of the reason.
  Status Put(const ports::IssueKey& key, const v1::Issue& issue) override;

 private:
  Connection& db_;
};

}  // namespace storebridge::storage
