#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "ports/connector_host.h"

namespace storebridge::plugin_host {

// Where a connector comes from, for the three kinds of entries.
struct ConnectorOrigin {
  std::string id;
  std::string path;
};

// An entry for a connector that was checked.
ports::ConnectorInfo ReadyConnector(const ConnectorOrigin& origin,
                                    connector::v1::Manifest manifest);

// An entry for a file that was not opened.
ports::ConnectorInfo UntrustedConnector(const ConnectorOrigin& origin);

// An entry for a connector that cannot be used. `reason` says why and what to do.
ports::ConnectorInfo RefusedConnector(const ConnectorOrigin& origin, std::string reason);

// An entry for several files that claim the same id.
ports::ConnectorInfo DuplicateConnector(const std::string& id,
                                        const std::vector<std::string>& paths);

// Connectors by id, one of each.
class ConnectorList {
 public:
  // Two of one id are both refused, whatever they were: nobody could tell which one runs.
  void Add(ports::ConnectorInfo info);

  // Takes the place of the one of its id, or is a new one.
  void Replace(ports::ConnectorInfo info);

  // By id.
  [[nodiscard]] std::vector<ports::ConnectorInfo> All() const;

  // kNotFound names those there are.
  [[nodiscard]] Result<ports::ConnectorInfo> Find(std::string_view id) const;

  // kNotFound, and kFailedPrecondition with the reason for one that is not ready.
  [[nodiscard]] Status CheckReady(std::string_view id) const;

 private:
  std::map<std::string, ports::ConnectorInfo, std::less<>> by_id_;
};

}  // namespace storebridge::plugin_host
