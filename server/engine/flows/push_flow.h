#pragma once

#include <cstddef>
#include <string_view>

#include "engine/flow_run.h"

namespace storebridge::engine {

// A flow that writes to a store: one session after the other, each with a batch of items that the
// connector answers one by one. At most 100 sessions a run; what is left then runs at once again.
class PushFlow : public FlowRun {
 public:
  // `operation` is what the sessions run unless Use() says otherwise, with at most `items_max`
  // items each, fewer where the connector's manifest says so.
  PushFlow(FlowPorts ports, RunSubject subject, std::string_view operation, int items_max);

 protected:
  void Begin() override;
  // Collects a batch and opens a session for it, or ends the run when nothing is due.
  void PushBatch();

  // Collects for the batch from what is due: runs in a transaction, and may be run again.
  virtual Status Collect(ports::Tx& tx) = 0;
  // What the session for this batch runs; for Collect.
  void Use(std::string_view operation) { operation_ = operation; }
  // What was collected is kept. True when more of the same batch has to be collected.
  virtual bool TakeCollected() { return false; }
  // Puts the batch into what the session begins with; false when there is none.
  virtual bool Describe(connector::v1::Begin& begin) const = 0;

  // Counts an outcome that was recorded.
  void Count(const connector::v1::ItemResult& result);
  // What a connector did wrong that ended without an outcome for `items` of its batch.
  static connector::v1::Failure NoOutcome(std::size_t items, std::string_view first);

  [[nodiscard]] std::string_view operation() const { return operation_; }
  // Of that operation.
  [[nodiscard]] int items_max() const;

 private:
  void CollectSome();

  std::string_view operation_;
  int items_max_;
  int batches_ = 0;
};

}  // namespace storebridge::engine
