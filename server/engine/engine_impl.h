#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/housekeeper.h"
#include "engine/order_backlog.h"
#include "engine/run_slots.h"
#include "engine/store_preview.h"
#include "engine/store_scheduler.h"

namespace storebridge::engine {

// Lives on the executor; only the constructor and the destructor may run elsewhere.
class Engine::Impl : public std::enable_shared_from_this<Engine::Impl> {
 public:
  Impl(Ports ports, const Options& options)
      : ports_(ports),
        options_(options),
        slots_(std::make_shared<RunSlots>(ports.executor, options.sync_runs_max)),
        housekeeper_(std::make_shared<Housekeeper>(
            Housekeeper::Ports{ports.storage, ports.clock, ports.executor, ports.log},
            options.retention)),
        backlog_(std::make_shared<OrderBacklog>(OrderBacklog::Ports{
            ports.storage, ports.clock, ports.random, ports.executor, ports.log})) {}

  Ports ports_;
  Options options_;
  std::shared_ptr<RunSlots> slots_;
  std::shared_ptr<Housekeeper> housekeeper_;
  std::shared_ptr<OrderBacklog> backlog_;
  std::map<domain::StoreKey, std::shared_ptr<StoreScheduler>> stores_;
  std::map<ObserverId, std::pair<std::string, RunObserver>> run_observers_;
  std::map<ObserverId, ChangeObserver> change_observers_;
  ObserverId last_observer_ = 0;
  bool draining_ = false;
  // The one that goes on, and who waits for its end.
  std::shared_ptr<StorePreview> preview_;
  std::function<void()> when_previewed_;

  void Start();
  void Add(const domain::StoreKey& key, v1::Store store, std::int64_t delay_ms, bool is_changed);
  void OnCommit(const ports::CommitNotice& notice);
  void Reload(const domain::StoreKey& key);
  // Deletes the next part of a store.
  void GoOnDeleting(const domain::StoreKey& key);
  void OnRun(const v1::SyncRun& run);
  void Drain(const std::function<void()>& done);
  Result<StoreScheduler*> Find(const domain::StoreKey& key);
  void StartRun(const RunRequest& request, const RequestKey& key, const Done<v1::SyncRun>& done);
  Result<v1::Store> ShowNow(const ports::ReadTx& tx, const domain::StoreKey& key);
  Result<v1::SyncRun> ShowRun(const domain::StoreKey& key, const std::string& run);
  void Preview(const PreviewRequest& request,
               std::function<bool()> is_wanted,
               Done<v1::StorePreview> done);
  void StopPreview(std::function<void()> done);
  void ReloadConnector(std::string id, bool is_only_tried, Done<v1::Connector> done);
  void ReloadStores(const std::vector<v1::Store>& stores);
  void Retry(const std::string& merchant, const std::string& issue, const Done<v1::Issue>& done);
  Result<v1::Issue> ReadIssue(const std::string& merchant,
                              const std::string& issue,
                              ports::IssueKey* key);
  void RetryPush(const ports::IssueKey& key, std::function<void(Status)> done);
};

}  // namespace storebridge::engine
