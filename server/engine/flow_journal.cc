#include "engine/flow_journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/ids.h"
#include "domain/flow_timing.h"
#include "domain/timestamp.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

// A quarter of an hour, less what a turn may come too soon: flows with that interval are written
// after each run, not after every other.
constexpr std::int64_t kIdleFlushMs = std::int64_t{15} * 60 * 1000 - 2 * domain::kTurnMsMost;
constexpr std::chrono::seconds kWriteAgain{60};

}  // namespace

FlowJournal::FlowJournal(Ports ports, domain::StoreKey key, domain::Flow flow)
    : ports_(ports), key_(std::move(key)), flow_(flow) {
  state_.health.set_flow(domain::ToProto(flow));
}

Status FlowJournal::Load(const ports::ReadTx& tx) {
  SB_TRY(state_, tx.stores().GetFlow(key_, flow_));
  state_.health.set_flow(domain::ToProto(flow_));
  state_.health.clear_next_run_time();  // As earlier versions have kept it.
  flushed_ms_ = ports_.clock.SteadyMs();
  return Ok();
}

void FlowJournal::Open(const Opening& opening) {
  const std::int64_t now = ports_.clock.NowMs();
  is_named_ = false;
  is_limited_ = opening.is_limited;
  is_full_required_ = false;
  record_.Clear();
  record_.set_name(
      domain::SyncRunName(key_, EncodeId(MakeTimeOrderedId(now, ports_.random.Next()))));
  record_.set_flow(domain::ToProto(flow_));
  record_.set_state(v1::SyncRun::STATE_RUNNING);
  record_.set_trigger(opening.trigger);
  record_.set_is_full(opening.is_full);
  *record_.mutable_start_time() = domain::TimestampFromMs(now);
}

void FlowJournal::Close(const FlowRun& run, const RunEnd& end) {
  const std::int64_t now = ports_.clock.NowMs();
  const bool was_failing = health().failures() > 0;
  *record_.mutable_counts() = run.counts();
  *record_.mutable_end_time() = domain::TimestampFromMs(now);
  if (end.cursor) {
    state_.cursor = *end.cursor;
  }
  if (end.failure) {
    const bool cancelled = end.failure->code() == cv1::Failure::CODE_CANCELLED;
    record_.set_state(cancelled ? v1::SyncRun::STATE_CANCELLED : v1::SyncRun::STATE_FAILED);
    record_.set_error(ToError(*end.failure).message);
    record_.set_error_reason(cv1::Failure::Code_Name(end.failure->code()));
    NoteFailure(*end.failure);
  } else {
    NoteSuccess(end);
  }
  if (end.is_full_due) {
    RequireFull();
  }
  if (end.failure || run.wrote() || was_failing || is_named_ || is_owed_) {
    state_.health.set_idle_runs(0);
    *state_.health.mutable_last_run_time() = domain::TimestampFromMs(now);
    return Write(true);
  }
  state_.health.set_idle_runs(health().idle_runs() + 1);
  *state_.health.mutable_last_idle_time() = domain::TimestampFromMs(now);
  if (ports_.clock.SteadyMs() - flushed_ms_ >= kIdleFlushMs) {
    Write(false);
  }
}

void FlowJournal::NoteFailure(const cv1::Failure& failure) {
  if (failure.code() == cv1::Failure::CODE_CANCELLED) {
    return;
  }
  const Error error = ToError(failure);
  state_.health.set_failures(health().failures() + 1);
  state_.health.set_last_error(error.message);
  ports_.log.Write(ports::LogLevel::kWarning,
                   "sync run failed",
                   {{"store", domain::StoreName(key_)},
                    {"operation", std::string(domain::OperationOf(flow_))},
                    {"failures", std::to_string(health().failures())},
                    {"error", error.message}});
  auth_failures_ = failure.code() == cv1::Failure::CODE_AUTH ? auth_failures_ + 1 : 0;
}

void FlowJournal::NoteSuccess(const RunEnd& end) {
  const std::int64_t now = ports_.clock.NowMs();
  record_.set_state(v1::SyncRun::STATE_SUCCEEDED);
  auth_failures_ = 0;
  if (is_limited_) {
    return;  // That single records could be read says nothing of the others.
  }
  if (record_.is_full() && !end.more && !is_full_required_) {
    state_.full_ms = now;
  }
  state_.health.set_failures(0);
  state_.health.clear_last_error();
  *state_.health.mutable_last_success_time() = domain::TimestampFromMs(now);
}

void FlowJournal::Forgive() {
  auth_failures_ = 0;
  state_.health.set_failures(0);
  state_.health.clear_last_error();
}

void FlowJournal::SetNextRun(std::int64_t time_ms) {
  if (time_ms == 0) {
    state_.health.clear_next_run_time();
  } else {
    *state_.health.mutable_next_run_time() = domain::TimestampFromMs(time_ms);
  }
}

void FlowJournal::Flush() {
  if (health().idle_runs() > 0) {
    Write(false);
  }
}

void FlowJournal::WriteAgain() {
  if (is_owed_ && !IsOpen()) {
    Write(false);
  }
}

void FlowJournal::Write(bool with_record) {
  flushed_ms_ = ports_.clock.SteadyMs();
  is_owed_ = false;
  if (with_record) {
    if (on_their_way_.size() == kOwedRunsMax) {
      on_their_way_.erase(on_their_way_.begin());
    }
    on_their_way_.push_back(record_);
  }
  ports::FlowState kept = state_;
  kept.health.clear_next_run_time();  // Soon it would be one of the past.
  ports_.storage.Submit(
      [key = key_, flow = flow_, state = std::move(kept), runs = on_their_way_](
          ports::Tx& tx) -> Status {
        if (!tx.stores().Get(key)) {
          return Ok();  // Disconnected meanwhile.
        }
        for (const v1::SyncRun& run : runs) {
          SB_CHECK(tx.sync_runs().Put(key, run));
        }
        return tx.stores().PutFlow(key, flow, state);
      },
      [self = shared_from_this(), runs = on_their_way_](const Status& status) {
        if (status) {
          return self->Forget(runs);
        }
        self->ports_.log.Write(
            ports::LogLevel::kError,
            "sync run not recorded",
            {{"store", domain::StoreName(self->key_)}, {"error", status.error().message}});
        self->is_owed_ = true;
        self->ports_.executor.PostAfter(kWriteAgain, [self] { self->WriteAgain(); });
      });
}

void FlowJournal::Forget(const std::vector<v1::SyncRun>& written) {
  std::erase_if(on_their_way_, [&](const v1::SyncRun& run) {
    return std::any_of(written.begin(), written.end(), [&](const v1::SyncRun& one) {
      return one.name() == run.name();
    });
  });
}

const v1::SyncRun* FlowJournal::Ended(std::string_view name) const {
  for (const v1::SyncRun& run : on_their_way_) {
    if (run.name() == name) {
      return &run;
    }
  }
  return nullptr;
}

}  // namespace storebridge::engine
