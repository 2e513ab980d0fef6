#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "engine/refs.h"
#include "ports/storage.h"
#include "storebridge/v1/explanation.pb.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/product.pb.h"

// Gathers what explains an order or a stock, for people who ask. Nothing here is fast: it looks
// through a merchant's open orders and issues.
namespace storebridge::engine {

struct ExplainedOrder {
  // Empty when nothing was taken over of that number.
  std::string order;
  v1::OrderState state = v1::ORDER_STATE_UNSPECIFIED;
  v1::Explanation explanation;
};

// kNotFound for a name, or a merchant, that does not exist; a number that does not is explained.
Result<ExplainedOrder> ExplainOrder(const ports::ReadTx& tx, const OrderRef& ref);

// Orders that claim pieces of a product, the oldest first.
struct StockClaims {
  std::vector<v1::StockClaim> list;
  // Whether there may be more.
  bool more = false;
};

struct ExplainedStock {
  std::string summary;
  std::vector<v1::StockExplanation> stores;
  StockClaims claims;
};

Result<ExplainedStock> ExplainStock(const ports::ReadTx& tx,
                                    const std::string& merchant,
                                    const v1::Product& product);

}  // namespace storebridge::engine
