#pragma once

#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::domain {

// Whether the store still has work to do on an order.
enum class Progress { kOpen, kCompleted, kCancelled };

// Takes it out of an observation. kInvalidArgument when the connector did not say it.
Result<Progress> ProgressFrom(connector::v1::Order::Progress progress);

}  // namespace storebridge::domain
