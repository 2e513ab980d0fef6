#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/result.h"
#include "domain/names.h"
#include "ports/storage.h"

namespace storebridge::engine {

// The products of which a shipment may have reached its store, and nobody knows: by id (last part
// of the name), with the time at which that will have settled. A store that counts goods on its
// shelf has lowered its number for such a shipment, or not: whatever we write is wrong in one of
// the two cases. Looks at the oldest 1000 shipments that wait.
Result<std::map<std::string, std::int64_t>> ProductsInDoubt(const ports::ReadTx& tx,
                                                            const domain::StoreKey& store);

}  // namespace storebridge::engine
