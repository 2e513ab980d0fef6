#include "adapters/plugin_host/plugin_host.h"

#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/plugin_host/connector_files.h"
#include "adapters/plugin_host/connector_library.h"
#include "adapters/plugin_host/elf_file.h"
#include "adapters/plugin_host/runner_session.h"
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

std::string_view HostingWord(const v1::Connector& resource) {
  if (resource.hosting() == v1::Connector::HOSTING_SANDBOX) {
    return "sandbox";
  }
  return resource.hosting() == v1::Connector::HOSTING_IN_PROCESS ? "in process" : "";
}

}  // namespace

Result<std::unique_ptr<PluginHost>> PluginHost::Open(const Options& options, Ports ports) {
  for (const std::string& id : options.in_process) {
    SB_CHECK(CheckChosenId("connectors.in_process", id));
  }
  std::unique_ptr<PluginHost> host(new PluginHost(ports));
  host->Fill(options);
  return host;
}

void PluginHost::Fill(const Options& options) {
  const std::set<std::string> listed(options.in_process.begin(), options.in_process.end());
  std::set<std::string> missing = listed;
  const auto folder = ListConnectorFiles(options.folder);
  if (folder) {
    AddFiles(*folder, listed, options);
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

void PluginHost::AddFiles(const ConnectorFolder& folder,
                          const std::set<std::string>& listed,
                          const Options& options) {
  for (const std::string& name : folder.ignored) {
    ports_.session.log.Write(
        ports::LogLevel::kWarning,
        "file ignored: a connector's file is called like its id, of a-z, 0-9 and '-'",
        {{"file", name}});
  }
  std::map<std::string, std::vector<std::string>> paths_by_id;
  for (const ConnectorFile& file : folder.files) {
    paths_by_id[file.id].push_back(file.path);
  }
  std::vector<Starting> starting;
  for (const auto& [id, paths] : paths_by_id) {
    const ConnectorOrigin origin{.id = id, .path = paths.front()};
    if (paths.size() > 1) {
      Add(DuplicateConnector(id, paths));
    } else if (listed.count(id) != 0) {
      AddLoaded(origin, v1::Connector::HOSTING_IN_PROCESS, Load(origin, options.ability));
    } else if (options.runner.empty()) {
      Add(UntrustedConnector(origin));
    } else if (auto begun = Start(origin, options.runner)) {
      starting.push_back(*std::move(begun));
    } else {
      Add(RefusedConnector(origin, begun.error().message));
    }
  }
  // All of them load side by side.
  for (const Starting& one : starting) {
    AddLoaded(one.origin, v1::Connector::HOSTING_SANDBOX, Finish(one, options.ability));
  }
}

void PluginHost::AddLoaded(const ConnectorOrigin& origin,
                           v1::Connector::Hosting hosting,
                           Result<connector::v1::Manifest> manifest) {
  if (!manifest) {
    return Add(RefusedConnector(origin, manifest.error().message));
  }
  ports::ConnectorInfo info = ReadyConnector(origin, *std::move(manifest));
  info.resource.set_hosting(hosting);
  Add(std::move(info));
}

void PluginHost::Add(ports::ConnectorInfo info) {
  const bool is_ready = info.resource.state() == v1::Connector::STATE_READY;
  ports_.session.log.Write(is_ready ? ports::LogLevel::kInfo : ports::LogLevel::kWarning,
                           "connector found",
                           {{"connector", info.resource.name()},
                            {"state", std::string(StateWord(info.resource))},
                            {"hosting", std::string(HostingWord(info.resource))},
                            {"version", info.resource.version()},
                            {"reason", info.resource.state_reason()}});
  list_.Add(std::move(info));
}

// Into this process.
Result<connector::v1::Manifest> PluginHost::Load(const ConnectorOrigin& origin,
                                                 const HostAbility& ability) {
  SB_CHECK(CheckWrittenByTrusted(origin.path));
  SB_TRY(const ConnectorLibrary library, OpenConnectorLibrary(origin.path));
  SB_CHECK(CheckProtoMinor(library.functions->proto_minor, ability));
  SB_TRY(connector::v1::Manifest manifest, CheckManifest(library.manifest, origin.id, ability));
  functions_[origin.id] = library.functions;
  return manifest;
}

Result<PluginHost::Starting> PluginHost::Start(const ConnectorOrigin& origin,
                                               const std::string& runner) {
  SB_CHECK(CheckWrittenByTrusted(origin.path));
  SB_CHECK(CheckLibraryIsWhole(origin.path));
  return Starting{.origin = origin,
                  .runner = std::make_shared<Runner>(
                      origin.id,
                      RunnerProcess::Place{.program = runner, .library = origin.path},
                      Runner::Ports{.clock = ports_.session.clock,
                                    .executor = ports_.executor,
                                    .log = ports_.session.log})};
}

Result<connector::v1::Manifest> PluginHost::Finish(const Starting& starting,
                                                   const HostAbility& ability) {
  SB_TRY(const Runner::Greeting greeting, starting.runner->WaitForGreeting());
  SB_CHECK(CheckProtoMinor(greeting.proto_minor, ability));
  SB_TRY(connector::v1::Manifest manifest,
         CheckManifest(greeting.manifest, starting.origin.id, ability));
  runners_[starting.origin.id] = starting.runner;
  return manifest;
}

std::vector<ports::ConnectorInfo> PluginHost::List() const {
  return list_.All();
}

Result<ports::ConnectorInfo> PluginHost::Find(std::string_view id) const {
  return list_.Find(id);
}

Result<std::unique_ptr<ports::ConnectorSession>> PluginHost::Open(std::string_view id) {
  SB_CHECK(list_.CheckReady(id));
  if (const auto runner = runners_.find(id); runner != runners_.end()) {
    return std::unique_ptr<ports::ConnectorSession>(
        std::make_unique<RunnerSession>(runner->second));
  }
  const auto found = functions_.find(id);
  return InProcessSession::Begin(found->first, *found->second, ports_.session);
}

}  // namespace storebridge::plugin_host
