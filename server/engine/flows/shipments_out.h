#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/flows/push_flow.h"

namespace storebridge::engine {

// Shipments go out: each is told to its store once. Its outbox row is SENDING, durably, before the
// first byte of a request that writes leaves. After a lost answer or a crash nothing is sent until
// the time-out of that request and the store's settle time have passed; then it is read back by our
// marker before anything is sent again. Shipments are told in the order in which they left: an
// order's always, those of different orders unless the store took one and not the other. One whose
// parcels changed when the store had it is told again, as an update.
class ShipmentsOut : public PushFlow {
 public:
  ShipmentsOut(FlowPorts ports, RunSubject subject);

  void OnEmit(Emit emit, Done<connector::v1::EmitResult> done) override;

 protected:
  Status Collect(ports::Tx& tx) override;
  bool Describe(connector::v1::Begin& begin) const override;
  void OnSessionEnd(SessionEnd session) override;
  void BeforeWrite(const connector::v1::HttpRequest& request,
                   std::function<void(Status)> go) override;

 private:
  // A shipment of the batch that has no outcome yet.
  struct Open {
    connector::v1::Shipment told;
    std::int32_t revision = 0;
    // Of this revision.
    std::vector<v1::Parcel> parcels;
    // A request that writes was begun for it in this session.
    bool is_begun = false;
  };
  // What is to be recorded of a shipment.
  struct Outcome {
    connector::v1::ItemResult result;
    // Of the parcels that were told.
    std::int32_t revision = 0;
    bool is_begun = false;
    // The store gave no answer.
    bool is_silent = false;
  };

  Status ClaimRow(ports::Tx& tx, ports::OutboxRow row);
  // Whether an update can be told; what becomes of one that cannot is recorded.
  Result<bool> MayUpdate(ports::Tx& tx, ports::OutboxRow row, ports::OrderRecord& record);
  // Keeps that these shipments may reach the store from now on, or may already.
  Status NoteAttempt(ports::Tx& tx,
                     const std::map<std::string, Open>& begun,
                     std::int64_t timeout_ms) const;
  // The outcomes of our shipments, and what they say of the store: whether it is down.
  std::vector<Outcome> TakeOutcomes(const connector::v1::Emit& emit);
  Status Record(ports::Tx& tx, const Outcome& outcome);
  Status RecordAccepted(ports::Tx& tx, ports::OutboxRow row, const Outcome& outcome);
  Status RecordFailure(ports::Tx& tx, ports::OutboxRow row, const Outcome& outcome);
  // Says when the row is tried again, and what is known of it until then.
  void Postpone(ports::OutboxRow& row, const Outcome& outcome) const;
  Status ShowReport(ports::Tx& tx,
                    const ports::OutboxRow& row,
                    const connector::v1::Failure& failure);
  Status WriteOrder(ports::Tx& tx, ports::OrderRecord& record) const;
  // Records what the session left open.
  void GiveBack(connector::v1::Failure failure);
  // Ends the run so that the next one begins when all that this one put off is due: a store that is
  // back is told in the order in which they left.
  void EndInTrouble(connector::v1::Failure failure);

  std::map<std::string, Open> batch_;
  // Shipments in a row for which the store gave no answer.
  int troubles_in_a_row_ = 0;
  // What the last of them got instead.
  connector::v1::Failure trouble_;
  // When the last of them is due again, milliseconds since 1970.
  std::int64_t put_off_until_ms_ = 0;
};

}  // namespace storebridge::engine
