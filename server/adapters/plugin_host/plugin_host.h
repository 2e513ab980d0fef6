#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/plugin_host/connector_files.h"
#include "adapters/plugin_host/connector_list.h"
#include "adapters/plugin_host/in_process_session.h"
#include "adapters/plugin_host/manifest_check.h"
#include "adapters/plugin_host/runner.h"
#include "ports/connector_host.h"

namespace storebridge::plugin_host {

// Finds the connectors of a folder. Those that are listed run inside this process, every other one
// in a sandboxed process of its own. What is found is decided once, when the host is opened; what
// is loaded into this process stays loaded until it ends.
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
  static Result<std::unique_ptr<PluginHost>> Open(const Options& options, Ports ports);

  [[nodiscard]] std::vector<ports::ConnectorInfo> List() const override;
  [[nodiscard]] Result<ports::ConnectorInfo> Find(std::string_view id) const override;
  Result<std::unique_ptr<ports::ConnectorSession>> Open(std::string_view id) override;

 private:
  // A connector whose process is loading it.
  struct Starting {
    ConnectorOrigin origin;
    std::shared_ptr<Runner> runner;
  };

  explicit PluginHost(Ports ports) : ports_(ports) {}

  void Fill(const Options& options);
  void AddFiles(const ConnectorFolder& folder,
                const std::set<std::string>& listed,
                const Options& options);
  void Add(ports::ConnectorInfo info);
  void AddLoaded(const ConnectorOrigin& origin,
                 v1::Connector::Hosting hosting,
                 Result<connector::v1::Manifest> manifest);
  Result<connector::v1::Manifest> Load(const ConnectorOrigin& origin, const HostAbility& ability);
  Result<Starting> Start(const ConnectorOrigin& origin, const std::string& runner);
  Result<connector::v1::Manifest> Finish(const Starting& starting, const HostAbility& ability);

  Ports ports_;
  ConnectorList list_;
  // Of the ready ones, by where they run.
  std::map<std::string, const sb_connector_v1*, std::less<>> functions_;
  std::map<std::string, std::shared_ptr<Runner>, std::less<>> runners_;
};

}  // namespace storebridge::plugin_host
