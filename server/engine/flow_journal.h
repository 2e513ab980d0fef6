#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/flow.h"
#include "domain/names.h"
#include "engine/flow_run.h"
#include "ports/clock.h"
#include "ports/executor.h"
#include "ports/log.h"
#include "ports/random.h"
#include "ports/storage.h"
#include "storebridge/v1/sync_run.pb.h"

namespace storebridge::engine {

// What is known of one flow of a store: its cursor, its health, and the record of its newest run.
// Decides what of it is worth a commit: a run that changed nothing is only counted, and the count
// is written at most once in 15 minutes. What could not be written is written again until it is
// kept. Lives on the executor, held by a shared_ptr.
class FlowJournal : public std::enable_shared_from_this<FlowJournal> {
 public:
  // Records that could not be written yet and are kept in memory; past that the oldest is lost.
  static constexpr std::size_t kOwedRunsMax = 20;

  struct Ports {
    ports::Storage& storage;
    ports::Clock& clock;
    ports::Random& random;
    ports::Executor& executor;
    ports::Log& log;
  };

  // What a run was begun for.
  struct Opening {
    v1::SyncRun::Trigger trigger = v1::SyncRun::TRIGGER_SCHEDULE;
    // Everything is compared.
    bool is_full = false;
    // Only some records are looked at.
    bool is_limited = false;
  };

  FlowJournal(Ports ports, domain::StoreKey key, domain::Flow flow);

  // Takes what storage knows.
  Status Load(const ports::ReadTx& tx);

  // Begins the record of a run.
  void Open(const Opening& opening);
  // Somebody was given the record's name: it is kept even if the run changes nothing.
  void KeepAnyhow() { is_named_ = true; }
  void Count(const v1::SyncCounts& counts) { *record_.mutable_counts() = counts; }
  // Ends the record of `run`, and writes what is worth it.
  void Close(const FlowRun& run, const RunEnd& end);

  // Counts a failure: of a run, or of what came before it.
  void NoteFailure(const connector::v1::Failure& failure);
  // The store was changed: what failed before counts no more.
  void Forgive();
  // The next run looks at everything, whatever the one that goes on has seen.
  void RequireFull() {
    state_.full_ms = 0;
    is_full_required_ = true;
  }
  // When the next run comes, milliseconds since 1970; 0 when none does.
  void SetNextRun(std::int64_t time_ms);
  // Writes what was only counted.
  void Flush();

  [[nodiscard]] const ports::FlowState& state() const { return state_; }
  [[nodiscard]] const v1::FlowHealth& health() const { return state_.health; }
  [[nodiscard]] const v1::SyncRun& record() const { return record_; }
  // Whether the run looks at some records only.
  [[nodiscard]] bool is_limited() const { return is_limited_; }
  // Refused logins in a row.
  [[nodiscard]] int auth_failures() const { return auth_failures_; }
  // The record of that name of a run that has ended and is on its way to the storage; or null.
  [[nodiscard]] const v1::SyncRun* Ended(std::string_view name) const;

 private:
  void NoteSuccess(const RunEnd& end);
  void Write(bool with_record);
  void WriteAgain();
  // They are written.
  void Forget(const std::vector<v1::SyncRun>& written);
  // A run goes on: what is known of its cursor is older than what its pages have written.
  [[nodiscard]] bool IsOpen() const { return record_.state() == v1::SyncRun::STATE_RUNNING; }

  Ports ports_;
  domain::StoreKey key_;
  domain::Flow flow_;
  ports::FlowState state_;
  v1::SyncRun record_;
  bool is_named_ = false;
  bool is_limited_ = false;
  // A full run was required after the last one had begun.
  bool is_full_required_ = false;
  std::vector<v1::SyncRun> on_their_way_;
  // The last write failed.
  bool is_owed_ = false;
  // Steady time when the counts were last written.
  std::int64_t flushed_ms_ = 0;
  int auth_failures_ = 0;
};

}  // namespace storebridge::engine
