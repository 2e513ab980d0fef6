#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "ports/storage.h"
#include "ports/store_config.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/store.pb.h"

namespace storebridge::engine {

// The stores of a connector, `connectors/{connector}`, but for those that are being deleted.
Result<std::vector<v1::Store>> StoresOf(ports::Storage& storage, const std::string& connector);

// Whether these stores of one connector can go on with another manifest of it: their settings fit
// it, and their stock numbers mean what they meant. kFailedPrecondition names some that cannot and
// says what to do.
Status CheckStoresFit(const std::vector<v1::Store>& stores,
                      const ports::StoreConfigChecker& checker,
                      const connector::v1::Manifest& manifest);

}  // namespace storebridge::engine
