#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/flow_run.h"
#include "engine/flows/pull_options.h"

namespace storebridge::engine {

// Orders come in: every observation is merged into its record, in the same transaction as the
// cursor. One bad record becomes an issue; the others go on.
class OrdersIn : public FlowRun {
 public:
  OrdersIn(FlowPorts ports, RunSubject subject, PullOptions options);

  void OnEmit(connector::v1::Emit emit, Done<connector::v1::EmitResult> done) override;
  void OnCompare(connector::v1::Compare compare, Done<connector::v1::CompareResult> done) override;

 protected:
  void Begin() override;
  void OnSessionEnd(SessionEnd session) override;

 private:
  // An order that need not be fetched again.
  struct Note {
    std::string external_id;
    std::string mark;
    OrderMemory::Why why = OrderMemory::Why::kIgnored;
  };

  // What one page came to; filled by the writer.
  struct Page {
    connector::v1::Emit emit;
    int changed = 0;
    int failed = 0;
    // Of the failed ones, those that nobody was told of before.
    int news = 0;
    std::vector<Note> notes;
  };

  Status Commit(ports::Tx& tx, Page& page) const;
  Status CommitBad(ports::Tx& tx, Page& page) const;
  void Committed(Page& page);
  // Adds to `missing` what is open here, or waits for a person to end it in the store, and is not
  // listed by the store.
  Status AddMissing(const ports::ReadTx& tx,
                    const std::set<std::string_view>& listed,
                    connector::v1::CompareResult& result);
  Result<connector::v1::CompareResult> CompareNow(const connector::v1::Compare& compare);

  PullOptions options_;
  std::optional<std::string> cursor_;
  // Marks of the orders that this run fetches because the store lists them, by the store's id.
  std::map<std::string, std::string, std::less<>> asked_;
  // The store's ids of those that it fetches because the store lists them no more.
  std::vector<std::string> asked_gone_;
};

}  // namespace storebridge::engine
