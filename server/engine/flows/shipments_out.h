#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/flow_run.h"

namespace storebridge::engine {

// Shipments go out: each is told to its store once. Its outbox row is SENDING, durably, before the
// first byte leaves; after a lost answer it is read back by our marker before anything is sent
// again.
class ShipmentsOut : public FlowRun {
 public:
  ShipmentsOut(FlowPorts ports, RunSubject subject);

  void OnEmit(connector::v1::Emit emit, Done<connector::v1::EmitResult> done) override;

 protected:
  void Begin() override;
  void OnSessionEnd(SessionEnd session) override;

 private:
  void PushBatch();
  Status Claim(ports::Tx& tx);
  Status ClaimRow(ports::Tx& tx, ports::OutboxRow row);
  Status Record(ports::Tx& tx, const connector::v1::ItemResult& result);
  Status RecordAccepted(ports::Tx& tx,
                        ports::OutboxRow row,
                        const connector::v1::Accepted& accepted);
  Status RecordFailure(ports::Tx& tx, ports::OutboxRow row, const connector::v1::Failure& failure);
  // Gives the rows that the session said nothing of back to the outbox.
  void GiveBack(connector::v1::Failure failure);

  // What was sent and not answered, by shipment id.
  std::map<std::string, connector::v1::Shipment> batch_;
  int batches_ = 0;
};

}  // namespace storebridge::engine
