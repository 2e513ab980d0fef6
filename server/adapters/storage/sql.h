#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace storebridge::storage {

// Every statement that is used. Texts are in sql.cc, with `$n` for parameters.
enum class Sql : std::size_t {
  kBegin,
  kCommit,
  kRollback,
  kSavepoint,
  kRelease,
  kRollbackTo,
  kMerchantGet,
  kMerchantList,
  kMerchantPut,
  kStoreGet,
  kStoreListOf,
  kStoreListAll,
  kStorePut,
  kFlowGet,
  kFlowPut,
  kSecretList,
  kSecretPut,
  kSecretAny,
  kProductGet,
  kProductHasAny,
  kProductByCode,
  kProductCode,
  kProductListOf,
  kProductListAll,
  kProductPut,
  kProductAdd,
  kListingFind,
  kListingsOfProduct,
  kListingsOfStore,
  kListingIdsOfStore,
  kListingsDirty,
  kListingNextDirty,
  kListingPut,
  kListingPutStock,
  kListingNoteAttempt,
  kListingNoteAccepted,
  kListingRemove,
  kStockAny,
  kStockGet,
  kStockPut,
  kStockEntryAdd,
  kStockEntryForget,
  kStockPosition,
  kClaimTotalAdd,
  kClaimTotalSet,
  kClaimTotalRemove,
  kOrderGet,
  kOrderDoc,
  kOrderPlace,
  kOrderHasAny,
  kOrderHead,
  kOrderByNumber,
  kOrderNextStore,
  kOrderPageOfStore,
  kOrderPageAll,
  kOrderPageByNumber,
  kOrderPageAllByNumber,
  kOrderOldest,
  kOrderClaims,
  kOrderOpenHeads,
  kOrderPut,
  kOutboxGet,
  kOutboxDue,
  kOutboxNextDue,
  kOutboxPut,
  kOutboxForget,
  kIssueGet,
  kIssueKeyOf,
  kIssueOpenOf,
  kIssueAnyOpen,
  kIssueOpenKeys,
  kIssueListOf,
  kIssueListAll,
  kIssueListOpenOf,
  kIssueListOpenAll,
  kIssuePut,
  kIssueForget,
  kRunGet,
  kRunList,
  kRunPut,
  kRunRunning,
  kRunPrune,
  kChangeList,
  kChangeHead,
  kChangeTake,
  kChangeAdd,
  kChangeOldest,
  kChangeForget,
  kChangeNextMerchant,
  kRequestFind,
  kRequestPut,
  kRequestForget,
  kMerchantRemove,
  kMerchantRemoveProducts,
  kMerchantRemoveListings,
  kMerchantRemoveStock,
  kMerchantRemoveStockEntries,
  kMerchantRemoveClaimTotals,
  kMerchantRemoveOrders,
  kMerchantRemoveStores,
  kMerchantRemoveSecrets,
  kMerchantRemoveFlows,
  kMerchantRemoveOutbox,
  kMerchantRemoveIssues,
  kMerchantRemoveRuns,
  kMerchantRemoveRequests,
  kStoreRemove,
  kStoreRemoveSecrets,
  kStoreRemoveFlows,
  kStoreRemoveListings,
  kStoreRemoveOutbox,
  kStoreRemoveIssues,
  kStoreRemoveRuns,
  kCount,
};

inline constexpr std::size_t kSqlCount = static_cast<std::size_t>(Sql::kCount);

// One statement. The name is for error messages.
struct SqlText {
  Sql id;
  std::string_view name;
  std::string_view text;
};

// All of them, in the order of the enum.
const std::array<SqlText, kSqlCount>& SqlTexts();

// The name and text of one.
const SqlText& TextOf(Sql sql);

}  // namespace storebridge::storage
