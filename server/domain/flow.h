#pragma once

#include <array>
#include <string_view>

#include "core/result.h"
#include "storebridge/v1/sync_run.pb.h"

namespace storebridge::domain {

// What is scheduled per store.
enum class Flow { kProducts, kOrders, kStock, kShipments };

inline constexpr std::array kFlows = {
    Flow::kProducts, Flow::kOrders, Flow::kStock, Flow::kShipments};

// kInvalidArgument lists the allowed ones.
Result<Flow> FlowFrom(v1::Flow flow);
v1::Flow ToProto(Flow flow);

// `products`, `orders`, `stock`, `shipments`: in logs, metrics and tables.
std::string_view FlowName(Flow flow);

// The operation of a connector that a flow runs: `products.pull`, `stock.push`.
std::string_view OperationOf(Flow flow);

}  // namespace storebridge::domain
