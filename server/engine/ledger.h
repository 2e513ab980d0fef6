#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/text_map.h"
#include "engine/stock_book.h"
#include "ports/storage.h"

namespace storebridge::engine {

// The stock of one merchant inside one transaction: claims and balances, and what follows from them
// for the stores. Changes are gathered; Finish writes the totals of the claims, works out once per
// product which listings show the wrong number and wakes their stores.
class Ledger {
 public:
  Ledger(ports::Tx& tx, std::string merchant, std::int64_t now_ms);

  // The id of `product` was just drawn: there is no stock of it yet, and no claim.
  void AddNew(const std::string& product) { positions_.try_emplace(product); }

  // Pieces of `product` that can still be promised; 0 while nothing was set.
  Result<std::int64_t> Available(const std::string& product);

  // Takes an order of `store` to claim something else than before. Who puts the order writes its
  // claims; Finish writes their totals.
  Status MoveClaims(const std::string& store,
                    const std::vector<ports::Claim>& before,
                    const std::vector<ports::Claim>& after);

  // Sets what is on the shelf and writes a line in the stock ledger. Harmless when it is so
  // already.
  Status SetOnHand(const std::string& product, std::int64_t on_hand, std::string_view reason);

  // Adds to what is on the shelf. kFailedPrecondition when less than 0 would be there.
  Status AddOnHand(const std::string& product, std::int64_t delta, std::string_view reason);

  // What the store should show for a product; none while nothing was set.
  Result<std::optional<std::int64_t>> Wanted(const domain::StoreKey& store,
                                             const std::string& product);

  // Compares a listing with what its store should show, and notes the outcome in it. One that shows
  // the right number has no error and no issue any more.
  Status RefreshDirty(ports::Listing& listing);

  // Clears the error of a listing, and resolves its issue.
  Status EndTrouble(ports::Listing& listing);

  // Writes the totals that changed, refreshes the listings of everything that changed, and wakes
  // the stores that show a wrong number. The last thing in a transaction that changed something.
  Status Finish();

  // Whether anything became free since the start: orders that wait may go on.
  [[nodiscard]] bool freed() const { return freed_; }

  [[nodiscard]] const std::string& merchant() const { return merchant_; }
  [[nodiscard]] std::int64_t now_ms() const { return now_ms_; }
  [[nodiscard]] ports::Tx& tx() { return tx_; }

 private:
  struct Position {
    ports::StockLevel level;
    std::vector<ports::ClaimTotal> totals;
    // What of the totals is not written yet.
    std::vector<ports::ClaimTotal> differences;
    bool is_touched = false;
  };

  // Pieces that a store's orders claim came, or went.
  Status Move(const std::string& store, const ports::Claim& claim, std::int64_t quantity);
  Status WriteTotals(const std::string& product);
  Result<Position*> Find(const std::string& product);
  void Touch(const std::string& product, Position& position);
  Result<const PublishingRules*> RulesOf(const std::string& store);
  Status PutLevel(const std::string& product,
                  Position& position,
                  std::int64_t on_hand,
                  std::string_view reason);

  ports::Tx& tx_;
  std::string merchant_;
  std::int64_t now_ms_;
  TextMap<Position> positions_;
  TextMap<PublishingRules> rules_;
  std::vector<std::string> touched_;
  bool freed_ = false;
};

}  // namespace storebridge::engine
