#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/flow.h"
#include "engine/engine.h"
#include "engine/flow_journal.h"
#include "engine/flow_run.h"
#include "engine/order_memory.h"
#include "engine/run_slots.h"
#include "engine/store_preview.h"
#include "engine/twins.h"

namespace storebridge::engine {

// Runs the flows of one store. One run per flow at a time; stock and shipments take turns, because
// a store may lower its own number when it is told of a shipment; stock waits until orders were
// read. Lives on the executor.
class StoreScheduler : public std::enable_shared_from_this<StoreScheduler> {
 public:
  // Told of every page and end of a run.
  using RunListener = std::function<void(const v1::SyncRun&)>;

  StoreScheduler(Engine::Ports ports,
                 std::shared_ptr<RunSlots> slots,
                 domain::StoreKey key,
                 v1::Store store,
                 RunListener listener);
  ~StoreScheduler();
  StoreScheduler(const StoreScheduler&) = delete;
  StoreScheduler& operator=(const StoreScheduler&) = delete;

  // Begins to work with what storage knows of the flows; the first runs come after `delay`.
  Status Load(std::chrono::milliseconds delay);

  // The store's record was changed by a command. An active store is checked, then all flows run.
  void Changed(v1::Store store);

  // Something that the flow cares for was committed.
  void Wake(domain::Flow flow);

  // Heeds a call of the store; see Engine::HearStore.
  void Hear(const Engine::StoreCall& call);

  // Reads an order again, by the store's id, when its orders are not being read and can be. Not
  // after a restart: then the next look at all open orders reads it.
  void ReadOrder(const std::string& external_id);

  // Runs a flow by hand. `only` limits a pull to some records.
  Result<v1::SyncRun> RunNow(domain::Flow flow, bool full, std::vector<std::string> only = {});

  // Calls `done` when the flow's run has ended, with the run; at once when none goes on.
  void WhenEnded(domain::Flow flow, std::function<void()> done);

  // The run that goes on under that id, or that has ended and is not stored yet; or null.
  [[nodiscard]] const v1::SyncRun* Live(std::string_view run) const;
  // False when it has ended or never was.
  bool Cancel(std::string_view run);

  // Asks the store what it can do and keeps the answer.
  void Check(Engine::Done<StoreCheckReport> done);

  // Makes a look at what connecting the store would do; see Engine::PreviewRequest. The caller
  // starts it.
  Result<std::shared_ptr<StorePreview>> MakePreview(
      const std::function<void(v1::StoreSettings&)>& merge_settings,
      std::function<bool()> is_wanted) const;

  // The record with the health of the flows as of now.
  [[nodiscard]] v1::Store View() const;

  // Adds where the store calls and when it did, if its connector knows such calls.
  void ShowCalls(v1::Store& view) const;

  // Adds this store to the counts.
  void CountIn(StoreCounts& counts) const;

  // Stops the runs that go on and writes what was only counted in memory.
  void Drain(std::function<void()> done);

  // Forgets the store: nothing runs any more.
  void Close();

  // The server ends before all runs did.
  void Abandon();

 private:
  // One flow of the store.
  struct FlowWork {
    domain::Flow flow = domain::Flow::kProducts;
    // It was asked for while it ran, or while another had to go first.
    bool again = false;
    bool again_full = false;
    // It has ended once, well or not, since the server knows the store.
    bool tried = false;
    // Somebody asked its run to stop: no other is begun before its time.
    bool was_cancelled = false;
    // The run was asked for by hand and waits for another to go first.
    bool is_held = false;
    // Its run has a place among those that go on.
    bool has_place = false;
    // The store said that there is news since its run began last.
    bool has_news = false;
    std::shared_ptr<FlowJournal> journal = {};
    std::shared_ptr<FlowRun> run = {};
    ports::Executor::TimerId timer = 0;
    // Steady time at which the timer fires.
    std::int64_t timer_ms = 0;
    // Steady time when the last good run ended; far in the past at first.
    std::int64_t success_ms = -1'000'000'000;
    // Steady time when its run began last, and how long the one took that ended last; far in the
    // past at first.
    std::int64_t began_ms = -1'000'000'000;
    std::int64_t took_ms = 0;
    std::vector<std::function<void()>> waiters = {};
    // Shared with the runs that go on.
    std::shared_ptr<Twins> twins = std::make_shared<Twins>();
    // When it was due before a look at single products came in between, milliseconds since 1970.
    std::optional<std::int64_t> put_off_ms = {};
  };

  FlowWork& Of(domain::Flow flow) { return flows_.at(static_cast<std::size_t>(flow)); }
  [[nodiscard]] const FlowWork& Of(domain::Flow flow) const {
    return flows_.at(static_cast<std::size_t>(flow));
  }
  [[nodiscard]] bool IsActive() const {
    return !closed_ && !draining_ && store_.state() == v1::Store::STATE_ACTIVE;
  }

  [[nodiscard]] FlowPorts RunPorts() const;
  // What a run needs to know of the store, worked out once for as long as the store stays as it is.
  Result<std::shared_ptr<const RunSubject>> Subject() const;
  Status CanRun(domain::Flow flow) const;
  // Starts the flow now, or notes that it has to wait for another.
  void Try(domain::Flow flow, v1::SyncRun::Trigger trigger);
  bool MustWait(const FlowWork& work);
  // Stock is written only after the orders were read; begins to read them.
  bool MustWaitForOrders();
  // That what a flow waits for cannot be read.
  [[nodiscard]] Error FirstCannot(domain::Flow flow) const;
  bool TakePlace(FlowWork& work);
  // Gives it back, if it has one.
  void GivePlace(FlowWork& work);
  void AwaitSlot();
  void NoteCannot(FlowWork& work, const Error& error);
  void StartRun(FlowWork& work);
  // Asks a run to stop; one that is held has ended afterwards.
  void StopRun(FlowWork& work, std::string reason);
  // Whether a run goes on that is not held.
  [[nodiscard]] bool IsAnyUnderWay() const;
  // Makes a run, which the caller starts: a full one also where that is due.
  Status Begin(FlowWork& work,
               v1::SyncRun::Trigger trigger,
               bool full,
               std::vector<std::string> only);
  void Ended(FlowWork& work, const RunEnd& end);
  // Stops a store that refuses our credentials again and again.
  void HeedRefusals(const FlowWork& work);
  void Next(FlowWork& work, const RunEnd& end);
  // When what waits to be pushed is due, milliseconds since 1970; none when nothing waits.
  [[nodiscard]] std::optional<std::int64_t> DueMs(domain::Flow flow) const;
  void Schedule(FlowWork& work, std::int64_t delay_ms);
  void HearNews(domain::Flow flow);
  // How long news have to wait.
  [[nodiscard]] std::int64_t NewsWaitMs(const FlowWork& work) const;
  void NoteRefusal(const std::string& why);
  void Unschedule();
  void OnTimer(domain::Flow flow);
  void ScheduleAll(std::int64_t delay_ms);
  void RefuseCredentials(const std::string& message);
  // Keeps that credentials are refused; tries again until it is kept.
  void KeepRefusal();
  void KeepCapabilities(const std::vector<std::string>& capabilities);
  [[nodiscard]] std::int64_t IntervalMs(const FlowWork& work) const;
  // How long until the flow's next turn: its interval, or a little less.
  [[nodiscard]] std::int64_t UntilTurnMs(const FlowWork& work) const;
  [[nodiscard]] bool IsFullDue(const FlowWork& work) const;
  // Says how often the store has its turns, and whether it has any.
  void ExpectTurns();
  // Starts a run that was held.
  void StartHeld(FlowWork& work);
  void RunWaiting();
  // Notes products that the store does not have, to be asked for: each twice an hour at most.
  void NoteGone(const FlowRun& run);
  // Asks for them: those that are deleted lose their listing, and are pushed no more.
  void AskForGone();
  // Asks for orders that are to be read again; a poll that is due goes first.
  void AskForOrders();
  void CheckThenRun();

  Engine::Ports ports_;
  std::shared_ptr<RunSlots> slots_;
  // It is told when there may be a place for a run.
  bool awaits_slot_ = false;
  // Turns in an hour, as the slots were told.
  std::int64_t turns_per_hour_ = 0;
  // The slots know it as an active store.
  bool has_joined_ = false;
  domain::StoreKey key_;
  v1::Store store_;
  // Id of its connector, which never changes.
  std::string connector_;
  // Empty until it is asked for.
  mutable std::shared_ptr<const RunSubject> subject_;
  RunListener listener_;
  std::array<FlowWork, domain::kFlows.size()> flows_;
  // Shared with the runs that go on.
  std::shared_ptr<OrderMemory> order_memory_ = std::make_shared<OrderMemory>();
  std::shared_ptr<std::map<std::string, int>> asked_rivals_ =
      std::make_shared<std::map<std::string, int>>();
  // Products that the store does not have: those to be asked for, and when others were last, in
  // steady milliseconds.
  std::set<std::string> gone_;
  std::map<std::string, std::int64_t> asked_gone_ms_;
  // Orders that are to be read again, by the store's id.
  std::set<std::string> asked_orders_;
  // Checks that go on, and who waits for their end.
  std::set<std::shared_ptr<FlowRun>> checks_;
  std::function<void()> when_checked_;
  // What is known of the store's calls.
  v1::StoreWebhook calls_;
  // Steady time when a refusal of one was last logged.
  std::int64_t refusal_logged_ms_ = 0;
  bool draining_ = false;
  bool closed_ = false;
};

}  // namespace storebridge::engine
