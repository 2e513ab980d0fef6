#include <algorithm>

#include "domain/flow_timing.h"
#include "domain/names.h"
#include "domain/timestamp.h"
#include "engine/store_scheduler.h"

// What a store says by itself: that there is news, or something that was refused.
namespace storebridge::engine {
namespace {

// Whoever knows a store's name can have calls refused as fast as he likes, for one reason.
constexpr std::int64_t kRefusalLogGapMs = std::int64_t{10} * 60 * 1000;

}  // namespace

void StoreScheduler::Hear(const Engine::StoreCall& call) {
  if (!call.refusal.empty()) {
    return NoteRefusal(call.refusal);
  }
  *calls_.mutable_last_call_time() = domain::TimestampFromMs(ports_.clock.NowMs());
  if (call.news) {
    HearNews(*call.news);
  }
}

void StoreScheduler::NoteRefusal(const std::string& why) {
  const std::int64_t now_ms = ports_.clock.SteadyMs();
  if (why != calls_.last_refusal() || now_ms - refusal_logged_ms_ >= kRefusalLogGapMs) {
    refusal_logged_ms_ = now_ms;
    ports_.log.Write(ports::LogLevel::kWarning,
                     "a webhook was refused",
                     {{"store", domain::StoreName(key_)}, {"reason", why}});
  }
  *calls_.mutable_last_refusal_time() = domain::TimestampFromMs(ports_.clock.NowMs());
  calls_.set_last_refusal(why);
}

void StoreScheduler::HearNews(domain::Flow flow) {
  FlowWork& work = Of(flow);
  if (work.is_held || !CanRun(flow)) {
    return;
  }
  if (work.run) {
    work.has_news = true;  // It may have looked already: Next goes on.
    return;
  }
  // What fails is tried again in its own time, and what somebody stopped has its next turn.
  if (work.journal->health().failures() > 0 || work.was_cancelled) {
    return;
  }
  work.has_news = true;
  const std::int64_t wait_ms = NewsWaitMs(work);
  if (wait_ms == 0) {
    return Try(flow, v1::SyncRun::TRIGGER_WEBHOOK);
  }
  if (work.timer == 0 || work.timer_ms > ports_.clock.SteadyMs() + wait_ms) {
    Schedule(work, wait_ms);
  }
}

// A store that is slow gets a pause as long as its run took.
std::int64_t StoreScheduler::NewsWaitMs(const FlowWork& work) const {
  const std::int64_t least_ms = std::max(domain::NewsGapMs(work.flow), 2 * work.took_ms);
  const std::int64_t since_ms = ports_.clock.SteadyMs() - work.began_ms;
  return std::max<std::int64_t>(least_ms - since_ms, 0);
}

void StoreScheduler::ShowCalls(v1::Store& view) const {
  const Result<ports::ConnectorInfo> info = ports_.connectors.Find(connector_);
  if (info && info->manifest && info->manifest->has_webhook()) {
    *view.mutable_webhook() = calls_;
    view.mutable_webhook()->set_path(domain::WebhookPath(key_));
  }
}

}  // namespace storebridge::engine
