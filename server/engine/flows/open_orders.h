#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/names.h"
#include "engine/order_memory.h"
#include "ports/storage.h"
#include "storebridge/connector/v1/connector.pb.h"

namespace storebridge::engine {

// Compares the open orders of a store with ours: which are worth fetching.
class OpenOrders {
 public:
  OpenOrders(const domain::StoreKey& store, const OrderMemory& memory)
      : store_(store), memory_(memory) {}

  // `wanted` are the orders that are unknown, have another mark or may have healed; `missing` those
  // that are open here, or wait for a person to end them in the store, and are not listed.
  Result<connector::v1::CompareResult> Compare(const ports::ReadTx& tx,
                                               const connector::v1::Compare& compare);

  // Marks of those that are wanted, by the store's id.
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& wanted() const {
    return wanted_;
  }
  // The store's ids of those missing ones that need not be fetched at each look.
  [[nodiscard]] const std::vector<std::string>& missing_once() const { return missing_once_; }

 private:
  Status AddMissing(const ports::ReadTx& tx,
                    const std::set<std::string_view>& listed,
                    connector::v1::CompareResult& result);
  // Whether an order has to be fetched although its mark is as before: its products may be right
  // now, or it was shown in two ways.
  [[nodiscard]] Result<bool> MayHaveHealed(const ports::ReadTx& tx,
                                           const ports::OrderHead& head,
                                           const std::set<std::string, std::less<>>& twins) const;

  const domain::StoreKey& store_;
  const OrderMemory& memory_;
  std::map<std::string, std::string, std::less<>> wanted_;
  std::vector<std::string> missing_once_;
};

}  // namespace storebridge::engine
