#include "api/run_stream.h"

#include <utility>

namespace storebridge::api {

RunStream::RunStream(const ApiPorts& ports, Watchers& watchers)
    : WatchStream(ports, watchers, "SyncService.WatchSyncRun"), engine_(ports.engine) {}

std::shared_ptr<RunStream> RunStream::Self() {
  return std::static_pointer_cast<RunStream>(shared_from_this());
}

void RunStream::Begin(const domain::SyncRunKey& run) {
  if (const Status opened = Open(); !opened) {
    return EndWith(opened.error());
  }
  const std::weak_ptr<RunStream> weak = Self();
  engine_.WatchRun(
      run.store,
      run.run,
      [weak](const v1::SyncRun& now) {
        if (const std::shared_ptr<RunStream> self = weak.lock()) {
          self->OnRun(now);
        }
      },
      // Held until it was called, so that no subscription is left behind.
      [self = Self()](Result<engine::Engine::ObserverId> observer) { self->OnWatching(observer); });
}

void RunStream::OnRun(const v1::SyncRun& run) {
  v1::WatchSyncRunResponse response;
  *response.mutable_sync_run() = run;
  if (Push(std::move(response)) && run.state() != v1::SyncRun::STATE_RUNNING) {
    End();
  }
}

void RunStream::OnWatching(const Result<engine::Engine::ObserverId>& observer) {
  if (!observer) {
    return EndWith(observer.error());
  }
  const std::lock_guard lock(mutex_);
  if (is_over_) {
    return engine_.StopWatchingRun(*observer);
  }
  observer_ = *observer;
}

void RunStream::OnEnded() {
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  if (observer_) {
    engine_.StopWatchingRun(*observer_);
  }
}

}  // namespace storebridge::api
