#include "adapters/plugin_host/in_process_host.h"

#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/plugin_host/connector_files.h"
#include "adapters/plugin_host/connector_library.h"
#include "core/ids.h"
#include "storebridge/connector.h"

namespace storebridge::plugin_host {
namespace {

std::string_view StateWord(const v1::Connector& resource) {
  if (resource.state() == v1::Connector::STATE_READY) {
    return "ready";
  }
  return resource.state() == v1::Connector::STATE_NOT_TRUSTED ? "not trusted" : "refused";
}

}  // namespace

Result<std::unique_ptr<InProcessHost>> InProcessHost::Open(const Options& options,
                                                           SessionPorts ports) {
  for (const std::string& id : options.in_process) {
    SB_CHECK(CheckChosenId("connectors.in_process", id));
  }
  std::unique_ptr<InProcessHost> host(new InProcessHost(ports));
  host->Fill(options);
  return host;
}

void InProcessHost::Fill(const Options& options) {
  const std::set<std::string> trusted(options.in_process.begin(), options.in_process.end());
  std::set<std::string> missing = trusted;
  const auto folder = ListConnectorFiles(options.folder);
  if (folder) {
    AddFiles(*folder, trusted, options.ability);
    for (const ConnectorFile& file : folder->files) {
      missing.erase(file.id);
    }
  }
  for (const std::string& id : missing) {
    const std::string why = folder
                                ? fmt::format("there is no file {}.so in '{}'", id, options.folder)
                                : folder.error().message;
    Add(RefusedConnector(
        {.id = id, .path = ""},
        fmt::format(
            "no file: {}; install it, or take '{}' out of connectors.in_process", why, id)));
  }
}

void InProcessHost::AddFiles(const ConnectorFolder& folder,
                             const std::set<std::string>& trusted,
                             const HostAbility& ability) {
  for (const std::string& name : folder.ignored) {
    ports_.log.Write(ports::LogLevel::kWarning,
                     "file ignored: a connector's file is called like its id, of a-z, 0-9 and '-'",
                     {{"file", name}});
  }
  std::map<std::string, std::vector<std::string>> paths_by_id;
  for (const ConnectorFile& file : folder.files) {
    paths_by_id[file.id].push_back(file.path);
  }
  for (const auto& [id, paths] : paths_by_id) {
    const ConnectorOrigin origin{.id = id, .path = paths.front()};
    if (paths.size() > 1) {
      Add(DuplicateConnector(id, paths));
    } else if (trusted.count(id) == 0) {
      Add(UntrustedConnector(origin));
    } else {
      auto manifest = Load(origin, ability);
      Add(manifest ? ReadyConnector(origin, std::move(manifest).value())
                   : RefusedConnector(origin, manifest.error().message));
    }
  }
}

void InProcessHost::Add(ports::ConnectorInfo info) {
  const bool is_ready = info.resource.state() == v1::Connector::STATE_READY;
  ports_.log.Write(is_ready ? ports::LogLevel::kInfo : ports::LogLevel::kWarning,
                   "connector found",
                   {{"connector", info.resource.name()},
                    {"state", std::string(StateWord(info.resource))},
                    {"version", info.resource.version()},
                    {"reason", info.resource.state_reason()}});
  list_.Add(std::move(info));
}

Result<connector::v1::Manifest> InProcessHost::Load(const ConnectorOrigin& origin,
                                                    const HostAbility& ability) {
  SB_CHECK(CheckWrittenByTrusted(origin.path));
  SB_TRY(const ConnectorLibrary library, OpenConnectorLibrary(origin.path));
  SB_CHECK(CheckProtoMinor(library.functions->proto_minor, ability));
  SB_TRY(connector::v1::Manifest manifest, CheckManifest(library.manifest, origin.id, ability));
  functions_[origin.id] = library.functions;
  return manifest;
}

std::vector<ports::ConnectorInfo> InProcessHost::List() const {
  return list_.All();
}

Result<ports::ConnectorInfo> InProcessHost::Find(std::string_view id) const {
  return list_.Find(id);
}

Result<std::unique_ptr<ports::ConnectorSession>> InProcessHost::Open(std::string_view id) {
  SB_CHECK(list_.CheckReady(id));
  const auto found = functions_.find(id);
  return InProcessSession::Begin(found->first, *found->second, ports_);
}

}  // namespace storebridge::plugin_host
