#include "adapters/storage/merchant_tables.h"

#include <array>

#include "adapters/storage/documents.h"

namespace storebridge::storage {

Result<v1::Merchant> MerchantTables::Get(std::string_view merchant) const {
  Query query(db_, Sql::kMerchantGet, merchant);
  return GetDocument<v1::Merchant>(query, "MERCHANT_NOT_FOUND", domain::MerchantName(merchant));
}

Result<std::vector<v1::Merchant>> MerchantTables::List(std::string_view after, int limit) const {
  SB_CHECK(CheckLimit(limit));
  Query query(db_, Sql::kMerchantList, after, limit);
  return GetDocuments<v1::Merchant>(query);
}

Status MerchantTables::Put(std::string_view merchant, const v1::Merchant& value) {
  const std::string doc = ToDocument(value);
  return Query(db_, Sql::kMerchantPut, merchant, Blob{doc}).Run();
}

Status MerchantTables::Remove(std::string_view merchant) {
  constexpr std::array kAll{
      Sql::kMerchantRemove,
      Sql::kMerchantRemoveProducts,
      Sql::kMerchantRemoveListings,
      Sql::kMerchantRemoveStock,
      Sql::kMerchantRemoveStockEntries,
      Sql::kMerchantRemoveClaimTotals,
      Sql::kMerchantRemoveOrders,
      Sql::kMerchantRemoveStores,
      Sql::kMerchantRemoveSecrets,
      Sql::kMerchantRemoveFlows,
      Sql::kMerchantRemoveOutbox,
      Sql::kMerchantRemoveIssues,
      Sql::kMerchantRemoveRuns,
      Sql::kMerchantRemoveRequests,
      // Whoever knows a place in this log is to begin anew if a merchant of that id is made again.
      Sql::kMerchantRemoveChanges,
      Sql::kMerchantEndChanges,
  };
  if (known_ != nullptr) {
    known_->Forget();
  }
  for (const Sql sql : kAll) {
    SB_CHECK(Query(db_, sql, merchant).Run());
  }
  return Ok();
}

}  // namespace storebridge::storage
