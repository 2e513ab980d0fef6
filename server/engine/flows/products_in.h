#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/flow_run.h"
#include "engine/flows/pull_options.h"
#include "engine/ledger.h"

namespace storebridge::engine {

// Products come in: the store overwrites what we have. A full run also notices what is gone. The
// stock that a store shows is only compared with what it should show.
class ProductsIn : public FlowRun {
 public:
  ProductsIn(FlowPorts ports, RunSubject subject, PullOptions options);

  void OnEmit(connector::v1::Emit emit, Done<connector::v1::EmitResult> done) override;

 protected:
  void Begin() override;
  void OnSessionEnd(SessionEnd session) override;

 private:
  // What one page came to; filled by the writer.
  struct Page {
    connector::v1::Emit emit;
    int changed = 0;
    int failed = 0;
    // Of the failed ones, those that nobody was told of before.
    int news = 0;
    // Product codes came, went or changed: drafts may be right now.
    bool codes_changed = false;
  };

  Status Commit(ports::Tx& tx, Page& page) const;
  Result<bool> Observe(Ledger& ledger, const connector::v1::Product& seen, Page& page) const;
  Result<bool> Merge(Ledger& ledger,
                     const connector::v1::Product& seen,
                     const std::optional<ports::Listing>& listing,
                     Page& page) const;
  Status CompareStock(Ledger& ledger,
                      const connector::v1::Product& seen,
                      ports::Listing& listing) const;
  // Marks what a full run did not meet as gone, a page at a time.
  void RemoveGone(std::string after);

  PullOptions options_;
  std::optional<std::string> cursor_;
  // The store's ids that a full run met.
  std::set<std::string> met_;
  // One that it met twice: pages have moved or came again, so that others may not have been met.
  std::string met_twice_;
};

}  // namespace storebridge::engine
