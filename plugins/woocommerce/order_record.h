#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "api.h"

namespace woocommerce {

// Fields of an order that ReadOrder and MarkOf read, for `_fields`.
extern const std::string_view kOrderFields;

// What an order does not say itself, by the id of its lines.
struct OrderExtras {
  std::map<std::string, std::int64_t> refunded = {};
  // Refunds that are counted in it.
  std::set<std::string> refund_ids = {};
  std::map<std::string, std::int64_t> fulfilled = {};
};

// Text that differs when anything that matters differs: WooCommerce moves the modification time at
// payment, edits, refunds and shipping.
std::string MarkOf(const sdk::Json& order);

// Whether the order is a basket that was not placed yet.
bool IsDraft(const sdk::Json& order);

// Whether nothing has to be known of its refunds or fulfillments.
bool HasRefunds(const sdk::Json& order);
bool HasFulfillments(const sdk::Json& order, const Store& store);
// Whether WooCommerce itself has marked the order as sent, or as sent in part.
bool IsSentByFulfillment(const sdk::Json& order);

// Adds the pieces of a list of refunds or fulfillments of an order. A refund that is counted
// already is passed over: a new one moves the others to the next page while they are read.
void AddRefunds(const sdk::Json& refunds, OrderExtras* extras);
void AddFulfillments(const sdk::Json& fulfillments, OrderExtras* extras);

// Throws kTransient where the order names a refund that was not among those.
void RequireRefunds(const sdk::Json& order, const OrderExtras& extras);

// Reads an order.
sdk::Order ReadOrder(const sdk::Json& json, const Store& store, const OrderExtras& extras);

}  // namespace woocommerce
