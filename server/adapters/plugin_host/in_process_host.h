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
#include "ports/connector_host.h"

namespace storebridge::plugin_host {

// Runs connectors inside this process. What is found is decided once, when the host is opened; what
// is loaded stays loaded until the process ends.
class InProcessHost : public ports::ConnectorHost {
 public:
  struct Options {
    // Where the files `<id>.so` are.
    std::string folder;
    // Ids of connectors that may run in this process. Files of others are listed, and not opened.
    std::vector<std::string> in_process;
    HostAbility ability = {};
  };

  // Loads and checks what is trusted. One bad connector never keeps others out: it is listed with
  // the reason, which is also logged. kInvalidArgument for a listed id that is no id. `ports`
  // outlives the host and its sessions.
  static Result<std::unique_ptr<InProcessHost>> Open(const Options& options, SessionPorts ports);

  [[nodiscard]] std::vector<ports::ConnectorInfo> List() const override;
  [[nodiscard]] Result<ports::ConnectorInfo> Find(std::string_view id) const override;
  Result<std::unique_ptr<ports::ConnectorSession>> Open(std::string_view id) override;

 private:
  explicit InProcessHost(SessionPorts ports) : ports_(ports) {}

  void Fill(const Options& options);
  void AddFiles(const ConnectorFolder& folder,
                const std::set<std::string>& trusted,
                const HostAbility& ability);
  void Add(ports::ConnectorInfo info);
  Result<connector::v1::Manifest> Load(const ConnectorOrigin& origin, const HostAbility& ability);

  SessionPorts ports_;
  ConnectorList list_;
  // Of the ready ones.
  std::map<std::string, const sb_connector_v1*, std::less<>> functions_;
};

}  // namespace storebridge::plugin_host
