#pragma once

#include "core/result.h"
#include "ports/storage.h"
#include "storebridge/v1/store.pb.h"

namespace storebridge::engine {

// The store as the API shows it: with the health of its flows and the names of its secrets, as
// storage knows them. The flows of `live` instead, and its webhook, where it is given.
v1::Store ShowStore(const ports::ReadTx& tx,
                    const domain::StoreKey& key,
                    v1::Store store,
                    const v1::Store* live = nullptr);

// That nothing runs for the store, and what to do. kFailedPrecondition, reason STORE_NOT_ACTIVE.
Error NotActive(const v1::Store& store);

// Writes a store with a new etag and update time, and notes the change.
Status PutStore(ports::Tx& tx, const domain::StoreKey& key, v1::Store& store, std::int64_t now_ms);

}  // namespace storebridge::engine
