#pragma once

#include "core/result.h"
#include "storebridge/connector/v1/connector.pb.h"
#include "storebridge/v1/connector.pb.h"

namespace storebridge::domain {

// What a store's stock number means.
enum class StockBasis {
  kSalable,   // The store lowers it at the sale.
  kPhysical,  // The store subtracts its own open orders itself.
};

// kFailedPrecondition when it was not said: stock cannot be published then.
Result<StockBasis> StockBasisFrom(v1::StockBasis basis);

// What a manifest says, for a record; UNSPECIFIED for a value that is not known here.
v1::StockBasis StockBasisOf(connector::v1::StockBasis basis);

}  // namespace storebridge::domain
