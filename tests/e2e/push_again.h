#pragma once

#include "core/result.h"
#include "day_kit/platform.h"
#include "day_kit/process.h"
#include "day_kit/store_side.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::e2e {

struct PushAgainOptions {
  // As the store's setting says.
  bool notify_customer = true;
  // The connector is told that an earlier attempt may have arrived.
  bool read_back_first = true;
};

// Lets the connector of the merchant's store `web` tell it once more of all shipments of an order
// that has left, whatever the server knows of them: as a server does that lost the answers, or its
// memory. What the connector said when an outcome was not "accepted".
Status PushAgain(const day::TempFolder& folder,
                 day::Platform& platform,
                 const day::StoreSide& side,
                 const v1::Order& order,
                 const PushAgainOptions& options);

}  // namespace storebridge::e2e
