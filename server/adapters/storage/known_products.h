#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text_map.h"
#include "ports/repositories.h"

namespace storebridge::storage {

// What was read of each product, so that it need not be read again. When it is full it begins anew.
template <typename Value>
class Known {
 public:
  static constexpr std::size_t kMax = 2048;

  // Null when it is not known. Valid until the next change.
  [[nodiscard]] Value* Find(std::string_view merchant, std::string_view key) {
    const auto products = values_.find(merchant);
    if (products == values_.end()) {
      return nullptr;
    }
    const auto value = products->second.find(key);
    return value == products->second.end() ? nullptr : &value->second;
  }

  void Keep(std::string_view merchant, std::string_view key, Value value) {
    if (count_ >= kMax) {
      Forget();
    }
    values_[std::string(merchant)].insert_or_assign(std::string(key), std::move(value));
    ++count_;  // One that replaces another counts twice, which only begins anew too early.
  }

  void Forget() {
    values_.clear();
    count_ = 0;
  }

 private:
  TextMap<TextMap<Value>> values_;
  std::size_t count_ = 0;
};

// What the one connection that writes knows of products, across its transactions: a page of orders
// asks for the same ones as the page before it. Every statement that writes one of these tables
// keeps it true, and what is undone forgets it: new totals of claims are written from it.
struct KnownProducts {
  // Those of a product that is in more stores are read each time.
  static constexpr std::size_t kListingsMax = 16;

  // By product code; a code that nobody has is known, too.
  Known<domain::ProductFacts> facts;
  // By product id.
  Known<ports::StockPosition> positions;
  Known<std::vector<ports::Listing>> listings;

  void Forget() {
    facts.Forget();
    positions.Forget();
    listings.Forget();
  }
};

}  // namespace storebridge::storage
