#include "engine/store_scheduler.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/ids.h"
#include "domain/names.h"
#include "domain/timestamp.h"
#include "engine/backoff.h"
#include "engine/check_run.h"
#include "engine/flows/orders_in.h"
#include "engine/flows/products_in.h"
#include "engine/flows/shipments_out.h"
#include "engine/flows/stock_out.h"
#include "engine/store_view.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr std::int64_t kOrdersIntervalSeconds = 60;
constexpr std::int64_t kProductsIntervalSeconds = 900;
constexpr std::int64_t kStockIntervalSeconds = 900;
constexpr std::int64_t kOrdersSweepMs = 15 * 60 * 1000;
constexpr std::int64_t kProductsSweepMs = 24 * 60 * 60 * 1000;
// Orders that were read this recently need not be read again before stock is written.
constexpr std::int64_t kOrdersFreshMs = 5'000;
constexpr std::int64_t kRetryFirstMs = 5'000;
constexpr std::int64_t kRetryMostMs = 5 * 60 * 1000;
constexpr std::int64_t kIdleFlushMs = 15 * 60 * 1000;
// A store may stumble over a login; one that refuses so often in a row means it.
constexpr int kAuthFailuresMax = 3;
constexpr std::uint64_t kDefaultResponseBytesMax = 8ULL << 20U;

const char* OperationOf(v1::Flow flow) {
  switch (static_cast<int>(flow)) {
    case v1::FLOW_PRODUCTS:
      return "products.pull";
    case v1::FLOW_ORDERS:
      return "orders.pull";
    case v1::FLOW_STOCK:
      return "stock.push";
    default:
      return "shipments.push";
  }
}

// The order in which flows that wait are let go: what is read goes before what is written.
constexpr v1::Flow kTurns[] = {
    v1::FLOW_PRODUCTS, v1::FLOW_ORDERS, v1::FLOW_SHIPMENTS, v1::FLOW_STOCK};

}  // namespace

StoreScheduler::StoreScheduler(Engine::Ports ports,
                               domain::StoreKey key,
                               v1::Store store,
                               RunListener listener)
    : ports_(ports),
      key_(std::move(key)),
      store_(std::move(store)),
      listener_(std::move(listener)) {
  for (std::size_t i = 0; i < kFlows; ++i) {
    flows_.at(i).flow = static_cast<v1::Flow>(i + 1);
    flows_.at(i).state.health.set_flow(flows_.at(i).flow);
  }
}

Status StoreScheduler::Load(std::chrono::milliseconds delay) {
  SB_CHECK(ports_.storage.Read([this](const ports::ReadTx& tx) -> Status {
    for (FlowWork& work : flows_) {
      SB_TRY(work.state, tx.stores().GetFlow(key_, work.flow));
      work.state.health.set_flow(work.flow);
      work.flushed_ms = ports_.clock.SteadyMs();
    }
    return Ok();
  }));
  if (IsActive()) {
    ScheduleAll(delay.count());
  }
  return Ok();
}

void StoreScheduler::Changed(v1::Store store) {
  store_ = std::move(store);
  for (FlowWork& work : flows_) {
    work.auth_failures = 0;
    work.state.health.set_failures(0);
  }
  if (!IsActive()) {
    Unschedule();
    for (FlowWork& work : flows_) {
      work.again = false;
      if (work.run) {
        work.run->Cancel("the store was paused");
      }
    }
    return;
  }
  CheckThenRun();
}

void StoreScheduler::CheckThenRun() {
  Check([self = shared_from_this()](Result<StoreCheckReport> /*report*/) {
    for (const v1::Flow flow : kTurns) {
      self->Try(flow, v1::SyncRun::TRIGGER_SCHEDULE, self->IsFullDue(self->Of(flow)));
    }
  });
}

Result<RunSubject> StoreScheduler::Subject() const {
  SB_TRY(std::string connector, domain::ParseConnectorName(store_.connector()));
  SB_TRY(const ports::ConnectorInfo info, ports_.connectors.Find(connector));
  if (!info.manifest) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "CONNECTOR_NOT_READY",
                 .message = fmt::format(
                     "connector '{}' cannot be used: {}", connector, info.resource.state_reason()),
                 .facts = {{"connector", connector}}};
  }
  auto profile = std::make_shared<ports::EgressProfile>();
  profile->store = key_;
  SB_TRY(profile->allowed_prefixes,
         ports_.config_checker.AllowedPrefixes(*info.manifest, store_.config_json()));
  profile->rate_limit = info.manifest->rate_limit();
  profile->auth.assign(info.manifest->auth().begin(), info.manifest->auth().end());
  const std::uint64_t wanted = info.manifest->limits().max_response_bytes();
  profile->response_bytes_max = wanted > 0 ? wanted : kDefaultResponseBytesMax;
  return RunSubject{.key = key_,
                    .store = store_,
                    .connector = std::move(connector),
                    .manifest = info.manifest,
                    .profile = std::move(profile)};
}

Status StoreScheduler::CanRun(v1::Flow flow) const {
  if (!IsActive()) {
    return Error{.code = Code::kFailedPrecondition,
                 .reason = "STORE_NOT_ACTIVE",
                 .message = fmt::format("store '{}' is not active{}{}; call ResumeStore first",
                                        domain::StoreName(key_),
                                        store_.state_reason().empty() ? "" : ": ",
                                        store_.state_reason()),
                 .facts = {{"store", domain::StoreName(key_)}}};
  }
  SB_TRY(const RunSubject subject, Subject());
  if (HasOperation(*subject.manifest, OperationOf(flow))) {
    return Ok();
  }
  return Error{
      .code = Code::kUnimplemented,
      .reason = "CONNECTOR_CANNOT",
      .message = fmt::format("connector '{}' cannot do {}", subject.connector, OperationOf(flow)),
      .facts = {{"connector", subject.connector}, {"operation", OperationOf(flow)}}};
}

void StoreScheduler::Wake(v1::Flow flow) {
  // A flow that fails is tried again in its own time; more to do does not make the store well.
  if (Of(flow).state.health.failures() == 0) {
    Try(flow, v1::SyncRun::TRIGGER_CHANGE, false);
  }
}

bool StoreScheduler::MustWait(const FlowWork& work) {
  switch (static_cast<int>(work.flow)) {
    case v1::FLOW_ORDERS:
      // Orders name product codes: the first look at the products comes first.
      return !Of(v1::FLOW_PRODUCTS).tried && Of(v1::FLOW_PRODUCTS).state.full_ms == 0 &&
             CanRun(v1::FLOW_PRODUCTS).has_value();
    case v1::FLOW_SHIPMENTS:
      return Of(v1::FLOW_STOCK).run != nullptr;
    case v1::FLOW_STOCK: {
      if (Of(v1::FLOW_SHIPMENTS).run != nullptr) {
        return true;
      }
      const FlowWork& orders = Of(v1::FLOW_ORDERS);
      const bool fresh =
          !orders.run && ports_.clock.SteadyMs() - orders.success_ms <= kOrdersFreshMs;
      if (fresh || !CanRun(v1::FLOW_ORDERS)) {
        return false;
      }
      if (!orders.run && orders.state.health.failures() == 0) {
        Try(v1::FLOW_ORDERS, v1::SyncRun::TRIGGER_CHANGE, false);
      }
      return true;
    }
    default:
      return false;
  }
}

void StoreScheduler::Try(v1::Flow flow, v1::SyncRun::Trigger trigger, bool full) {
  FlowWork& work = Of(flow);
  if (!CanRun(flow)) {
    return;
  }
  if (work.run || MustWait(work)) {
    work.again = true;
    work.again_full = work.again_full || full;
    return;
  }
  if (const Status begun = Begin(work, trigger, full, {}); !begun) {
    NoteFailure(work, ToFailure(begun.error()));
    Schedule(work, kRetryMostMs);
  }
}

Result<v1::SyncRun> StoreScheduler::RunNow(v1::Flow flow,
                                           bool full,
                                           std::vector<std::string> only) {
  SB_CHECK(CanRun(flow));
  FlowWork& work = Of(flow);
  if (!work.run) {
    SB_CHECK(Begin(work, v1::SyncRun::TRIGGER_MANUAL, full, std::move(only)));
  }
  work.is_named = true;
  return work.record;
}

std::shared_ptr<FlowRun> StoreScheduler::MakeRun(const FlowWork& work,
                                                 RunSubject subject,
                                                 bool full) const {
  const FlowPorts ports{ports_.storage,
                        ports_.clock,
                        ports_.random,
                        ports_.executor,
                        ports_.egress,
                        ports_.connectors,
                        ports_.log};
  const PullOptions pull{.cursor = work.state.cursor, .is_full = full, .only = work.only};
  switch (static_cast<int>(work.flow)) {
    case v1::FLOW_PRODUCTS:
      return std::make_shared<ProductsIn>(ports, std::move(subject), pull);
    case v1::FLOW_ORDERS:
      return std::make_shared<OrdersIn>(ports, std::move(subject), pull);
    case v1::FLOW_STOCK:
      return std::make_shared<StockOut>(ports, std::move(subject), full);
    default:
      return std::make_shared<ShipmentsOut>(ports, std::move(subject));
  }
}

Status StoreScheduler::Begin(FlowWork& work,
                             v1::SyncRun::Trigger trigger,
                             bool full,
                             std::vector<std::string> only) {
  SB_TRY(RunSubject subject, Subject());
  work.only = std::move(only);
  work.again = false;
  work.again_full = false;
  work.is_named = false;
  const std::int64_t now = ports_.clock.NowMs();
  work.record.Clear();
  work.record.set_name(
      domain::SyncRunName(key_, EncodeId(MakeTimeOrderedId(now, ports_.random.Next()))));
  work.record.set_flow(work.flow);
  work.record.set_state(v1::SyncRun::STATE_RUNNING);
  work.record.set_trigger(trigger);
  work.record.set_is_full(full);
  *work.record.mutable_start_time() = domain::TimestampFromMs(now);
  if (work.timer != 0) {
    ports_.executor.Cancel(std::exchange(work.timer, 0));
  }
  work.run = MakeRun(work, std::move(subject), full);
  listener_(work.record);
  work.run->Start(
      [self = shared_from_this(), &work](const v1::SyncCounts& counts) {
        *work.record.mutable_counts() = counts;
        self->listener_(work.record);
      },
      [self = shared_from_this(), &work](RunEnd end) { self->Ended(work, std::move(end)); });
  return Ok();
}

void StoreScheduler::Ended(FlowWork& work, RunEnd end) {
  const std::shared_ptr<FlowRun> run = std::exchange(work.run, nullptr);
  const std::int64_t now = ports_.clock.NowMs();
  const bool was_failing = work.state.health.failures() > 0;
  *work.record.mutable_counts() = run->counts();
  *work.record.mutable_end_time() = domain::TimestampFromMs(now);
  work.tried = true;
  if (end.cursor) {
    work.state.cursor = *end.cursor;
  }
  if (end.failure) {
    NoteFailure(work, *end.failure);
  } else {
    NoteSuccess(work, end);
  }
  const bool idle = !end.failure && !run->wrote() && !was_failing && !work.is_named;
  if (idle) {
    work.state.health.set_idle_runs(work.state.health.idle_runs() + 1);
    *work.state.health.mutable_last_idle_time() = domain::TimestampFromMs(now);
    if (ports_.clock.SteadyMs() - work.flushed_ms >= kIdleFlushMs) {
      Keep(work, false);
    }
  } else {
    work.state.health.set_idle_runs(0);
    *work.state.health.mutable_last_run_time() = domain::TimestampFromMs(now);
    Keep(work, true);
  }
  listener_(work.record);
  for (const auto& waiter : std::exchange(work.waiters, {})) {
    waiter();
  }
  if (!closed_) {
    Next(work, end);
    RunWaiting();
  }
}

void StoreScheduler::NoteFailure(FlowWork& work, const cv1::Failure& failure) {
  const Error error = ToError(failure);
  const bool cancelled = failure.code() == cv1::Failure::CODE_CANCELLED;
  work.record.set_state(cancelled ? v1::SyncRun::STATE_CANCELLED : v1::SyncRun::STATE_FAILED);
  work.record.set_error(error.message);
  work.record.set_error_reason(cv1::Failure::Code_Name(failure.code()));
  if (cancelled) {
    return;
  }
  v1::FlowHealth& health = work.state.health;
  health.set_failures(health.failures() + 1);
  health.set_last_error(error.message);
  ports_.log.Write(ports::LogLevel::kWarning,
                   "sync run failed",
                   {{"store", domain::StoreName(key_)},
                    {"operation", OperationOf(work.flow)},
                    {"failures", std::to_string(health.failures())},
                    {"error", error.message}});
  if (failure.code() != cv1::Failure::CODE_AUTH) {
    work.auth_failures = 0;
  } else if (++work.auth_failures >= kAuthFailuresMax) {
    RefuseCredentials(error.message);
  }
}

void StoreScheduler::NoteSuccess(FlowWork& work, const RunEnd& end) {
  const std::int64_t now = ports_.clock.NowMs();
  work.record.set_state(v1::SyncRun::STATE_SUCCEEDED);
  work.success_ms = ports_.clock.SteadyMs();
  work.auth_failures = 0;
  if (work.record.is_full() && work.only.empty() && !end.more) {
    work.state.full_ms = now;
  }
  work.state.health.set_failures(0);
  work.state.health.clear_last_error();
  *work.state.health.mutable_last_success_time() = domain::TimestampFromMs(now);
}

void StoreScheduler::Keep(FlowWork& work, bool with_record) {
  work.flushed_ms = ports_.clock.SteadyMs();
  if (with_record) {
    work.keeping.push_back(work.record);
  }
  ports_.storage.Submit(
      [key = key_, flow = work.flow, state = work.state, record = work.record, with_record](
          ports::Tx& tx) -> Status {
        if (!tx.stores().Get(key)) {
          return Ok();  // Disconnected meanwhile.
        }
        SB_CHECK(tx.stores().PutFlow(key, flow, state));
        return with_record ? tx.sync_runs().Put(key, record) : Ok();
      },
      [self = shared_from_this(), &work, name = work.record.name()](Status status) {
        std::erase_if(work.keeping, [&](const v1::SyncRun& run) { return run.name() == name; });
        if (!status) {
          self->ports_.log.Write(
              ports::LogLevel::kError,
              "sync run not recorded",
              {{"store", domain::StoreName(self->key_)}, {"error", status.error().message}});
        }
      });
}

std::int64_t StoreScheduler::IntervalMs(v1::Flow flow) const {
  const v1::StoreSettings& settings = store_.settings();
  switch (static_cast<int>(flow)) {
    case v1::FLOW_ORDERS:
      return 1000 * (settings.has_orders_interval_seconds() ? settings.orders_interval_seconds()
                                                            : kOrdersIntervalSeconds);
    case v1::FLOW_PRODUCTS:
      return 1000 * (settings.has_products_interval_seconds() ? settings.products_interval_seconds()
                                                              : kProductsIntervalSeconds);
    default:
      return 1000 * (settings.has_stock_interval_seconds() ? settings.stock_interval_seconds()
                                                           : kStockIntervalSeconds);
  }
}

bool StoreScheduler::IsFullDue(const FlowWork& work) const {
  const std::int64_t age = ports_.clock.NowMs() - work.state.full_ms;
  switch (static_cast<int>(work.flow)) {
    case v1::FLOW_ORDERS:
      return age >= kOrdersSweepMs;
    case v1::FLOW_PRODUCTS:
      return age >= kProductsSweepMs;
    case v1::FLOW_STOCK:
      return age >= IntervalMs(v1::FLOW_STOCK);
    default:
      return false;
  }
}

void StoreScheduler::Next(FlowWork& work, const RunEnd& end) {
  if (!IsActive()) {
    return;
  }
  if (end.failure && end.failure->code() != cv1::Failure::CODE_CANCELLED) {
    work.again = false;
    const std::int64_t backoff =
        BackoffMs(work.state.health.failures(), kRetryFirstMs, kRetryMostMs, ports_.random);
    return Schedule(work, std::max(backoff, end.failure->retry_after_ms()));
  }
  if (end.more) {
    return Schedule(work, 0);
  }
  std::optional<std::int64_t> due_ms;
  if (work.flow == v1::FLOW_STOCK || work.flow == v1::FLOW_SHIPMENTS) {
    const Status read = ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
      if (work.flow == v1::FLOW_STOCK) {
        SB_TRY(due_ms, tx.products().NextDirtyMs(key_));
      } else {
        SB_TRY(due_ms, tx.outbox().NextDueMs(key_));
      }
      return Ok();
    });
    if (!read) {
      due_ms = ports_.clock.NowMs() + kRetryFirstMs;
    }
  }
  const std::int64_t wait =
      due_ms ? std::max<std::int64_t>(*due_ms - ports_.clock.NowMs(), 0) : IntervalMs(work.flow);
  if (work.flow == v1::FLOW_SHIPMENTS && !due_ms) {
    return;  // A new shipment wakes it.
  }
  Schedule(work, std::min(wait, IntervalMs(work.flow)));
}

void StoreScheduler::RunWaiting() {
  for (const v1::Flow flow : kTurns) {
    FlowWork& work = Of(flow);
    if (work.again && !work.run) {
      work.again = false;
      Try(flow, v1::SyncRun::TRIGGER_CHANGE, std::exchange(work.again_full, false));
    }
  }
}

void StoreScheduler::Schedule(FlowWork& work, std::int64_t delay_ms) {
  if (work.timer != 0) {
    ports_.executor.Cancel(work.timer);
  }
  *work.state.health.mutable_next_run_time() =
      domain::TimestampFromMs(ports_.clock.NowMs() + delay_ms);
  work.timer = ports_.executor.PostAfter(
      std::chrono::milliseconds(delay_ms),
      [self = shared_from_this(), flow = work.flow] { self->OnTimer(flow); });
}

void StoreScheduler::OnTimer(v1::Flow flow) {
  FlowWork& work = Of(flow);
  work.timer = 0;
  Try(flow, v1::SyncRun::TRIGGER_SCHEDULE, IsFullDue(work));
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
    work.state.health.clear_next_run_time();
  }
}

void StoreScheduler::WhenEnded(v1::Flow flow, std::function<void()> done) {
  if (Of(flow).run) {
    Of(flow).waiters.push_back(std::move(done));
  } else {
    ports_.executor.Post(std::move(done));
  }
}

const v1::SyncRun* StoreScheduler::Live(std::string_view run) const {
  const std::string name = domain::SyncRunName(key_, run);
  for (const FlowWork& work : flows_) {
    if (work.run && work.record.name() == name) {
      return &work.record;
    }
    for (const v1::SyncRun& ended : work.keeping) {
      if (ended.name() == name) {
        return &ended;
      }
    }
  }
  return nullptr;
}

bool StoreScheduler::Cancel(std::string_view run) {
  const std::string name = domain::SyncRunName(key_, run);
  for (FlowWork& work : flows_) {
    if (work.run && work.record.name() == name) {
      work.run->Cancel("somebody asked to stop");
      return true;
    }
  }
  return false;
}

void StoreScheduler::Check(Engine::Done<StoreCheckReport> done) {
  Result<RunSubject> subject = Subject();
  if (!subject) {
    return ports_.executor.Post([done = std::move(done), error = subject.error()] { done(error); });
  }
  const FlowPorts ports{ports_.storage,
                        ports_.clock,
                        ports_.random,
                        ports_.executor,
                        ports_.egress,
                        ports_.connectors,
                        ports_.log};
  auto run = std::make_shared<CheckRun>(ports, std::move(*subject));
  run->Start([](const v1::SyncCounts&) {},
             [self = shared_from_this(), run, done = std::move(done)](RunEnd end) {
               if (!end.failure) {
                 self->KeepCapabilities(run->report().capabilities);
               }
               done(run->report());
             });
}

void StoreScheduler::KeepCapabilities(const std::vector<std::string>& capabilities) {
  if (std::equal(capabilities.begin(),
                 capabilities.end(),
                 store_.capabilities().begin(),
                 store_.capabilities().end())) {
    return;
  }
  store_.mutable_capabilities()->Assign(capabilities.begin(), capabilities.end());
  ports_.storage.Submit(
      [key = key_, capabilities, now = ports_.clock.NowMs()](ports::Tx& tx) -> Status {
        SB_TRY(v1::Store store, tx.stores().Get(key));
        store.mutable_capabilities()->Assign(capabilities.begin(), capabilities.end());
        return PutStore(tx, key, store, now);
      },
      [](Status /*status*/) {});  // Found again at the next check.
}

void StoreScheduler::RefuseCredentials(const std::string& message) {
  store_.set_state(v1::Store::STATE_NEEDS_CREDENTIALS);
  store_.set_state_reason(
      fmt::format("The store refused our credentials {} times in a row: {}. Replace them with "
                  "UpdateStore, or call ResumeStore.",
                  kAuthFailuresMax,
                  message));
  Unschedule();
  ports_.storage.Submit(
      [key = key_, reason = store_.state_reason(), now = ports_.clock.NowMs()](
          ports::Tx& tx) -> Status {
        SB_TRY(v1::Store store, tx.stores().Get(key));
        store.set_state(v1::Store::STATE_NEEDS_CREDENTIALS);
        store.set_state_reason(reason);
        return PutStore(tx, key, store, now);
      },
      [](Status /*status*/) {});  // Noticed again at the next start.
}

v1::Store StoreScheduler::View() const {
  v1::Store view = store_;
  view.clear_flows();
  for (const FlowWork& work : flows_) {
    if (CanRun(work.flow) || work.state.health.has_last_run_time()) {
      *view.add_flows() = work.state.health;
    }
  }
  return view;
}

void StoreScheduler::Drain(std::function<void()> done) {
  draining_ = true;
  Unschedule();
  auto left = std::make_shared<std::size_t>(kFlows);
  for (FlowWork& work : flows_) {
    if (work.run) {
      work.run->Cancel("the server stops");
    } else if (work.state.health.idle_runs() > 0) {
      Keep(work, false);
    }
    WhenEnded(work.flow, [left, done] {
      if (--*left == 0) {
        done();
      }
    });
  }
}

void StoreScheduler::Close() {
  closed_ = true;
  Unschedule();
  for (FlowWork& work : flows_) {
    if (work.run) {
      work.run->Cancel("the store was disconnected");
    }
  }
}

}  // namespace storebridge::engine
