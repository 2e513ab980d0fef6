#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "domain/flow.h"
#include "domain/names.h"
#include "engine/housekeeper.h"
#include "engine/refs.h"
#include "engine/store_counts.h"
#include "ports/clock.h"
#include "ports/connector_host.h"
#include "ports/egress.h"
#include "ports/executor.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "ports/random.h"
#include "ports/storage.h"
#include "ports/store_config.h"
#include "storebridge/v1/connector.pb.h"
#include "storebridge/v1/store_preview.pb.h"
#include "storebridge/v1/sync_run.pb.h"

namespace storebridge::engine {

// One thing that a store was checked for.
struct StoreCheck {
  std::string check;
  bool ok = false;
  std::string message;
  std::string action;
};

// What a check of a store found.
struct StoreCheckReport {
  std::vector<StoreCheck> checks;
  std::vector<std::string> capabilities;
};

// Runs the four flows of every store: on schedule, on change and by hand; one run per store and
// flow at a time. Lives on the executor; the calls below may come from any thread, and `done` and
// observers are called on the executor.
class Engine {
 public:
  struct Ports {
    ports::Storage& storage;
    ports::Clock& clock;
    ports::Random& random;
    ports::Executor& executor;
    ports::Egress& egress;
    ports::ConnectorHost& connectors;
    ports::StoreConfigChecker& config_checker;
    ports::Log& log;
    ports::Meter& meter = ports::NoMeter();
  };

  // What an administrator sets.
  struct Options {
    // Sync runs that go on at the same time, all stores together.
    int sync_runs_max = 64;
    // Stores can call the server, so stores are shown with where and when they do.
    bool hears_stores = false;
    Retention retention = {};
  };

  template <typename T>
  using Done = std::function<void(Result<T>)>;

  // Watches one run. Called after each page and once when it has ended (state other than RUNNING).
  using RunObserver = std::function<void(const v1::SyncRun&)>;

  // Called with a merchant and the newest sequence of its change log.
  using ChangeObserver = std::function<void(const std::string& merchant, std::int64_t head)>;
  using ObserverId = std::uint64_t;

  explicit Engine(Ports ports);
  Engine(Ports ports, const Options& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Reads all stores and begins to work.
  void Start();

  // Starts no more runs, asks those that go on to stop at their next page, and calls `done` when
  // none is left.
  void Drain(std::function<void()> done);

  // A run that somebody asks for.
  struct RunRequest {
    domain::StoreKey store;
    domain::Flow flow = domain::Flow::kProducts;
    bool is_full = false;
  };

  // Runs a flow now, once per request key. The run that goes on is given instead, when there is
  // one. kFailedPrecondition while the store is not active, kUnimplemented when its connector
  // cannot do it, kResourceExhausted while too many runs go on.
  void StartRun(RunRequest request, RequestKey key, Done<v1::SyncRun> done);

  // Shows a run, going on or ended.
  void GetRun(domain::StoreKey store, std::string run, Done<v1::SyncRun> done);

  // Asks a run to stop at its next page.
  void CancelRun(domain::StoreKey store, std::string run, Done<v1::SyncRun> done);

  // Calls `observer` with the run as it is now, then as its class comment says. 0 when there is no
  // such run; `done` tells.
  void WatchRun(domain::StoreKey store,
                std::string run,
                RunObserver observer,
                Done<ObserverId> done);
  void StopWatchingRun(ObserverId observer);

  // Asks the store what it can do; keeps the capabilities.
  void CheckStore(domain::StoreKey store, Done<StoreCheckReport> done);

  // A look at what connecting a store would do.
  struct PreviewRequest {
    domain::StoreKey store;
    // Puts the settings that are tried into the store's.
    std::function<void(v1::StoreSettings&)> merge_settings;
  };

  // Shows what connecting a store would do; see StorePreview. `is_wanted` is asked on the executor
  // whether anybody still waits. One at a time: kResourceExhausted, reason PREVIEW_GOES_ON.
  void PreviewStore(PreviewRequest request,
                    std::function<bool()> is_wanted,
                    Done<v1::StorePreview> done);

  // Loads the file of connector `id` again, or for the first time, when all stores of it can go on
  // with it; sessions begin with it from then on. `is_only_tried`: says whether they could.
  void ReloadConnector(std::string id, bool is_only_tried, Done<v1::Connector> done);

  // Tries the record of an issue again; gives the issue as it is afterwards.
  void RetryIssue(std::string merchant, std::string issue, Done<v1::Issue> done);

  // Watches the change log of all merchants.
  void ObserveChanges(ChangeObserver observer, std::function<void(ObserverId)> done);
  void StopObservingChanges(ObserverId observer);

  // Reads a store as the API shows it: the stored record with the health of its flows as of now.
  void GetStore(domain::StoreKey store, Done<v1::Store> done);

  // The same of some stores, without those that do not exist.
  void GetStores(std::vector<domain::StoreKey> stores, Done<std::vector<v1::Store>> done);

  // A call by which a store says that there is news (webhook).
  struct StoreCall {
    // Of what; of nothing that is read when it is absent.
    std::optional<domain::Flow> news = {};
    // Why it was refused, and what to do; empty when it was not.
    std::string refusal = {};
  };

  // Runs the flow that there is news of, domain::NewsGapMs after it began last at the earliest, so
  // that many calls are one run, and later where runs take long. Not where nothing runs for the
  // store, the flow fails, or somebody has just stopped it. `done` is called right before.
  void HearStore(domain::StoreKey store, StoreCall call, std::function<void()> done);

  // How all stores are, for those who watch the server.
  void CountStores(std::function<void(StoreCounts)> done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace storebridge::engine
