#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/text_map.h"
#include "domain/merge.h"
#include "domain/shipping_rules.h"
#include "domain/stock_rules.h"
#include "engine/ledger.h"
#include "engine/new_id.h"
#include "ports/random.h"
#include "ports/storage.h"

namespace storebridge::engine {

// Writes orders of one merchant inside one transaction: what the rules want, what stock allows, and
// what follows from both.
class OrderBook {
 public:
  // What is known of an observation besides what it says.
  struct Sight {
    // Of domain::ContentHashesOf.
    std::uint64_t content_hash = 0;
    // A person asked for it: it is looked at even if it is as before, and what was left to people
    // while it was collected is over.
    bool is_asked_for = false;
    // The store's clock may call it older than what is known: it has stood for a while.
    bool has_stood = false;
  };

  // Orders that ReleasePending and RevalidateDrafts look at in one transaction.
  static constexpr int kOrdersMax = 200;

  OrderBook(Ledger& ledger, ports::Random& random)
      : ledger_(ledger), random_(random), ids_(ledger.now_ms(), random) {}

  // What became of an observation.
  struct Verdict {
    // Tells whether anything was written.
    domain::OrderMerge::Outcome outcome = domain::OrderMerge::Outcome::kUnchanged;
    // It was ignored for what its products are now.
    bool may_heal = false;
  };

  // Takes an observation of an order over. Errors are the record's fault unless they are
  // kUnavailable or kInternal: those end the transaction.
  Result<Verdict> Observe(const domain::StoreKey& store,
                          const v1::StoreSettings& settings,
                          const connector::v1::Order& seen,
                          const Sight& sight);

  // Writes `record` in the state that `wish` asks for and stock allows, with its claims, which
  // follow from it, and its issues.
  Status Settle(ports::OrderRecord& record, domain::OrderWish wish, bool stock_taken);

  // Gives back what a command or a report changed without a new decision: writes the order and its
  // claims.
  Status Write(ports::OrderRecord& record);

  // Tells people that an order was cancelled or closed short here, unless the store ended it
  // before. What they were told while it was collected is over.
  Status NoteEndedHere(const v1::Order& order);

  // What people were told that the store said of an order while it was collected.
  Result<domain::StoreWord> WordOnCollected(const v1::Order& order);

  // kFailedPrecondition, reason ORDER_BEING_READ, for an order that was put back, of which a change
  // in the store is known and not read yet.
  Status CheckIsRead(const ports::OrderRecord& record);

  // Lets orders that wait for stock go on, whole orders, the oldest first. With more than
  // kOrdersMax, the engine goes on when this transaction is durable.
  Status ReleasePending();

  // Checks orders again that were wrong, when products have come or changed; as ReleasePending.
  Status RevalidateDrafts();

  // The same for the next kOrdersMax orders in `state`, PENDING or DRAFT, after one of them. Gives
  // the last that was looked at; empty when no more follow.
  Result<std::string> LookAgain(v1::OrderState state, const std::string& after);

  // The facts of all product codes of an order.
  Result<domain::ProductLookup> ProductsOf(const v1::Order& order);

 private:
  Status LookAtOldest(v1::OrderState state);
  Status ReleaseOne(ports::OrderRecord& record);
  Status RevalidateOne(ports::OrderRecord& record);
  // Whether all that the order needs is free; it is reserved whole or not at all. `own` is what the
  // order holds already.
  Result<bool> CanReserve(const v1::Order& order, const domain::ProductQuantities& own);
  Status Put(ports::OrderRecord& record, const domain::ClaimFacts& facts);
  // False when no order of the store can have an open issue: asked once per transaction.
  Result<bool> MayHaveIssues(const domain::StoreKey& store);
  Status PutDraftIssue(const v1::Order& order);
  Status PutNotices(const domain::OrderMerge& merge);
  Status ResolveGone(const ports::IssueKey& key, const domain::OrderMerge& merge);
  Status PutNotice(const ports::IssueKey& key,
                   const v1::Order& order,
                   const domain::OrderNotice& notice);
  Status ResolveCollecting(const ports::IssueKey& key);
  // What is known of the products of a store's orders.
  struct Facts {
    TextMap<domain::ProductFacts> by_code;
    // The store's setting match_by_code.
    bool by_code_alone = false;
  };
  Status AddCode(const domain::StoreKey& store, std::string_view code, Facts& facts);
  // The same of an order, of an observation of it, or of both.
  Result<domain::ProductLookup> FactsFor(const domain::StoreKey& store,
                                         const v1::Order* existing,
                                         const connector::v1::Order* seen);

  Ledger& ledger_;
  ports::Random& random_;
  NewIds ids_;
  // Looked up once per transaction, for the orders of each store.
  std::map<domain::StoreKey, Facts> products_;
  std::map<domain::StoreKey, bool> stores_with_issues_;
};

// Last part of a resource name.
std::string IdOf(std::string_view name);

}  // namespace storebridge::engine
