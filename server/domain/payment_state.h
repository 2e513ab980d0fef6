#pragma once

#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/order.pb.h"

namespace storebridge::domain {

// Whether an order was paid.
enum class PaymentState { kUnpaid, kAuthorized, kPaid, kRefunded };

// Takes a payment state out of a record. kInternal for a value that nobody may have written.
Result<PaymentState> PaymentStateFrom(v1::PaymentState state);
// Takes it out of an observation. kInvalidArgument when the connector did not say it.
Result<PaymentState> PaymentStateFrom(connector::v1::PaymentState state);
v1::PaymentState ToProto(PaymentState state);

}  // namespace storebridge::domain
