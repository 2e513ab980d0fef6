#pragma once

#include <string>

#include "engine/flows/push_flow.h"

namespace storebridge::engine {

// Shipments go out: each is told to its store once. Its outbox row is SENDING, durably, before the
// first byte leaves; after a lost answer it is read back by our marker before anything is sent
// again.
class ShipmentsOut : public PushFlow {
 public:
  using PushFlow::PushFlow;

 protected:
  Status Collect(ports::Tx& tx, connector::v1::Begin& begin) override;
  Status Record(ports::Tx& tx, const connector::v1::ItemResult& result) override;
  Status GiveBack(ports::Tx& tx,
                  const std::string& ref,
                  const connector::v1::Failure& failure) override;

 private:
  // Makes a row SENDING, and puts its shipment into `begin`.
  Status Claim(ports::Tx& tx, ports::OutboxRow row, connector::v1::Begin& begin);
  Status RecordAccepted(ports::Tx& tx,
                        ports::OutboxRow row,
                        const connector::v1::Accepted& accepted);
  Status RecordFailure(ports::Tx& tx, ports::OutboxRow row, const connector::v1::Failure& failure);
};

}  // namespace storebridge::engine
