#include "engine/store_view.h"

#include <fmt/format.h>

#include "domain/timestamp.h"
#include "engine/etag.h"

namespace storebridge::engine {

namespace {

void AddFlows(const ports::ReadTx& tx, const domain::StoreKey& key, v1::Store& store) {
  for (const domain::Flow flow : domain::kFlows) {
    const Result<ports::FlowState> state = tx.stores().GetFlow(key, flow);
    if (state && state->health.has_last_run_time()) {
      *store.add_flows() = state->health;
      store.mutable_flows()->rbegin()->set_flow(domain::ToProto(flow));
    }
  }
}

}  // namespace

v1::Store ShowStore(const ports::ReadTx& tx,
                    const domain::StoreKey& key,
                    v1::Store store,
                    const v1::Store* live) {
  store.clear_flows();
  store.clear_secrets();
  if (live != nullptr) {
    *store.mutable_flows() = live->flows();
    if (live->has_webhook()) {
      *store.mutable_webhook() = live->webhook();
    }
  } else {
    AddFlows(tx, key, store);
  }
  if (const Result<std::vector<ports::SealedSecret>> secrets = tx.stores().Secrets(key)) {
    for (const ports::SealedSecret& secret : *secrets) {
      store.add_secrets(secret.name);
    }
  }
  return store;
}

Status PutStore(ports::Tx& tx, const domain::StoreKey& key, v1::Store& store, std::int64_t now_ms) {
  store.clear_flows();
  store.clear_secrets();
  store.clear_webhook();
  store.clear_etag();
  *store.mutable_update_time() = domain::TimestampFromMs(now_ms);
  store.set_etag(EtagOfAll(store));
  tx.changes().Add(key.merchant, v1::Change::TYPE_STORE, domain::StoreName(key));
  return tx.stores().Put(key, store);
}

Error NotActive(const v1::Store& store) {
  const std::string& reason = store.state_reason();
  // What refused credentials leave behind says itself what to do.
  const bool is_paused = store.state() != v1::Store::STATE_NEEDS_CREDENTIALS;
  return Error{.code = Code::kFailedPrecondition,
               .reason = "STORE_NOT_ACTIVE",
               .message = fmt::format("store '{}' is not active{}{}{}",
                                      store.name(),
                                      reason.empty() ? "" : ": ",
                                      reason,
                                      is_paused ? "; call ResumeStore first" : ""),
               .facts = {{"store", store.name()}}};
}

}  // namespace storebridge::engine
