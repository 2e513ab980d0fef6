#pragma once

#include <map>
#include <string>

#include "engine/flows/push_flow.h"

namespace storebridge::engine {

// Stock goes out: every listing of a store that may show a wrong number gets the right one, as an
// absolute value. A full run (the audit) first compares all listings. Orders were read just before
// (see scheduler), so that what a customer just bought is not given back.
class StockOut : public PushFlow {
 public:
  StockOut(FlowPorts ports, RunSubject subject, bool is_full);

 protected:
  void Begin() override;
  Status Collect(ports::Tx& tx, connector::v1::Begin& begin) override;
  Status Record(ports::Tx& tx, const connector::v1::ItemResult& result) override;
  Status GiveBack(ports::Tx& tx,
                  const std::string& ref,
                  const connector::v1::Failure& failure) override;

 private:
  // Compares one page of all listings, then the next.
  void Audit(std::string after);

  bool is_full_;
  // What the batch holds, by the store's id.
  std::map<std::string, connector::v1::StockLevel> sent_;
};

}  // namespace storebridge::engine
