#include "adapters/storage/store_tables.h"

#include <array>

#include "adapters/storage/documents.h"

namespace storebridge::storage {

using ports::StoreKey;

namespace {

// What stands for a flow on disk.
int NumberOf(domain::Flow flow) {
  return static_cast<int>(domain::ToProto(flow));
}

}  // namespace

Result<v1::Store> StoreTables::Get(const StoreKey& store) const {
  Query query(db_, Sql::kStoreGet, store.merchant, store.store);
  return GetDocument<v1::Store>(query, "STORE_NOT_FOUND", domain::StoreName(store));
}

Result<std::vector<v1::Store>> StoreTables::List(std::string_view merchant,
                                                 const StoreKey& after,
                                                 int limit) const {
  SB_CHECK(CheckLimit(limit));
  if (merchant.empty()) {
    Query query(db_, Sql::kStoreListAll, after.merchant, after.store, limit);
    return GetDocuments<v1::Store>(query);
  }
  Query query(db_, Sql::kStoreListOf, merchant, after.store, limit);
  return GetDocuments<v1::Store>(query);
}

Status StoreTables::Put(const StoreKey& store, const v1::Store& value) {
  const std::string doc = ToDocument(value);
  return Query(db_, Sql::kStorePut, store.merchant, store.store, Blob{doc}).Run();
}

Status StoreTables::Remove(const StoreKey& store) {
  constexpr std::array kAll{
      Sql::kStoreRemove,
      Sql::kStoreRemoveSecrets,
      Sql::kStoreRemoveFlows,
      Sql::kStoreRemoveListings,
      Sql::kStoreRemoveOutbox,
      Sql::kStoreRemoveIssues,
      Sql::kStoreRemoveRuns,
  };
  if (known_ != nullptr) {
    known_->Forget();
  }
  for (const Sql sql : kAll) {
    SB_CHECK(Query(db_, sql, store.merchant, store.store).Run());
  }
  return Ok();
}

Result<ports::FlowState> StoreTables::GetFlow(const StoreKey& store, domain::Flow flow) const {
  Query query(db_, Sql::kFlowGet, store.merchant, store.store, NumberOf(flow));
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return ports::FlowState{};
  }
  SB_TRY(v1::FlowHealth health, FromDocument<v1::FlowHealth>(query.Bytes(2)));
  return ports::FlowState{
      .cursor = std::string(query.Bytes(0)), .full_ms = query.Int(1), .health = std::move(health)};
}

Status StoreTables::PutFlow(const StoreKey& store,
                            domain::Flow flow,
                            const ports::FlowState& state) {
  const std::string health = ToDocument(state.health);
  return Query(db_,
               Sql::kFlowPut,
               store.merchant,
               store.store,
               NumberOf(flow),
               Blob{state.cursor},
               state.full_ms,
               Blob{health})
      .Run();
}

Result<std::vector<ports::SealedSecret>> StoreTables::Secrets(const StoreKey& store) const {
  Query query(db_, Sql::kSecretList, store.merchant, store.store);
  return GetRows(query, [](const Query& row) {
    return ports::SealedSecret{.name = std::string(row.Text(0)),
                               .sealed = std::string(row.Bytes(1))};
  });
}

Status StoreTables::PutSecret(const StoreKey& store, const ports::SealedSecret& secret) {
  return Query(db_, Sql::kSecretPut, store.merchant, store.store, secret.name, Blob{secret.sealed})
      .Run();
}

Result<bool> StoreTables::HasSecrets() const {
  return Query(db_, Sql::kSecretAny).Step();
}

}  // namespace storebridge::storage
