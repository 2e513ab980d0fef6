#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/flows/push_flow.h"
#include "engine/ledger.h"

namespace storebridge::engine {

// Stock goes out: every listing of a store that may show a wrong number gets the right one, as an
// absolute value. A full run (the audit) first compares all listings. Orders were read just before
// (see scheduler), so that what a customer just bought is not given back.
class StockOut : public PushFlow {
 public:
  StockOut(FlowPorts ports, RunSubject subject, bool is_full);

  void OnEmit(Emit emit, Done<connector::v1::EmitResult> done) override;

 protected:
  void Begin() override;
  Status Collect(ports::Tx& tx) override;
  bool Describe(connector::v1::Begin& begin) const override;
  void OnSessionEnd(SessionEnd session) override;
  void BeforeWrite(const connector::v1::HttpRequest& request,
                   std::function<void(Status)> go) override;

 private:
  // Compares one page of all listings, then the next.
  void Audit(std::string after);
  Status Record(Ledger& ledger, const connector::v1::ItemResult& result);
  // Keeps that these values, by the store's id, may reach the store from now on.
  Status NoteAttempt(ports::Tx& tx, const std::map<std::string, std::int64_t>& values) const;
  // Notes that the session ended without a word on the rest of the batch.
  void Postpone(const connector::v1::Failure& failure);

  bool is_full_;
  // What was sent and not answered, by the store's id.
  std::map<std::string, connector::v1::StockLevel> batch_;
  // A write of this batch was begun.
  bool is_begun_ = false;
  // Writes that wait until that is noted.
  std::vector<std::function<void(Status)>> waiting_;
  // Those of the batch that an earlier write left in doubt.
  std::set<std::string> doubtful_;
};

}  // namespace storebridge::engine
