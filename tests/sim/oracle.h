#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/storage.h"
#include "sim/event_log.h"
#include "sim/invariant.h"
#include "sim/sim_host.h"
#include "sim/store_model.h"
#include "sim/store_wire.h"
#include "support/manual_executor.h"

namespace storebridge::sim {

inline const domain::StoreKey kStore{.merchant = "acme", .store = "web"};

// Knows what must be true, from the store's side, the people's counting and what became durable,
// and says when it is not. Never asks the engine.
class Oracle final : public WireWatcher, public SessionWatcher {
 public:
  struct Parts {
    StoreModel& store;
    ports::Storage& database;
    testing::ManualExecutor& executor;
    EventLog& log;
  };

  explicit Oracle(Parts parts) : parts_(parts) {}

  // How fast the connector says that its store may be asked.
  void SetRateLimit(const connector::v1::RateLimit& limit);
  // A new life of the server: what it only remembered is gone.
  void OnRestart();

  // What people know.
  void OnShelf(const std::string& code, std::int64_t delta) { shelf_[Canonical(code)] += delta; }
  void OnRenamed(const std::string& code, const std::string& new_code);
  void OnGone(const std::string& code) { unstable_.insert(Canonical(code)); }
  void OnShipped(const std::string& order, const std::string& tracking);
  // The server may have been told of another code.
  void OnCorrecting(const std::string& order) { corrected_.insert(std::stoll(order)); }
  // The warehouse gives an order back that it is collecting, until it is answered.
  void OnGivingBack(const std::string& order) { given_back_.insert(std::stoll(order)); }
  void OnGivenBack(const std::string& order) { given_back_.erase(std::stoll(order)); }
  // The merchant ended or changed an order, at whatever moment.
  void OnMeddled(std::int64_t order) { meddled_.insert(order); }
  // The store says that there is news.
  void OnCall() { ++calls_; }
  [[nodiscard]] std::int64_t ShelfOf(const std::string& code) const;

  // Something became durable.
  void OnCommit();
  // An order that could be taken over three minutes ago should have been.
  void CheckSoon(std::int64_t order);
  // No look at everything is overdue, by the server's clock; only said of runs in which none fails.
  void CheckLooks(std::int64_t now_ms);
  // Everything rests.
  void CheckQuiet();
  // The part of it that the store counts itself: requests by window, and versions of stock.
  void CheckStoreCounts();
  // Nothing happened since CheckQuiet, for ten minutes.
  void CheckStillness();
  // What remains to be done; empty when all is quiet.
  [[nodiscard]] std::string Unrest() const;
  // Work for the orders of the whole run; only said of runs without faults of wire and server.
  void CheckWork(std::int64_t orders, std::int64_t commits, std::int64_t bytes, double hours);

  void OnSend(const WireCall& call) override;
  void OnApplied(const WireCall& call, const demo_store::Answer& answer, bool is_echo) override;
  void OnOutcome(const WireCall& call, const egress::WireResponse* answer) override;
  void OnBegin(const connector::v1::Begin& begin) override;
  void OnEmit(const std::string& operation, const connector::v1::Emit& emit) override;

  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
  [[nodiscard]] std::int64_t requests() const { return requests_; }
  [[nodiscard]] std::int64_t writes() const { return writes_; }
  // Orders as the store was told of their shipments, in that order.
  [[nodiscard]] const std::vector<std::int64_t>& told() const { return told_; }
  // Orders as they left the warehouse, in that order.
  [[nodiscard]] const std::vector<std::int64_t>& left() const { return left_; }
  void Violate(Invariant invariant, const std::string& what);

 private:
  // An order of the platform, as it last became durable.
  struct Known {
    v1::OrderState state = v1::ORDER_STATE_UNSPECIFIED;
    std::int64_t external_id = 0;
    // Pieces that the store has taken and that lie on the shelf still.
    std::map<std::string, std::int64_t> open;
  };

  // Stock of one product as it was sent.
  struct Pushed {
    std::int64_t newest = 0;
    // Values that the store was heard to have taken.
    std::int64_t accepted = 0;
    // Whether that is all of them: no answer was lost, and nothing came twice or from the dead.
    bool is_sure = true;
  };

  [[nodiscard]] std::int64_t Now() const { return parts_.executor.now_ms(); }
  [[nodiscard]] std::string Canonical(const std::string& code) const;
  void CheckRate();
  void CheckStoreRate();
  void CheckStoreVersions();
  [[nodiscard]] double MostExtra(std::int64_t length_ms) const;
  void CheckCursor(const WireCall& call);
  // Whether it may go back from being collected.
  [[nodiscard]] bool IsGivenBack(const Known& known, const v1::Order& order) const;
  void CheckOrder(const ports::OrderRecord& record);
  void CheckNew(const ports::OrderRecord& record);
  void CheckReports(const v1::Order& order);
  void NoteShown(const WireCall& call, const egress::WireResponse& answer);
  void CheckChange(const ports::ReadTx& tx, const v1::Change& change);
  void CheckCommittedCursor();
  void CheckOrderWrite(std::int64_t order, const WireCall& call);
  void CheckFields(const WireCall& call);
  void CountOpen(const v1::Order& order, Known& known);
  void CheckQuietOrder(const OrderTruth& truth, const v1::Order* ours);
  void CheckQuietStock(const ports::ReadTx& tx);
  void CheckQuietProducts(const ports::ReadTx& tx);
  void CheckQuietIssues(const ports::ReadTx& tx);
  bool MayBeDraft(const OrderTruth& truth) const;
  // Whether people have begun to change its tracking code after it had left.
  bool IsCorrected(std::int64_t order) const;

  Parts parts_;
  std::vector<Violation> violations_;
  std::int64_t seen_head_ = 0;
  std::map<std::string, Known> known_;
  std::map<std::int64_t, std::string> names_;
  // Pieces of all known orders that the store has taken, by code; and when that last changed.
  std::map<std::string, std::int64_t> taken_;
  std::map<std::string, std::int64_t> changed_ms_;

  std::map<std::string, std::int64_t> shelf_;
  std::map<std::string, std::string> renamed_;
  std::set<std::string> unstable_;
  // What the order's only parcel has.
  std::map<std::int64_t, std::string> tracking_;
  std::set<std::int64_t> given_back_;
  std::set<std::int64_t> corrected_;
  // A write to the order came twice.
  std::set<std::int64_t> echoed_;
  std::set<std::int64_t> meddled_;
  std::int64_t calls_ = 0;

  // Requests.
  std::int64_t requests_ = 0;
  std::int64_t writes_ = 0;
  double per_ms_ = 0;
  double burst_ = 0;
  double tokens_ = 0;
  std::int64_t refilled_ms_ = 0;
  // Requests beyond the rate that were allowed all the same, and when.
  std::vector<std::pair<std::int64_t, double>> extras_;
  std::map<std::int64_t, int> stock_in_flight_;
  // By the store's id.
  std::map<std::int64_t, Pushed> pushed_;
  // What the engine wanted each product to show when it last pushed, by the store's id.
  std::map<std::int64_t, std::int64_t> decided_;
  // Orders with a call of unknown outcome that must not be repeated blindly.
  std::set<std::int64_t> unknown_;
  std::set<std::int64_t> unsafe_in_flight_;
  // Orders that the store has shown with our shipment to this life of the server, and shipments
  // that are durable as confirmed.
  std::set<std::int64_t> shown_;
  std::set<std::string> confirmed_;

  std::vector<std::int64_t> told_;
  std::vector<std::int64_t> left_;

  // Cursors: what was emitted with each, and where a run begins in the store's time.
  std::map<std::string, std::vector<std::string>> emitted_;
  std::vector<std::string> emitted_so_far_;
  std::string committed_cursor_;
  std::string committed_since_;
  std::string run_since_;
  std::string page_since_;
  std::string newest_since_;
  bool is_full_run_ = false;
  bool is_pull_of_orders_ = false;

  std::int64_t still_requests_ = 0;
  std::int64_t still_writes_ = 0;
  std::int64_t still_commits_ = 0;
};

}  // namespace storebridge::sim
