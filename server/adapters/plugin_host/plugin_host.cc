#include "adapters/plugin_host/plugin_host.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/plugin_host/connector_files.h"
#include "adapters/plugin_host/connector_library.h"
#include "adapters/plugin_host/elf_file.h"
#include "adapters/plugin_host/runner_session.h"
#include "core/ids.h"
#include "core/stopping.h"
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

// `id` is for people.
std::string NoFile(const std::string& id, const std::string& folder) {
  return fmt::format("there is no file {}.so in '{}'{}",
                     id,
                     folder,
                     id.find('-') == std::string::npos ? "" : ", also none with '_' for '-'");
}

Error StaysAsItIs(const std::string& id, const std::string& why) {
  return {.code = Code::kFailedPrecondition,
          .reason = "CONNECTOR_NOT_RELOADED",
          .message = fmt::format("connector '{}' stays as it is: {}", id, why),
          .facts = {{"connector", id}}};
}

ports::ConnectorInfo Hosted(const ConnectorOrigin& origin,
                            connector::v1::Manifest manifest,
                            v1::Connector::Hosting hosting) {
  ports::ConnectorInfo info = ReadyConnector(origin, std::move(manifest));
  info.resource.set_hosting(hosting);
  return info;
}

}  // namespace

Result<std::unique_ptr<PluginHost>> PluginHost::Open(Options options, Ports ports) {
  for (const std::string& id : options.in_process) {
    SB_CHECK(CheckChosenId("connectors.in_process", id));
  }
  std::unique_ptr<PluginHost> host(new PluginHost(std::move(options), ports));
  host->Fill();
  return host;
}

bool PluginHost::IsListed(const std::string& id) const {
  return std::find(options_.in_process.begin(), options_.in_process.end(), id) !=
         options_.in_process.end();
}

void PluginHost::Fill() {
  std::set<std::string> missing(options_.in_process.begin(), options_.in_process.end());
  const auto folder = ListConnectorFiles(options_.folder);
  if (folder) {
    AddFiles(*folder);
    for (const ConnectorFile& file : folder->files) {
      missing.erase(file.id);
    }
  }
  for (const std::string& id : missing) {
    const std::string why = folder ? NoFile(id, options_.folder) : folder.error().message;
    Add(RefusedConnector(
        {.id = id, .path = ""},
        fmt::format(
            "no file: {}; install it, or take '{}' out of connectors.in_process", why, id)));
  }
}

void PluginHost::AddFiles(const ConnectorFolder& folder) {
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
    } else if (IsListed(id)) {
      Result<ports::ConnectorInfo> info = Load(origin);
      info ? Add(*std::move(info)) : AddRefused(origin, info.error());
    } else if (options_.runner.empty()) {
      Add(UntrustedConnector(origin));
    } else if (auto begun = Start(origin)) {
      starting.push_back(*std::move(begun));
    } else {
      AddRefused(origin, begun.error());
    }
  }
  // All of them load side by side.
  for (const Starting& one : starting) {
    Result<ports::ConnectorInfo> info = Finish(one);
    if (!info) {
      AddRefused(one.origin, info.error());
      continue;
    }
    runners_[one.origin.id] = one.runner;
    Add(*std::move(info));
  }
}

void PluginHost::AddRefused(const ConnectorOrigin& origin, const Error& error) {
  Add(RefusedConnector(origin, error.message));
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
Result<ports::ConnectorInfo> PluginHost::Load(const ConnectorOrigin& origin) {
  SB_CHECK(CheckWrittenByTrusted(origin.path));
  SB_TRY(const ConnectorLibrary library, OpenConnectorLibrary(origin.path));
  SB_TRY(
      connector::v1::Manifest manifest,
      CheckLoaded(library.functions->proto_minor, library.manifest, origin.id, options_.ability));
  functions_[origin.id] = library.functions;
  return Hosted(origin, std::move(manifest), v1::Connector::HOSTING_IN_PROCESS);
}

Result<PluginHost::Starting> PluginHost::Start(const ConnectorOrigin& origin,
                                               std::function<void()> loaded) {
  SB_CHECK(CheckWrittenByTrusted(origin.path));
  SB_CHECK(CheckLibraryIsWhole(origin.path));
  return Starting{.origin = origin,
                  .runner = std::make_shared<Runner>(
                      origin.id,
                      RunnerProcess::Place{.program = options_.runner, .library = origin.path},
                      Runner::Ports{.clock = ports_.session.clock,
                                    .executor = ports_.executor,
                                    .log = ports_.session.log},
                      std::move(loaded))};
}

Result<ports::ConnectorInfo> PluginHost::Finish(const Starting& starting) {
  SB_TRY(const Runner::Greeting greeting, starting.runner->WaitForGreeting());
  SB_TRY(
      connector::v1::Manifest manifest,
      CheckLoaded(greeting.proto_minor, greeting.manifest, starting.origin.id, options_.ability));
  return Hosted(starting.origin, std::move(manifest), v1::Connector::HOSTING_SANDBOX);
}

void PluginHost::Stop() {
  std::vector<std::shared_ptr<Runner>> runners;
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    for (const auto& [id, runner] : runners_) {
      runners.push_back(runner);
    }
    for (const std::weak_ptr<Runner>& other : more_runners_) {
      runners.push_back(other.lock());
    }
  }
  for (const std::shared_ptr<Runner>& runner : runners) {
    if (runner != nullptr) {
      runner->Stop();
    }
  }
}

std::vector<ports::ConnectorInfo> PluginHost::List() const {
  const std::lock_guard lock(mutex_);
  return list_.All();
}

Result<ports::ConnectorInfo> PluginHost::Find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  return list_.Find(id);
}

Result<std::unique_ptr<ports::ConnectorSession>> PluginHost::Open(std::string_view id) {
  std::shared_ptr<Runner> runner;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopped_) {
      return ServerStops();
    }
    SB_CHECK(list_.CheckReady(id));
    if (const auto found = runners_.find(id); found != runners_.end()) {
      runner = found->second;
    }
  }
  if (runner != nullptr) {
    return std::unique_ptr<ports::ConnectorSession>(
        std::make_unique<RunnerSession>(std::move(runner)));
  }
  const auto found = functions_.find(id);
  return InProcessSession::Begin(found->first, *found->second, ports_.session);
}

void PluginHost::Reload(ReloadRequest request, ReloadDone done) {
  if (reloading_) {
    return done(Error{.code = Code::kResourceExhausted,
                      .reason = "RELOAD_GOES_ON",
                      .message = "another connector is being loaded; try again in some seconds"});
  }
  const Result<ConnectorOrigin> origin = OriginToReload(request.id);
  if (!origin) {
    return done(origin.error());
  }
  Result<Starting> starting = Start(*origin, [this] { FinishReload(); });
  if (!starting) {
    return done(StaysAsItIs(request.id, starting.error().message));
  }
  {
    const std::lock_guard lock(mutex_);
    if (is_stopped_) {
      return done(ServerStops());
    }
    more_runners_.erase(std::remove_if(more_runners_.begin(),
                                       more_runners_.end(),
                                       [](const auto& other) { return other.expired(); }),
                        more_runners_.end());
    more_runners_.push_back(starting->runner);
  }
  reloading_ = Reloading{
      .starting = *std::move(starting), .request = std::move(request), .done = std::move(done)};
}

void PluginHost::FinishReload() {
  const Reloading reloading = *std::exchange(reloading_, std::nullopt);
  reloading.done(Swap(reloading));
}

Result<ConnectorOrigin> PluginHost::OriginToReload(const std::string& id) const {
  if (IsListed(id)) {
    return StaysAsItIs(id,
                       "it runs inside the server, where nothing is ever unloaded; restart the "
                       "server, or take it out of connectors.in_process");
  }
  if (options_.runner.empty()) {
    return StaysAsItIs(id, "connectors.sandbox is off");
  }
  SB_TRY(const ConnectorFolder folder, ListConnectorFiles(options_.folder));
  std::vector<std::string> paths;
  for (const ConnectorFile& file : folder.files) {
    if (file.id == id) {
      paths.push_back(file.path);
    }
  }
  if (paths.empty()) {
    return Error{.code = Code::kNotFound,
                 .reason = "CONNECTOR_NOT_FOUND",
                 .message = NoFile(id, options_.folder),
                 .facts = {{"connector", id}}};
  }
  if (paths.size() > 1) {
    return StaysAsItIs(id, DuplicateConnector(id, paths).resource.state_reason());
  }
  return ConnectorOrigin{.id = id, .path = paths.front()};
}

// What was loaded takes the place of what is there.
Result<ports::ConnectorInfo> PluginHost::Swap(const Reloading& reloading) {
  const std::string& id = reloading.request.id;
  Result<ports::ConnectorInfo> info = Finish(reloading.starting);
  if (!info) {
    return StaysAsItIs(id, info.error().message);
  }
  if (const Status approved = reloading.request.approve(*info->manifest); !approved) {
    return StaysAsItIs(id, approved.error().message);
  }
  if (reloading.request.is_only_tried) {
    return info;
  }
  ports_.session.log.Write(
      ports::LogLevel::kInfo,
      "connector loaded anew",
      {{"connector", info->resource.name()}, {"version", info->resource.version()}});
  std::shared_ptr<Runner> runner = reloading.starting.runner;
  const std::lock_guard lock(mutex_);
  if (is_stopped_) {
    return ServerStops();
  }
  list_.Replace(*info);
  runners_[id].swap(runner);
  if (runner != nullptr) {
    more_runners_.push_back(runner);
  }
  return info;
}

}  // namespace storebridge::plugin_host
