#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "api/watch_stream.h"
#include "domain/names.h"
#include "engine/engine.h"
#include "storebridge/v1/sync_service.pb.h"

namespace storebridge::api {

// One reader of one sync run. Ends when the run has ended.
class RunStream final : public WatchStream<v1::WatchSyncRunResponse> {
 public:
  RunStream(const ApiPorts& ports, Watchers& watchers);

  // Begins to send. Call it once.
  void Begin(const domain::SyncRunKey& run);

 protected:
  void OnEnded() override;

 private:
  std::shared_ptr<RunStream> Self();
  void OnRun(const v1::SyncRun& run);
  void OnWatching(const Result<engine::Engine::ObserverId>& observer);

  engine::Engine& engine_;
  std::mutex mutex_;
  bool is_over_ = false;                                // Guarded by mutex_.
  std::optional<engine::Engine::ObserverId> observer_;  // Guarded by mutex_.
};

}  // namespace storebridge::api
