#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "domain/explain_order.h"
#include "domain/explain_stock.h"
#include "engine/refs.h"
#include "ports/connector_host.h"
#include "ports/storage.h"
#include "storebridge/v1/explanation.pb.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/product.pb.h"

// Gathers what explains an order or a stock, for people who ask. First what the tables have, then
// the stores as they are now (Engine::GetStores), and then it is explained.
namespace storebridge::engine {

// Orders that are looked at for one explanation, to name those that claim a product.
inline constexpr int kClaimingOrdersMax = 5'000;
// Claims, stores and open issues that one explanation looks at.
inline constexpr std::size_t kClaimsMax = 50;
inline constexpr int kExplainedStoresMax = 100;
inline constexpr int kExplainedIssuesMax = 1'000;

// What the tables have of an order; its stores are still to be shown.
struct OrderEvidence {
  // Of a number that nothing was taken over of, `missing` is explained.
  bool is_missing = false;
  domain::OrderFacts order;
  domain::MissingOrderFacts missing;
  std::vector<domain::StoreKey> stores;
};

// kNotFound for a name, or a merchant, that does not exist; a number that does not is evidence.
Result<OrderEvidence> GatherOrder(const ports::ReadTx& tx, const OrderRef& ref);

Result<v1::Explanation> Explain(OrderEvidence evidence,
                                std::vector<v1::Store> stores,
                                const ports::ConnectorHost& connectors);

// What the tables have of a product's stock; its stores are still to be shown.
struct StockEvidence {
  v1::Stock stock;
  // Orders that claim pieces, the oldest first.
  std::vector<v1::StockClaim> claims;
  // There may be more.
  bool more_claims = false;
  // One for each listing, in the order of `stores`.
  std::vector<domain::StoreStockFacts> listings;
  std::vector<domain::StoreKey> stores;
};

Result<StockEvidence> GatherStock(const ports::ReadTx& tx,
                                  const std::string& merchant,
                                  const v1::Product& product);

std::vector<v1::StockExplanation> Explain(StockEvidence evidence,
                                          const std::vector<v1::Store>& stores,
                                          const ports::ConnectorHost& connectors);

}  // namespace storebridge::engine
