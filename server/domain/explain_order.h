#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "storebridge/v1/explanation.pb.h"
#include "storebridge/v1/issue.pb.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/store.pb.h"

// Why has this order not been shipped?
namespace storebridge::domain {

// Orders and products that a sentence names at most.
inline constexpr std::size_t kNamedMax = 5;

// What an order needs of one product, and what there is.
struct NeededStock {
  // `merchants/{merchant}/products/{product}`.
  std::string product;
  std::string product_code;
  std::int64_t needed = 0;
  // None until it was first set.
  std::optional<std::int64_t> on_hand;
  // For orders of all stores, this one among them if it has a reservation.
  std::int64_t reserved = 0;
  // Some of the oldest orders that have it reserved.
  std::vector<v1::StockClaim> reserved_by;
  // There may be more of them.
  bool more_reserved_by = false;
};

// How many cannot be promised to an order that has none reserved; not above 0 when all can be.
std::int64_t MissingOf(const NeededStock& need);

struct OrderFacts {
  v1::Order order;
  // As the API shows it. None when it was deleted.
  std::optional<v1::Store> store;
  // Whether its connector tells the store of parts of an order; true when that is not known.
  bool takes_parts = true;
  // Of a NEW or PENDING order.
  std::vector<NeededStock> needs;
  // Open ones of the order, its shipments and its products.
  std::vector<v1::Issue> issues;
};

// kInternal when the record has an unknown state.
Result<v1::Explanation> ExplainOrder(const OrderFacts& facts);

// A store in which an order could be.
struct SeenStore {
  // As the API shows it.
  v1::Store store;
  // Whether its connector reads orders; true when that is not known.
  bool reads_orders = true;
};

// An order number that nothing is known of.
struct MissingOrderFacts {
  std::string order_number;
  // The merchant's.
  std::vector<SeenStore> stores;
  // There are more.
  bool has_more_stores = false;
  // Open ones of orders with that number.
  std::vector<v1::Issue> issues;
};

v1::Explanation ExplainMissingOrder(const MissingOrderFacts& facts);

}  // namespace storebridge::domain
