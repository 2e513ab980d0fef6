#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/stock_basis.h"
#include "domain/stock_rules.h"
#include "ports/storage.h"
#include "storebridge/v1/product.pb.h"
#include "storebridge/v1/stock.pb.h"

namespace storebridge::engine {

// How stock is published to one store.
struct PublishingRules {
  domain::StockBasis basis = domain::StockBasis::kSalable;
  std::int64_t buffer = 0;
  // A store whose connector cannot say what its number means is not written to.
  bool is_published = false;
};

Result<PublishingRules> PublishingRulesOf(const ports::ReadTx& tx, const domain::StoreKey& store);

// Pieces claimed in a kind, by all stores or by one.
std::int64_t SumOf(const std::vector<ports::ClaimTotal>& totals,
                   ports::ClaimKind kind,
                   std::optional<std::string_view> store = {});

// What is known of a product for a store.
domain::StockFacts StockFactsOf(const ports::StockLevel& level,
                                const std::vector<ports::ClaimTotal>& totals,
                                const PublishingRules& rules,
                                std::string_view store);

// What a store should show; none while nothing was set.
std::optional<std::int64_t> WantedQuantity(const ports::StockLevel& level,
                                           const std::vector<ports::ClaimTotal>& totals,
                                           const PublishingRules& rules,
                                           std::string_view store);

// The stock of a product as the API shows it: what is on the shelf and what is promised.
Result<v1::Stock> ShowBalance(const ports::ReadTx& tx,
                              const std::string& merchant,
                              const v1::Product& product);

// The same, and what each store was told.
Result<v1::Stock> ShowStock(const ports::ReadTx& tx,
                            const std::string& merchant,
                            const v1::Product& product);

// A line of the ledger as the API shows it.
v1::StockEntry ShowEntry(const ports::StockEntry& entry);

}  // namespace storebridge::engine
