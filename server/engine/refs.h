#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "ports/storage.h"
#include "storebridge/v1/product.pb.h"

// How callers name what they mean. A look-up below gives kNotFound when there is none.
namespace storebridge::engine {

// Names a product by its id or by its code; exactly one is set.
struct ProductRef {
  std::string merchant;
  std::string product;
  std::string product_code;
};

// Names an order by its id or by its number; exactly one is set.
struct OrderRef {
  std::string merchant;
  std::string order;
  std::string order_number;
};

// Makes a call safe to repeat: the same id with the same hash gives the first answer; with another
// hash it is refused. Nothing is kept when `id` is empty.
struct RequestKey {
  std::string id;
  // Of method and request without its id.
  std::uint64_t hash = 0;
};

Result<v1::Product> FindProduct(const ports::ReadTx& tx, const ProductRef& ref);

// kFailedPrecondition, reason ORDER_NUMBER_AMBIGUOUS, names the orders when several have the
// number.
Result<ports::OrderRecord> FindOrder(const ports::ReadTx& tx, const OrderRef& ref);

// The same; gives the bytes of the order's message.
Result<std::string> FindOrderBytes(const ports::ReadTx& tx, const OrderRef& ref);

}  // namespace storebridge::engine
