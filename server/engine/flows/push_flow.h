#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "engine/flow_run.h"

namespace storebridge::engine {

// A flow that writes to its store: batch after batch, each in a session of its own, until nothing
// waits. Every record gets its own outcome, and each page of outcomes is one transaction.
class PushFlow : public FlowRun {
 public:
  using FlowRun::FlowRun;

  void OnEmit(connector::v1::Emit emit, Done<connector::v1::EmitResult> done) override;

 protected:
  void Begin() override { PushBatch(); }
  void OnSessionEnd(SessionEnd session) override;

  // Pushes what waits now, then the next batch; ends the run when nothing waits.
  void PushBatch();

  // Puts the next batch into `begin`, and calls Expect for each record in it. Runs on the writer,
  // perhaps again.
  virtual Status Collect(ports::Tx& tx, connector::v1::Begin& begin) = 0;
  // Writes what became of a record that is expected.
  virtual Status Record(ports::Tx& tx, const connector::v1::ItemResult& result) = 0;
  // Writes that the session ended with `failure` and without a word on this record.
  virtual Status GiveBack(ports::Tx& tx,
                          const std::string& ref,
                          const connector::v1::Failure& failure) = 0;

  // Notes that an outcome is to come for `ref`.
  void Expect(std::string ref) { expected_.insert(std::move(ref)); }

  // Records that one session of `operation` takes, at most `most`.
  [[nodiscard]] int ItemsMax(std::string_view operation, int most) const;

 private:
  void GiveAllBack(connector::v1::Failure failure);

  // Records that were handed to the session and have no outcome yet.
  std::set<std::string> expected_;
  int batches_ = 0;
};

}  // namespace storebridge::engine
