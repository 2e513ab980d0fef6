#pragma once

#include <string>
#include <vector>

#include "domain/stock_rules.h"
#include "storebridge/v1/explanation.pb.h"
#include "storebridge/v1/issue.pb.h"
#include "storebridge/v1/stock.pb.h"
#include "storebridge/v1/store.pb.h"

// Why does the store show 3 and not 5?
namespace storebridge::domain {

struct StoreStockFacts {
  // As the API shows it.
  v1::Store store;
  // `merchants/{merchant}/products/{product}`.
  std::string product;
  // What the store was told.
  v1::PublishedStock published;
  // Whether the connector can write stock, and says what the store's number means.
  bool is_published = false;
  StockFacts stock;
  // Nobody knows whether the store was told of a shipment of it, and it counts what lies on its
  // shelf: nothing is written before that is known.
  bool is_in_doubt = false;
  // Open ones of the product's stock in this store.
  std::vector<v1::Issue> issues;
};

// The terms add up to `wanted`.
v1::StockExplanation ExplainStock(const StoreStockFacts& facts);

// What there is of a product in all, in one sentence.
std::string SummaryOfStock(const v1::Stock& stock);

}  // namespace storebridge::domain
