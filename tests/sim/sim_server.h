#pragma once

#include <functional>
#include <memory>

#include "adapters/egress/policy_egress.h"
#include "adapters/plugin_host/config_template.h"
#include "engine/commands.h"
#include "engine/engine.h"
#include "sim/guarded_executor.h"
#include "sim/refit.h"
#include "sim/sim_host.h"
#include "sim/sim_storage.h"
#include "sim/store_wire.h"
#include "support/fake_store.h"
#include "support/null_log.h"

namespace storebridge::sim {

inline constexpr const char* kConsumerKey = "ck_demo0000000000000000000000000000000000001";
inline constexpr const char* kConsumerSecret = "cs_demo0000000000000000000000000000000000001";

// One life of the server, from its start to its death: engine, way out, connector and vault as they
// are shipped, over a database, a wire and a clock that outlive it.
class SimServer {
 public:
  struct Parts {
    ports::Storage& database;
    testing::ManualExecutor& executor;
    ports::Clock& clock;
    StoreWire& wire;
    FaultPlan& faults;
    SessionWatcher& watcher;
    Refit* refit = nullptr;
    SimStorage::Hooks hooks;
  };

  SimServer(Parts parts, std::uint64_t seed);
  ~SimServer();
  SimServer(const SimServer&) = delete;
  SimServer& operator=(const SimServer&) = delete;

  // Dies where it stands: nothing that it would still do is heard.
  void Kill() { executor_.Kill(); }
  [[nodiscard]] bool alive() const { return executor_.alive(); }

  engine::Engine& engine() { return *engine_; }
  engine::Commands& commands() { return *commands_; }
  [[nodiscard]] const connector::v1::Manifest& manifest() const { return host_.manifest(); }

 private:
  class Secrets;

  testing::SeededRandom random_;
  testing::NullLog log_;
  testing::OpenVault vault_;
  plugin_host::ManifestConfigChecker config_;
  GuardedExecutor executor_;
  SimStorage storage_;
  std::unique_ptr<ports::Storage> refitted_;
  SimHost host_;
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<egress::PolicyEgress> egress_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Commands> commands_;
};

}  // namespace storebridge::sim
