#include "loaded_connector.h"

#include <algorithm>
#include <filesystem>
#include <future>
#include <system_error>
#include <utility>

#include "adapters/plugin_host/elf_file.h"
#include "adapters/plugin_host/in_process_session.h"
#include "adapters/plugin_host/manifest_check.h"
#include "adapters/plugin_host/runner_program.h"
#include "adapters/plugin_host/runner_session.h"
#include "storebridge/connector.h"

namespace storebridge::run {
namespace {

// The id that the file's name says.
std::string IdOf(const std::string& path) {
  std::string id = std::filesystem::path(path).stem().string();
  std::replace(id.begin(), id.end(), '_', '-');
  return id;
}

// Waits for each answer, which comes on another thread.
class WaitingSession : public ports::ConnectorSession {
 public:
  explicit WaitingSession(std::shared_ptr<plugin_host::Runner> runner)
      : session_(std::move(runner)) {}

  void Step(std::string event, StepDone done) override {
    // Shared: who waits may have its answer before set_value has come to its end.
    const auto answer = std::make_shared<std::promise<Result<std::string>>>();
    session_.Step(std::move(event), [answer](const Result<std::string_view>& effect) {
      answer->set_value(effect ? Result<std::string>(std::string(*effect)) : effect.error());
    });
    const Result<std::string> effect = answer->get_future().get();
    done(effect ? Result<std::string_view>(*effect) : effect.error());
  }

 private:
  plugin_host::RunnerSession session_;
};

}  // namespace

Result<std::unique_ptr<LoadedConnector>> LoadedConnector::Load(const std::string& file,
                                                               Place place,
                                                               ports::Log& log) {
  if (std::error_code error; !std::filesystem::exists(file, error)) {
    return Error{
        .code = Code::kNotFound,
        .reason = "CONNECTOR_FILE",
        .message = file + ": there is no such file; build the connector, or mend its path"};
  }
  std::unique_ptr<LoadedConnector> connector(new LoadedConnector(log));
  // A name without a slash would be looked for in the system's folders.
  const std::string path = std::filesystem::absolute(file).string();
  const Status loaded = place == Place::kSandbox ? connector->LoadInSandbox(path, IdOf(path))
                                                 : connector->LoadHere(path, IdOf(path));
  if (!loaded) {
    Error error = loaded.error();
    error.message = file + ": " + error.message;
    return error;
  }
  return connector;
}

LoadedConnector::~LoadedConnector() {
  // The log says what happens while the last session is closed.
  if (runner_ != nullptr) {
    runner_->WaitUntilIdle();
  }
}

Status LoadedConnector::LoadHere(const std::string& path, const std::string& id) {
  SB_TRY(library_, plugin_host::OpenConnectorLibrary(path));
  SB_TRY(manifest_,
         plugin_host::CheckLoaded(
             library_.functions->proto_minor, library_.manifest, id, plugin_host::HostAbility{}));
  return Ok();
}

Status LoadedConnector::LoadInSandbox(const std::string& path, const std::string& id) {
  SB_CHECK(plugin_host::CheckLibraryIsWhole(path));
  runner_ = std::make_shared<plugin_host::Runner>(
      id,
      plugin_host::RunnerProcess::Place{.program = plugin_host::FindRunnerProgram(),
                                        .library = path},
      plugin_host::Runner::Ports{.clock = clock_, .executor = executor_, .log = log_});
  SB_TRY(const plugin_host::Runner::Greeting greeting, runner_->WaitForGreeting());
  SB_TRY(manifest_,
         plugin_host::CheckLoaded(
             greeting.proto_minor, greeting.manifest, id, plugin_host::HostAbility{}));
  return Ok();
}

Result<std::unique_ptr<ports::ConnectorSession>> LoadedConnector::Open() {
  if (runner_ != nullptr) {
    return std::unique_ptr<ports::ConnectorSession>(std::make_unique<WaitingSession>(runner_));
  }
  return plugin_host::InProcessSession::Begin(
      manifest_.id(), *library_.functions, {.clock = clock_, .log = log_});
}

}  // namespace storebridge::run
