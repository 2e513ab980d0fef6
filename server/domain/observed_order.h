#pragma once

#include "core/result.h"
#include "domain/payment_state.h"
#include "domain/progress.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/order.pb.h"

// How an observation is read. Only for merge_order.cc and its tests: everybody else goes through
// merge.h.
namespace storebridge::domain {

// What the store says of an order as a whole.
struct OrderSight {
  PaymentState payment = PaymentState::kUnpaid;
  Progress progress = Progress::kOpen;
};

// kInvalidArgument, reason ORDER_MALFORMED, when the connector broke the contract.
Result<OrderSight> ReadSight(const connector::v1::Order& seen);

// Overwrites everything in the record that the store owns. What the platform owns is not touched:
// name, store, state, problems, shipments, shipped quantities, times and etag. Lines keep their
// shipped_quantity by the store's id of the line, and their product while they keep its code. A
// line that is shown without a code keeps the one that it had.
void CopyObserved(const connector::v1::Order& seen, v1::Order& record);

}  // namespace storebridge::domain
