#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/flows/open_orders.h"
#include "engine/flows/pull_options.h"
#include "engine/flows/pull_run.h"
#include "engine/order_book.h"

namespace storebridge::engine {

// Orders come in: every observation is merged into its record, in the same transaction as the
// cursor. One bad record becomes an issue; the others go on.
class OrdersIn : public PullRun {
 public:
  OrdersIn(FlowPorts ports, RunSubject subject, PullOptions options);

  void OnEmit(Emit emit, Done<connector::v1::EmitResult> done) override;
  void OnCompare(Compare compare, Done<connector::v1::CompareResult> done) override;

 protected:
  void Begin() override;
  void OnPullEnd(SessionEnd session) override;

 private:
  // An order that need not be fetched again.
  struct Note {
    std::string external_id;
    std::string mark;
    OrderMemory::Why why = OrderMemory::Why::kIgnored;
  };

  // What is known of an order of a page besides what it says.
  struct Sight {
    OrderBook::Sight book;
    bool is_twin = false;
    // Filled by the writer: the store's clock calls it older than what is known.
    bool is_older = false;
  };

  // What one page came to; filled by the writer but for the first two.
  struct Page {
    Emit emit;
    // Of each of its orders.
    std::vector<Sight> sights;
    int changed = 0;
    int failed = 0;
    // Of the failed ones, those that nobody was told of before.
    int news = 0;
    std::vector<Note> notes;
    bool has_nameless = false;
    // Whether the store has any open issue of an order.
    bool any_issue = false;
  };

  // Looks at the orders of a page; those that do not count, because they are shown in another way
  // too, are taken out.
  void Sort(Page& page);
  Status Commit(ports::Tx& tx, Page& page) const;
  Status CommitOrder(OrderBook& book,
                     ports::Tx& tx,
                     const connector::v1::Order& seen,
                     Sight& sight,
                     Page& page) const;
  Status CommitBad(ports::Tx& tx, Page& page) const;
  void Committed(Page& page);
  Result<connector::v1::CompareResult> CompareNow(const connector::v1::Compare& compare);
  // Whether only some orders are asked for.
  [[nodiscard]] bool IsLimited() const { return is_second_look_ || !options_.only.empty(); }
  // Asks for orders that the store called older than they are known a while ago.
  void AskAgain(const std::vector<std::string>& ids);
  void EndPull();

  PullOptions options_;
  std::optional<std::string> cursor_;
  // What this run fetches because of the store's open orders.
  OpenOrders open_;
  bool met_nameless_ = false;
  bool is_second_look_ = false;
};

}  // namespace storebridge::engine
