#include "engine/store_scheduler.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "domain/flow_timing.h"
#include "domain/names.h"
#include "domain/operation.h"
#include "domain/timestamp.h"
#include "engine/backoff.h"
#include "engine/flows/make_run.h"
#include "engine/store_removal.h"
#include "engine/store_view.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

using domain::Flow;

// Orders that were read this recently need not be read again before stock is written.
constexpr std::int64_t kOrdersFreshMs = 5'000;
constexpr std::int64_t kRetryFirstMs = 5'000;
constexpr std::int64_t kRetryMostMs = std::int64_t{5} * 60 * 1000;
// A store may stumble over a login; one that refuses so often in a row means it.
constexpr int kAuthFailuresMax = 3;

std::string ConnectorIdOf(const v1::Store& store) {
  const Result<std::string> id = domain::ParseConnectorName(store.connector());
  return id ? *id : store.connector();
}

Error TooManyRuns(int most, const std::string& connector) {
  return Error{.code = Code::kResourceExhausted,
               .reason = "SYNC_RUNS_MAX",
               .message = fmt::format("no place is free for another sync run: limits.sync_runs "
                                      "allows {} of '{}' at the same time; call again in a moment",
                                      most,
                                      connector),
               .facts = {{"sync_runs", std::to_string(most)}, {"connector", connector}},
               .retry_after = std::chrono::seconds(1)};
}

}  // namespace

StoreScheduler::StoreScheduler(Engine::Ports ports,
                               std::shared_ptr<RunSlots> slots,
                               domain::StoreKey key,
                               v1::Store store,
                               RunListener listener)
    : ports_(ports),
      slots_(std::move(slots)),
      key_(std::move(key)),
      store_(std::move(store)),
      connector_(ConnectorIdOf(store_)),
      listener_(std::move(listener)) {
  for (const Flow flow : domain::kFlows) {
    Of(flow).flow = flow;
    Of(flow).journal = std::make_shared<FlowJournal>(
        FlowJournal::Ports{
            ports_.storage, ports_.clock, ports_.random, ports_.executor, ports_.log},
        key_,
        flow);
  }
  ExpectTurns();
}

StoreScheduler::~StoreScheduler() {
  slots_->Expect(0, turns_per_hour_);
  if (has_joined_) {
    slots_->Leave(connector_);
  }
}

void StoreScheduler::ExpectTurns() {
  const std::int64_t turns = domain::TurnsPerHour(store_.settings());
  slots_->Expect(turns, std::exchange(turns_per_hour_, turns));
  const bool is_active = store_.state() == v1::Store::STATE_ACTIVE;
  if (std::exchange(has_joined_, is_active) != is_active) {
    if (is_active) {
      slots_->Join(connector_);
    } else {
      slots_->Leave(connector_);
    }
  }
}

bool StoreScheduler::TakePlace(FlowWork& work) {
  work.has_place = slots_->Take(connector_);
  return work.has_place;
}

void StoreScheduler::GivePlace(FlowWork& work) {
  if (std::exchange(work.has_place, false)) {
    slots_->Give(connector_);
  }
}

Status StoreScheduler::Load(std::chrono::milliseconds delay) {
  SB_CHECK(ports_.storage.Read([this](const ports::ReadTx& tx) -> Status {
    for (FlowWork& work : flows_) {
      SB_CHECK(work.journal->Load(tx));
    }
    return Ok();
  }));
  if (IsActive()) {
    ScheduleAll(delay.count());
  }
  return Ok();
}

void StoreScheduler::Changed(v1::Store store) {
  if (store.settings().stock_buffer() != store_.settings().stock_buffer()) {
    Of(Flow::kStock).journal->RequireFull();
  }
  store_ = std::move(store);
  ExpectTurns();
  subject_.reset();
  order_memory_->Clear();
  gone_.clear();
  asked_gone_ms_.clear();
  for (FlowWork& work : flows_) {
    work.journal->Forgive();
  }
  if (!IsActive()) {
    Unschedule();
    for (FlowWork& work : flows_) {
      work.again = false;
      work.has_news = false;
      if (work.run) {
        work.run->Cancel("the store was paused");
      }
    }
    return;
  }
  CheckThenRun();
}

void StoreScheduler::CheckThenRun() {
  Check([self = shared_from_this()](const Result<StoreCheckReport>& /*report*/) {
    for (const Flow flow : domain::kFlowTurns) {
      self->Try(flow, v1::SyncRun::TRIGGER_SCHEDULE);
    }
  });
}

FlowPorts StoreScheduler::RunPorts() const {
  return {ports_.storage,
          ports_.clock,
          ports_.random,
          ports_.executor,
          ports_.egress,
          ports_.connectors,
          ports_.log};
}

Result<std::shared_ptr<const RunSubject>> StoreScheduler::Subject() const {
  if (!subject_) {
    SB_TRY(RunSubject made, SubjectOf(ports_.connectors, ports_.config_checker, key_, store_));
    subject_ = std::make_shared<const RunSubject>(std::move(made));
  }
  return subject_;
}

Status StoreScheduler::CanRun(Flow flow) const {
  SB_CHECK(CheckNotDeleting(store_));
  if (!IsActive()) {
    return NotActive(store_);
  }
  SB_TRY(const std::shared_ptr<const RunSubject> subject, Subject());
  const std::string operation(domain::OperationOf(flow));
  if (domain::HasOperation(*subject->manifest, operation)) {
    return Ok();
  }
  return Error{.code = Code::kUnimplemented,
               .reason = "CONNECTOR_CANNOT",
               .message = fmt::format("connector '{}' cannot do {}", subject->connector, operation),
               .facts = {{"connector", subject->connector}, {"operation", operation}}};
}

void StoreScheduler::Wake(Flow flow) {
  // A flow that fails is tried again in its own time; more to do does not make the store well.
  if (Of(flow).journal->health().failures() == 0) {
    Try(flow, v1::SyncRun::TRIGGER_CHANGE);
  }
}

bool StoreScheduler::MustWait(const FlowWork& work) {
  switch (work.flow) {
    case Flow::kProducts:
      return false;
    case Flow::kOrders: {
      // Orders name product codes: the first look at the products comes first.
      const FlowWork& products = Of(Flow::kProducts);
      const bool must = !products.tried && products.journal->state().full_ms == 0 &&
                        CanRun(Flow::kProducts).has_value();
      if (must && !products.run && checks_.empty()) {
        Try(Flow::kProducts, v1::SyncRun::TRIGGER_CHANGE);
      }
      return must;
    }
    case Flow::kShipments:
      return Of(Flow::kStock).run != nullptr;
    case Flow::kStock:
      return Of(Flow::kShipments).run != nullptr || MustWaitForOrders();
  }
  return false;
}

bool StoreScheduler::MustWaitForOrders() {
  const FlowWork& orders = Of(Flow::kOrders);
  const bool fresh = !orders.run && ports_.clock.SteadyMs() - orders.success_ms <= kOrdersFreshMs;
  if (fresh || !CanRun(Flow::kOrders)) {
    return false;
  }
  if (!orders.run && !orders.was_cancelled && orders.journal->health().failures() == 0) {
    Try(Flow::kOrders, v1::SyncRun::TRIGGER_CHANGE);
  }
  return true;
}

void StoreScheduler::Try(Flow flow, v1::SyncRun::Trigger trigger) {
  FlowWork& work = Of(flow);
  if (const Status can = CanRun(flow); !can) {
    return NoteCannot(work, can.error());
  }
  if (work.run || MustWait(work)) {
    work.again = true;
    return;
  }
  if (!TakePlace(work)) {
    work.again = true;
    return AwaitSlot();
  }
  if (const Status begun = Begin(work, trigger, work.again_full, {}); !begun) {
    GivePlace(work);
    work.journal->NoteFailure(ToFailure(begun.error()));
    HeedRefusals(work);
    return Schedule(work, kRetryMostMs);
  }
  StartRun(work);
}

void StoreScheduler::AwaitSlot() {
  if (std::exchange(awaits_slot_, true)) {
    return;
  }
  slots_->Await(connector_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) {
      self->awaits_slot_ = false;
      self->RunWaiting();
    }
  });
}

// That a store is paused or a connector does less is no trouble. What else keeps a flow from
// running has to be seen by a person, and may pass.
void StoreScheduler::NoteCannot(FlowWork& work, const Error& error) {
  if (error.reason != "STORE_NOT_ACTIVE" && error.reason != "STORE_DELETING" &&
      error.reason != "CONNECTOR_CANNOT") {
    work.journal->NoteFailure(ToFailure(error));
    Schedule(work, kRetryMostMs);
  }
}

Error StoreScheduler::FirstCannot(Flow flow) const {
  const FlowWork& first = Of(flow == Flow::kOrders ? Flow::kProducts : Flow::kOrders);
  const std::string& why = first.journal->health().last_error();
  return Error{.code = Code::kUnavailable,
               .reason = "ORDERS_FIRST",
               .message = fmt::format("{} of '{}' have to be read before that, and cannot be read "
                                      "now ({}); try again when they were",
                                      domain::FlowName(first.flow),
                                      domain::StoreName(key_),
                                      why.empty() ? "they wait, or somebody stopped it" : why),
               .facts = {{"store", domain::StoreName(key_)}},
               .retry_after = std::chrono::seconds(5)};
}

Result<v1::SyncRun> StoreScheduler::RunNow(Flow flow, bool full, std::vector<std::string> only) {
  SB_CHECK(CanRun(flow));
  FlowWork& work = Of(flow);
  if (!work.run) {
    if (!slots_->HasPlace(connector_)) {
      return TooManyRuns(slots_->MostOf(connector_), connector_);
    }
    const bool must_wait = MustWait(work);
    if (must_wait && !IsAnyUnderWay()) {
      return FirstCannot(flow);
    }
    // One that waits takes its place when it starts: what it waits for needs one.
    if (!must_wait) {
      (void)TakePlace(work);
    }
    if (const Status begun = Begin(work, v1::SyncRun::TRIGGER_MANUAL, full, std::move(only));
        !begun) {
      GivePlace(work);
      return begun.error();
    }
    work.is_held = must_wait;
    if (!must_wait) {
      StartRun(work);
    }
  } else if (work.journal->is_limited() && only.empty()) {
    // What goes on is less than what is asked for: that follows.
    work.again = true;
    work.again_full = work.again_full || full;
  }
  work.journal->KeepAnyhow();
  return work.journal->record();
}

Status StoreScheduler::Begin(FlowWork& work,
                             v1::SyncRun::Trigger trigger,
                             bool full,
                             std::vector<std::string> only) {
  SB_TRY(const std::shared_ptr<const RunSubject> subject, Subject());
  // Whatever begins it: what comes before each of the flow's turns takes their place. But who asks
  // for news where looks at everything fail gets those.
  const bool is_way_out =
      trigger == v1::SyncRun::TRIGGER_MANUAL && work.journal->health().failures() > 0;
  full = full || (only.empty() && !is_way_out && IsFullDue(work));
  if (only.empty()) {
    work.again = false;
    work.again_full = false;
  } else if (const v1::FlowHealth& health = work.journal->health();
             work.timer != 0 && health.has_next_run_time()) {
    // A look at single records does not stand for the one that is due.
    work.put_off_ms = domain::MsFromTimestamp(health.next_run_time());
  }
  work.was_cancelled = false;
  work.journal->Open({.trigger = trigger, .is_full = full, .is_limited = !only.empty()});
  if (work.timer != 0) {
    ports_.executor.Cancel(std::exchange(work.timer, 0));
  }
  work.run = MakeRun(work.flow,
                     RunPorts(),
                     *subject,
                     {.cursor = work.journal->state().cursor,
                      .is_full = full,
                      .only = std::move(only),
                      .is_by_person = trigger == v1::SyncRun::TRIGGER_MANUAL,
                      .memory = order_memory_,
                      .twins = work.twins,
                      .asked_rivals = asked_rivals_});
  listener_(work.journal->record());
  return Ok();
}

void StoreScheduler::StartRun(FlowWork& work) {
  work.is_held = false;
  work.began_ms = ports_.clock.SteadyMs();
  work.has_news = work.has_news && work.journal->is_limited();
  work.run->Start(
      [self = shared_from_this(), &work](const v1::SyncCounts& counts) {
        work.journal->Count(counts);
        self->listener_(work.journal->record());
      },
      [self = shared_from_this(), &work](const RunEnd& end) { self->Ended(work, end); });
}

bool StoreScheduler::IsAnyUnderWay() const {
  return !checks_.empty() || std::any_of(flows_.begin(), flows_.end(), [](const FlowWork& work) {
    return work.run != nullptr && !work.is_held;
  });
}

void StoreScheduler::StopRun(FlowWork& work, std::string reason) {
  if (!work.is_held) {
    return work.run->Cancel(std::move(reason));
  }
  work.is_held = false;
  cv1::Failure failure;
  failure.set_code(cv1::Failure::CODE_CANCELLED);
  failure.set_message(std::move(reason));
  Ended(work, RunEnd{.failure = std::move(failure)});
}

void StoreScheduler::Ended(FlowWork& work, const RunEnd& end) {
  const std::shared_ptr<FlowRun> run = std::exchange(work.run, nullptr);
  const bool had_place = std::exchange(work.has_place, false);
  work.tried = true;
  // One that was held has not begun.
  work.took_ms = had_place ? ports_.clock.SteadyMs() - work.began_ms : 0;
  work.was_cancelled = work.was_cancelled && end.failure;
  work.journal->Close(*run, end);
  if (end.failure) {
    HeedRefusals(work);
  } else if (!work.journal->is_limited()) {
    work.success_ms = ports_.clock.SteadyMs();
  }
  const v1::SyncRun& record = work.journal->record();
  ports_.meter.RunEnded(
      {.connector = connector_, .flow = work.flow, .state = record.state(), .ms = work.took_ms});
  listener_(record);
  for (const auto& waiter : std::exchange(work.waiters, {})) {
    waiter();
  }
  NoteGone(*run);
  if (!closed_) {
    Next(work, end);
    RunWaiting();
  }
  // Last, so that a store with much to do does not take its own place again before others.
  if (had_place) {
    slots_->Give(connector_);
  }
}

void StoreScheduler::HeedRefusals(const FlowWork& work) {
  if (IsActive() && work.journal->auth_failures() >= kAuthFailuresMax) {
    RefuseCredentials(work.journal->health().last_error());
  }
}

std::int64_t StoreScheduler::IntervalMs(const FlowWork& work) const {
  return domain::IntervalMs(work.flow, store_.settings());
}

bool StoreScheduler::IsFullDue(const FlowWork& work) const {
  // A turn may be earlier than its interval says.
  const std::int64_t age_ms =
      ports_.clock.NowMs() - work.journal->state().full_ms + domain::kTurnMsMost;
  return domain::IsFullDue(work.flow, store_.settings(), age_ms);
}

std::int64_t StoreScheduler::UntilTurnMs(const FlowWork& work) const {
  const std::int64_t interval_ms = IntervalMs(work);
  return interval_ms - (ports_.clock.SteadyMs() + interval_ms) % slots_->turn_ms();
}

void StoreScheduler::Next(FlowWork& work, const RunEnd& end) {
  const std::optional<std::int64_t> put_off_ms = std::exchange(work.put_off_ms, {});
  if (!IsActive()) {
    return;
  }
  if (end.failure && end.failure->code() != cv1::Failure::CODE_CANCELLED) {
    work.again = false;
    work.again_full = false;
    work.has_news = false;
    const std::int64_t backoff =
        BackoffMs(work.journal->health().failures(), kRetryFirstMs, kRetryMostMs, ports_.random);
    return Schedule(work, std::max(backoff, end.failure->retry_after_ms()));
  }
  if (work.was_cancelled) {
    work.again = false;
    work.again_full = false;
    work.has_news = false;
    return Schedule(work, UntilTurnMs(work));  // Not at once: somebody wanted it to stop.
  }
  if (end.more) {
    return Schedule(work, 0);
  }
  const std::optional<std::int64_t> due_ms = put_off_ms ? put_off_ms : DueMs(work.flow);
  if (work.flow == Flow::kShipments && !due_ms) {
    return work.journal->SetNextRun(0);  // A new shipment wakes it.
  }
  const std::int64_t turn_ms = UntilTurnMs(work);
  const std::int64_t wait_ms =
      due_ms ? std::max<std::int64_t>(*due_ms - ports_.clock.NowMs(), 0) : turn_ms;
  Schedule(work, std::min({wait_ms, turn_ms, work.has_news ? NewsWaitMs(work) : turn_ms}));
}

std::optional<std::int64_t> StoreScheduler::DueMs(Flow flow) const {
  if (flow == Flow::kProducts || flow == Flow::kOrders) {
    return std::nullopt;  // Nothing to be read for it.
  }
  std::optional<std::int64_t> due_ms;
  const Status read = ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    switch (flow) {
      case Flow::kProducts:
      case Flow::kOrders:
        return Ok();
      case Flow::kStock: {
        SB_TRY(due_ms, tx.products().NextDirtyMs(key_));
        return Ok();
      }
      case Flow::kShipments: {
        SB_TRY(due_ms, tx.outbox().NextDueMs(key_));
        return Ok();
      }
    }
    return Ok();
  });
  if (!read) {
    due_ms = ports_.clock.NowMs() + kRetryFirstMs;
  }
  return due_ms;
}

void StoreScheduler::StartHeld(FlowWork& work) {
  if (TakePlace(work)) {
    StartRun(work);
  } else {
    AwaitSlot();
  }
}

void StoreScheduler::RunWaiting() {
  AskForGone();
  AskForOrders();
  for (const Flow flow : domain::kFlowTurns) {
    FlowWork& work = Of(flow);
    if (work.is_held) {
      if (!MustWait(work)) {
        StartHeld(work);
      } else if (!IsAnyUnderWay()) {
        StopRun(work, FirstCannot(flow).message);
      }
      continue;
    }
    if (work.again && !work.run) {
      work.again = false;
      Try(flow, work.has_news ? v1::SyncRun::TRIGGER_WEBHOOK : v1::SyncRun::TRIGGER_CHANGE);
    }
  }
}

void StoreScheduler::Schedule(FlowWork& work, std::int64_t delay_ms) {
  if (work.timer != 0) {
    ports_.executor.Cancel(work.timer);
  }
  work.journal->SetNextRun(ports_.clock.NowMs() + delay_ms);
  work.timer_ms = ports_.clock.SteadyMs() + delay_ms;
  work.timer = ports_.executor.PostAfter(
      std::chrono::milliseconds(delay_ms),
      [self = shared_from_this(), flow = work.flow] { self->OnTimer(flow); });
}

void StoreScheduler::OnTimer(Flow flow) {
  FlowWork& work = Of(flow);
  work.timer = 0;
  Try(flow, work.has_news ? v1::SyncRun::TRIGGER_WEBHOOK : v1::SyncRun::TRIGGER_SCHEDULE);
}

void StoreScheduler::ScheduleAll(std::int64_t delay_ms) {
  for (FlowWork& work : flows_) {
    Schedule(work, delay_ms);
  }
}

void StoreScheduler::Unschedule() {
  for (FlowWork& work : flows_) {
    if (work.timer != 0) {
      ports_.executor.Cancel(std::exchange(work.timer, 0));
    }
    work.journal->SetNextRun(0);
  }
}

void StoreScheduler::WhenEnded(Flow flow, std::function<void()> done) {
  if (Of(flow).run) {
    Of(flow).waiters.push_back(std::move(done));
  } else {
    ports_.executor.Post(std::move(done));
  }
}

const v1::SyncRun* StoreScheduler::Live(std::string_view run) const {
  const std::string name = domain::SyncRunName(key_, run);
  for (const FlowWork& work : flows_) {
    if (work.run && work.journal->record().name() == name) {
      return &work.journal->record();
    }
    if (const v1::SyncRun* ended = work.journal->Ended(name)) {
      return ended;
    }
  }
  return nullptr;
}

bool StoreScheduler::Cancel(std::string_view run) {
  const std::string name = domain::SyncRunName(key_, run);
  for (FlowWork& work : flows_) {
    if (work.run && work.journal->record().name() == name) {
      work.was_cancelled = true;
      StopRun(work, "somebody asked to stop");
      return true;
    }
  }
  return false;
}

void StoreScheduler::RefuseCredentials(const std::string& message) {
  store_.set_state(v1::Store::STATE_NEEDS_CREDENTIALS);
  ExpectTurns();
  store_.set_state_reason(
      fmt::format("The store refused our credentials {} times in a row: {}. Replace them with "
                  "UpdateStore, or call ResumeStore.",
                  kAuthFailuresMax,
                  message));
  subject_.reset();
  Unschedule();
  KeepRefusal();
}

// A store that is kept as active would look well, and nobody would give new credentials.
void StoreScheduler::KeepRefusal() {
  if (closed_ || draining_ || store_.state() != v1::Store::STATE_NEEDS_CREDENTIALS) {
    return;
  }
  ports_.storage.Submit(
      [key = key_, reason = store_.state_reason(), now = ports_.clock.NowMs()](
          ports::Tx& tx) -> Status {
        SB_TRY(v1::Store store, tx.stores().Get(key));
        if (store.state() != v1::Store::STATE_ACTIVE) {
          tx.Reload(key);  // A person was faster: theirs counts.
          return Ok();
        }
        store.set_state(v1::Store::STATE_NEEDS_CREDENTIALS);
        store.set_state_reason(reason);
        return PutStore(tx, key, store, now);
      },
      [self = shared_from_this()](const Status& status) {
        if (!status) {
          self->ports_.executor.PostAfter(std::chrono::milliseconds(kRetryFirstMs),
                                          [self] { self->KeepRefusal(); });
        }
      });
}

v1::Store StoreScheduler::View() const {
  v1::Store view = store_;
  view.clear_flows();
  for (const FlowWork& work : flows_) {
    if (CanRun(work.flow) || work.journal->health().has_last_run_time()) {
      *view.add_flows() = work.journal->health();
    }
  }
  return view;
}

void StoreScheduler::Drain(std::function<void()> done) {
  draining_ = true;
  Unschedule();
  auto left = std::make_shared<std::size_t>(flows_.size() + 1);
  const auto one_less = [left, done = std::move(done)] {
    if (--*left == 0) {
      done();
    }
  };
  for (FlowWork& work : flows_) {
    if (work.run) {
      StopRun(work, "the server stops");
    } else {
      work.journal->Flush();
    }
    WhenEnded(work.flow, one_less);
  }
  if (checks_.empty()) {
    return ports_.executor.Post(one_less);
  }
  when_checked_ = one_less;
  for (const auto& check : checks_) {
    check->Cancel("the server stops");
  }
}

void StoreScheduler::Abandon() {
  for (FlowWork& work : flows_) {
    if (const auto run = std::exchange(work.run, nullptr)) {
      run->Abandon();
    }
  }
  for (const auto& check : std::exchange(checks_, {})) {
    check->Abandon();
  }
}

void StoreScheduler::Close() {
  closed_ = true;
  Unschedule();
  for (FlowWork& work : flows_) {
    if (work.run) {
      StopRun(work, "the store was disconnected");
    }
  }
}

}  // namespace storebridge::engine
