#pragma once

#include <memory>
#include <optional>
#include <string>

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
  // What one page came to; filled by the writer.
  struct Page {
    connector::v1::Emit emit;
    int changed = 0;
    int failed = 0;
  };

  Status Commit(ports::Tx& tx, Page& page) const;
  Result<connector::v1::CompareResult> CompareNow(const connector::v1::Compare& compare) const;

  PullOptions options_;
  std::optional<std::string> cursor_;
};

}  // namespace storebridge::engine
