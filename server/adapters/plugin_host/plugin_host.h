#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/plugin_host/connector_files.h"
#include "adapters/plugin_host/connector_list.h"
#include "adapters/plugin_host/in_process_session.h"
#include "adapters/plugin_host/manifest_check.h"
#include "adapters/plugin_host/runner.h"
#include "ports/connector_host.h"

namespace storebridge::plugin_host {

// Finds the connectors of a folder. Those that are listed run inside this process, every other one
// in a sandboxed process of its own. What is found is decided when the host is opened, and anew for
// a connector that is reloaded; what is loaded into this process stays loaded until it ends.
class PluginHost : public ports::ConnectorHost {
 public:
  struct Options {
    // Where the files `<id>.so` are.
    std::string folder;
    // Ids of connectors that may run in this process.
    std::vector<std::string> in_process;
    // The program storebridge-runner. Empty: files of connectors that are not listed are shown, and
    // not opened.
    std::string runner = {};
    HostAbility ability = {};
  };
  struct Ports {
    SessionPorts session;
    ports::Executor& executor;
  };

  // Loads and checks what there is. One bad connector never keeps others out: it is listed with the
  // reason, which is also logged. kInvalidArgument for a listed id that is no id. `ports` outlives
  // the host and its sessions.
  static Result<std::unique_ptr<PluginHost>> Open(Options options, Ports ports);

  // Ends the processes of connectors; their sessions get no answers any more, and nothing is opened
  // or loaded. Call it before the executor stops. Repeating is harmless.
  void Stop();

  [[nodiscard]] std::vector<ports::ConnectorInfo> List() const override;
  [[nodiscard]] Result<ports::ConnectorInfo> Find(std::string_view id) const override;
  Result<std::unique_ptr<ports::ConnectorSession>> Open(std::string_view id) override;
  // kFailedPrecondition for one that runs inside this process, where nothing is ever unloaded, and
  // for a file that is not good; kResourceExhausted, reason RELOAD_GOES_ON, while another one is
  // loaded.
  void Reload(ReloadRequest request, ReloadDone done) override;

 private:
  // A connector whose process is loading it.
  struct Starting {
    ConnectorOrigin origin;
    std::shared_ptr<Runner> runner;
  };
  struct Reloading {
    Starting starting;
    ReloadRequest request;
    ReloadDone done;
  };

  PluginHost(Options options, Ports ports) : options_(std::move(options)), ports_(ports) {}

  void Fill();
  void AddFiles(const ConnectorFolder& folder);
  void Add(ports::ConnectorInfo info);
  void AddRefused(const ConnectorOrigin& origin, const Error& error);
  Result<ports::ConnectorInfo> Load(const ConnectorOrigin& origin);
  Result<Starting> Start(const ConnectorOrigin& origin, std::function<void()> loaded = nullptr);
  // Waits for it.
  Result<ports::ConnectorInfo> Finish(const Starting& starting);
  [[nodiscard]] bool IsListed(const std::string& id) const;
  [[nodiscard]] Result<ConnectorOrigin> OriginToReload(const std::string& id) const;
  void FinishReload();
  Result<ports::ConnectorInfo> Swap(const Reloading& reloading);

  const Options options_;
  Ports ports_;
  // Of the ready ones that run in this process. Filled once.
  std::map<std::string, const sb_connector_v1*, std::less<>> functions_;
  // On the executor.
  std::optional<Reloading> reloading_;

  mutable std::mutex mutex_;
  // Guarded by mutex_, as are all below.
  bool is_stopped_ = false;
  ConnectorList list_;
  // Of the ready ones that run outside.
  std::map<std::string, std::shared_ptr<Runner>, std::less<>> runners_;
  // Others that may be there: those of files before go with their last session.
  std::vector<std::weak_ptr<Runner>> more_runners_;
};

}  // namespace storebridge::plugin_host
