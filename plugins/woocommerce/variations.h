#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "product_record.h"

namespace woocommerce {

// Products whose variations have a stock of their own, by id.
class Parents {
 public:
  // Memory that they may take while the list of products is read.
  static constexpr std::size_t kBytesMax = std::size_t{32} << 20;

  Parents() = default;

  void Add(sdk::Product product);
  // One that cannot be read. Its variations are issues, too: they are there, and unknown.
  void AddUnreadable(const std::string& id, std::string_view problem);
  void Clear();

  [[nodiscard]] bool empty() const { return known_.empty(); }
  // Whether they take kBytesMax, or more: time to read their variations.
  [[nodiscard]] bool is_full() const { return bytes_ >= kBytesMax; }
  [[nodiscard]] std::vector<std::string> Ids() const;
  [[nodiscard]] bool Has(const std::string& id) const { return known_.contains(id); }
  // Throws Failure kPermanent for one that cannot be read.
  [[nodiscard]] const sdk::Product& At(const std::string& id) const;

 private:
  struct Parent {
    sdk::Product product;
    std::string problem;
  };
  std::map<std::string, Parent> known_;
  std::size_t bytes_ = 0;
};

// Adds what a request for one part of a list needs: `per_page`, and `page` or `offset`.
sdk::Request AtPlace(sdk::Request request, const sdk::Walk& walk);

// Emits the variations of some products, a few products at once.
sdk::Task<void> EmitVariationsOf(sdk::Context& cx,
                                 const Store& store,
                                 const Parents& parents,
                                 const Units& units);

// Emits all variations of the store, from its one list of them; as EmitVariationsOf where the store
// has none. Nothing is asked when there are no parents.
sdk::Task<void> EmitAllVariations(sdk::Context& cx,
                                  const Store& store,
                                  const Parents& parents,
                                  const Units& units);

}  // namespace woocommerce
