#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "engine/flows/push_flow.h"
#include "engine/ledger.h"

namespace storebridge::engine {

// Stock goes out: every listing of a store that may show a wrong number gets the right one, as an
// absolute value. A full run (the audit) compares all listings, a page at a time; what waits
// already has up to half of each batch. Orders were read just before (see scheduler), so
// that what a customer just bought is not given back.
class StockOut : public PushFlow {
 public:
  StockOut(FlowPorts ports, RunSubject subject, bool is_full);

  void OnEmit(Emit emit, Done<connector::v1::EmitResult> done) override;

 protected:
  Status Collect(ports::Tx& tx) override;
  bool TakeCollected() override;
  bool Describe(connector::v1::Begin& begin) const override;
  void OnSessionEnd(SessionEnd session) override;
  void BeforeWrite(const connector::v1::HttpRequest& request,
                   std::function<void(Status)> go) override;
  void EndWithoutSession(RunEnd end) override;

 private:
  // What was noted of a listing's last write.
  struct Attempt {
    std::optional<std::int64_t> quantity;
    std::int64_t time_ms = 0;
    bool is_open = false;
  };

  struct Sent {
    connector::v1::StockLevel level;
    std::string product;
    // What was noted before this batch.
    Attempt before;
  };

  using Batch = std::map<std::string, Sent>;

  // What one transaction found.
  struct Page {
    Batch batch;
    // As `compare_after_`, behind this page.
    std::optional<std::string> compare_after;
    // There were as many listings that waited as were asked for.
    bool may_more_wait = false;
  };

  // A transaction that looks at listings.
  struct Look {
    Ledger ledger;
    // Products of which nobody knows how many the store has taken off, and until when.
    std::map<std::string, std::int64_t> unsettled;
  };

  // Looks at listings that wait.
  Status LookAtWaiting(Look& look);
  // Looks at listings behind `page_.compare_after`, until the batch is full.
  Status LookAtNext(Look& look);
  // Puts a listing into the batch when the store has to be told of it and may be now, and keeps
  // what was found out.
  Status LookAt(Look& look, ports::Listing listing);
  Status PutIntoBatch(Look& look, ports::Listing listing, bool waited);
  [[nodiscard]] bool IsInBatch(const std::string& ref) const;
  [[nodiscard]] std::size_t Room() const;
  // Notes what the store accepted of a listing that has no trouble; false when that cannot be said.
  Result<bool> NoteAccepted(Ledger& ledger, const Sent& sent, bool is_confirmed) const;
  Status Record(Ledger& ledger, const connector::v1::ItemResult& result);
  // Takes the notes of what is left of the batch back, changes its listings, and ends the run: the
  // next one looks at what a full one did not come to.
  void ChangeBatch(std::function<void(ports::Listing&)> change, RunEnd end);
  // Takes the note of this batch's attempt back, where no write of it was begun.
  void TakeBack(const Sent& sent, ports::Listing& listing) const;
  // Notes that the session ended without a word on the rest of the batch.
  void Postpone(const connector::v1::Failure& failure);

  // The listing, by the store's id, up to which a full run has compared; none when it has to
  // compare no more.
  std::optional<std::string> compare_after_;
  Page page_;
  // Pages that the batch waited for since something was in it.
  int pages_waited_ = 0;
  // What was sent and not answered, by the store's id.
  Batch batch_;
  // A write of this batch was begun.
  bool is_begun_ = false;
};

}  // namespace storebridge::engine
