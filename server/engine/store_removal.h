#pragma once

#include <cstdint>

#include "core/result.h"
#include "domain/names.h"
#include "ports/storage.h"

namespace storebridge::engine {

// Products that one transaction takes off a store that is deleted.
inline constexpr int kListingsPerRemoval = 200;

// kFailedPrecondition, reason STORE_DELETING, when the store is being deleted.
Status CheckNotDeleting(const v1::Store& store);

// The next part of deleting a store: takes at most kListingsPerRemoval products off it. With more,
// the store is DELETING from here on and read anew; the engine goes on with the next part, also
// after a restart. With the last ones it is forgotten.
Status RemovePart(ports::Tx& tx, const domain::StoreKey& store, std::int64_t now_ms);

}  // namespace storebridge::engine
