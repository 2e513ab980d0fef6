#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/flow_run.h"

namespace storebridge::engine {

// Shipments go out: each is told to its store once. Its outbox row is SENDING, durably, before the
// first byte of a request that writes leaves. After a lost answer or a crash nothing is sent until
// the time-out of that request and the store's settle time have passed; then it is read back by our
// marker before anything is sent again. An order's shipments are told in the order in which they
// left.
class ShipmentsOut : public FlowRun {
 public:
  ShipmentsOut(FlowPorts ports, RunSubject subject);

  void OnEmit(connector::v1::Emit emit, Done<connector::v1::EmitResult> done) override;

 protected:
  void Begin() override;
  void OnSessionEnd(SessionEnd session) override;
  void BeforeWrite(const connector::v1::HttpRequest& request,
                   std::function<void(Status)> go) override;

 private:
  // A shipment of the batch that has no outcome yet.
  struct Open {
    connector::v1::Shipment told;
    // A request that writes was begun for it in this session.
    bool is_begun = false;
  };
  // What is to be recorded of a shipment.
  struct Outcome {
    connector::v1::ItemResult result;
    bool is_begun = false;
    // The store gave no answer.
    bool is_silent = false;
  };

  void PushBatch();
  Status Claim(ports::Tx& tx);
  Status ClaimRow(ports::Tx& tx, ports::OutboxRow row);
  // Keeps that these shipments may reach the store from now on; true for those that may already.
  Status NoteAttempt(ports::Tx& tx,
                     const std::map<std::string, bool>& refs,
                     std::int64_t timeout_ms) const;
  // The outcomes of our shipments, and what they say of the store: whether it is down.
  std::vector<Outcome> TakeOutcomes(const connector::v1::Emit& emit);
  Status Record(ports::Tx& tx, const Outcome& outcome);
  Status RecordAccepted(ports::Tx& tx,
                        ports::OutboxRow row,
                        const connector::v1::Accepted& accepted);
  Status RecordFailure(ports::Tx& tx, ports::OutboxRow row, const Outcome& outcome);
  // Says when the row is tried again, and what is known of it until then.
  void Postpone(ports::OutboxRow& row, const Outcome& outcome) const;
  Status ShowReport(ports::Tx& tx,
                    const ports::OutboxRow& row,
                    const connector::v1::Failure& failure);
  // Records what the session left open.
  void GiveBack(connector::v1::Failure failure);

  std::map<std::string, Open> batch_;
  int batches_ = 0;
  // Shipments in a row for which the store gave no answer.
  int troubles_in_a_row_ = 0;
  // What the last of them got instead.
  connector::v1::Failure trouble_;
};

}  // namespace storebridge::engine
