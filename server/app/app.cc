#include "app/app.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "adapters/config/network_address.h"
#include "adapters/egress/factory.h"
#include "adapters/http_in/http_listener.h"
#include "adapters/plugin_host/config_template.h"
#include "adapters/plugin_host/plugin_host.h"
#include "adapters/plugin_host/runner_program.h"
#include "adapters/runtime/system_clock.h"
#include "adapters/runtime/system_random.h"
#include "adapters/runtime/thread_executor.h"
#include "adapters/storage/storage.h"
#include "adapters/telemetry/metered_egress.h"
#include "adapters/telemetry/metrics.h"
#include "adapters/telemetry/metrics_page.h"
#include "adapters/telemetry/spdlog_log.h"
#include "adapters/vault/vault.h"
#include "adapters/webhooks/store_calls.h"
#include "api/server.h"
#include "app/grpc_log.h"
#include "app/secret_store.h"
#include "app/server_facts.h"
#include "app/version.h"
#include "engine/commands.h"
#include "engine/engine.h"

namespace storebridge::app {
namespace {

// Of the time for stopping, what calls may take; the rest is for runs.
constexpr std::chrono::milliseconds kCallsStopTime{5'000};
// What a stop may take when its runs have ended or were cut off.
constexpr std::chrono::seconds kEndTime{5};
constexpr std::int64_t kHungStepMs = 60'000;
constexpr int kEndedNow = 1;

// Calls `over` from a thread of its own, unless it is gone in time.
class Deadline {
 public:
  Deadline(std::chrono::steady_clock::time_point at, std::function<void()> over)
      : thread_([gone = gone_.get_future(), at, over = std::move(over)] {
          if (gone.wait_until(at) == std::future_status::timeout) {
            over();
          }
        }) {}
  ~Deadline() {
    gone_.set_value();
    thread_.join();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::promise<void> gone_;
  std::thread thread_;
};

ports::LogLevel ToLevel(config::LogLevelChoice level) {
  switch (level) {
    case config::LogLevelChoice::kDebug:
      return ports::LogLevel::kDebug;
    case config::LogLevelChoice::kInfo:
      return ports::LogLevel::kInfo;
    case config::LogLevelChoice::kWarning:
      return ports::LogLevel::kWarning;
    case config::LogLevelChoice::kError:
      return ports::LogLevel::kError;
  }
  return ports::LogLevel::kInfo;
}

telemetry::LogFormat ToFormat(config::LogFormatChoice format) {
  switch (format) {
    case config::LogFormatChoice::kText:
      return telemetry::LogFormat::kText;
    case config::LogFormatChoice::kJson:
      return telemetry::LogFormat::kJson;
  }
  return telemetry::LogFormat::kText;
}

// Makes the data folder, for nobody else to read, when there is none.
Status MakeFolder(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::create_directories(folder, error)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (!error && std::filesystem::is_directory(folder, error)) {
    return Ok();
  }
  return Error{.code = Code::kFailedPrecondition,
               .reason = "DATA_FOLDER",
               .message = fmt::format(
                   "the data folder '{}' cannot be made: {}; choose another one with --data",
                   folder,
                   error ? error.message() : "something else is there"),
               .facts = {{"folder", folder}}};
}

engine::Engine::Options EngineOptions(const config::ServerConfig& config) {
  const config::LimitsConfig& limits = config.limits;
  constexpr std::int64_t kDayMs = engine::Retention::kDayMs;
  return {.sync_runs_max = static_cast<int>(limits.sync_runs),
          .hears_stores = !config.webhooks.address.empty(),
          .retention = {.sent_shipments_ms = limits.sent_shipment_days * kDayMs,
                        .resolved_issues_ms = limits.resolved_issue_days * kDayMs,
                        .stock_entries_ms = limits.stock_entry_days * kDayMs,
                        .changes_ms = limits.change_days * kDayMs}};
}

}  // namespace

class App::Impl {
 public:
  explicit Impl(config::ServerConfig config) : config_(std::move(config)) {}
  ~Impl() { Stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status Start();
  [[nodiscard]] std::string ReadyLine() const;
  void ReportHungStep();
  void Stop();

 private:
  Status StartBase();
  Status StartStorage();
  Status StartStores();
  Status StartServer();
  Status StartMetrics();
  Status StartWebhooks();
  // Who is told what the server does.
  ports::Meter& Meter();
  void DrainEngine(std::chrono::steady_clock::time_point deadline);
  [[noreturn]] void EndNow();

  const config::ServerConfig config_;
  runtime::SystemClock clock_;
  runtime::SystemRandom random_;
  // In the order of starting; each part needs only those above it.
  std::unique_ptr<telemetry::SpdlogLog> log_;
  std::optional<GrpcLog> grpc_log_;
  std::optional<telemetry::Metrics> metrics_;
  std::optional<runtime::ThreadExecutor> executor_;
  std::unique_ptr<ports::Storage> storage_;
  std::unique_ptr<ports::Vault> vault_;
  std::optional<SecretStore> secrets_;
  plugin_host::ManifestConfigChecker config_checker_;
  plugin_host::StepWatch step_watch_;
  std::unique_ptr<plugin_host::PluginHost> connectors_;
  std::unique_ptr<ports::Egress> egress_;
  std::optional<telemetry::MeteredEgress> metered_egress_;
  std::optional<engine::Commands> commands_;
  std::optional<engine::Engine> engine_;
  std::unique_ptr<api::GrpcServer> server_;
  std::optional<telemetry::MetricsPage> metrics_page_;
  std::unique_ptr<http_in::HttpListener> metrics_listener_;
  std::optional<webhooks::StoreCalls> store_calls_;
  std::unique_ptr<http_in::HttpListener> webhooks_listener_;
};

Status App::Impl::Start() {
  SB_CHECK(StartBase());
  SB_CHECK(StartStorage());
  SB_CHECK(StartStores());
  return StartServer();
}

Status App::Impl::StartBase() {
  SB_CHECK(MakeFolder(config_.data.folder));
  SB_TRY(log_,
         telemetry::SpdlogLog::Open({.format = ToFormat(config_.log.format),
                                     .level = ToLevel(config_.log.level),
                                     .file = config_.log.file},
                                    clock_));
  grpc_log_.emplace(*log_);
  if (!config_.metrics.address.empty()) {
    metrics_.emplace();
  }
  executor_.emplace(runtime::ThreadExecutor::Options{.thread_name = "engine",
                                                     .backlog_alarm = static_cast<std::size_t>(
                                                         config_.limits.engine_backlog)},
                    *log_);
  return Ok();
}

Status App::Impl::StartStorage() {
  SB_TRY(
      storage_,
      storage::OpenStorage({.path = config_.data.database_file}, *executor_, clock_, log_.get()));
  bool has_secrets = false;
  SB_CHECK(storage_->Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(has_secrets, tx.stores().HasSecrets());
    return Ok();
  }));
  SB_TRY(vault_, vault::OpenVault(config_.data.key_file, has_secrets, *log_));
  SB_CHECK(CheckKeyFits(*storage_, *vault_, config_.data.key_file));
  secrets_.emplace(*storage_, *vault_);
  return Ok();
}

Status App::Impl::StartStores() {
  SB_TRY(connectors_,
         plugin_host::PluginHost::Open(
             {.folder = config_.connectors.folder,
              .in_process = config_.connectors.in_process,
              .runner = config_.connectors.sandbox ? plugin_host::FindRunnerProgram() : ""},
             {.session = {.clock = clock_, .log = *log_, .watch = &step_watch_},
              .executor = *executor_}));
  egress::EgressOptions options;
  options.transport.allowed_addresses = config_.egress.allow_private;
  options.transport.extra_ca_file = config_.egress.extra_ca_file;
  SB_TRY(egress_, egress::MakeEgress(options, *secrets_, clock_, random_, *executor_, *log_));
  if (metrics_) {
    metered_egress_.emplace(*egress_, clock_, *metrics_);
  }
  ports::Egress& egress =
      metered_egress_ ? static_cast<ports::Egress&>(*metered_egress_) : *egress_;
  commands_.emplace(engine::Commands::Ports{.storage = *storage_,
                                            .clock = clock_,
                                            .random = random_,
                                            .connectors = *connectors_,
                                            .config_checker = config_checker_,
                                            .vault = *vault_});
  engine_.emplace(engine::Engine::Ports{.storage = *storage_,
                                        .clock = clock_,
                                        .random = random_,
                                        .executor = *executor_,
                                        .egress = egress,
                                        .connectors = *connectors_,
                                        .config_checker = config_checker_,
                                        .log = *log_,
                                        .meter = Meter()},
                  EngineOptions(config_));
  return Ok();
}

Status App::Impl::StartMetrics() {
  if (!metrics_) {
    return Ok();
  }
  metrics_page_.emplace(*metrics_, [this] {
    return ServerFacts({.storage = *storage_, .engine = *engine_, .connectors = *connectors_});
  });
  SB_TRY(const config::HostPort place, config::ParseHostPort(config_.metrics.address));
  SB_TRY(metrics_listener_,
         http_in::HttpListener::Start(
             {.host = place.host, .port = place.port, .setting = "metrics.address"},
             [this](const ports::HttpCall& call) { return metrics_page_->Answer(call); }));
  return Ok();
}

Status App::Impl::StartWebhooks() {
  if (config_.webhooks.address.empty()) {
    return Ok();
  }
  store_calls_.emplace(
      webhooks::StoreCalls::Ports{
          .storage = *storage_, .connectors = *connectors_, .secrets = *secrets_, .meter = Meter()},
      [this](webhooks::Heard heard, std::function<void()> heeded) {
        engine_->HearStore(std::move(heard.store),
                           {.news = heard.news, .refusal = std::move(heard.refusal)},
                           std::move(heeded));
      });
  SB_TRY(const config::HostPort place, config::ParseHostPort(config_.webhooks.address));
  SB_TRY(webhooks_listener_,
         http_in::HttpListener::Start(
             {.host = place.host,
              .port = place.port,
              .setting = "webhooks.address",
              .connections_max = webhooks::kConnectionsMax,
              .body_bytes_max = webhooks::kBodyBytesMax},
             [this](const ports::HttpCall& call) { return store_calls_->Answer(call); }));
  return Ok();
}

ports::Meter& App::Impl::Meter() {
  return metrics_ ? static_cast<ports::Meter&>(*metrics_) : ports::NoMeter();
}

Status App::Impl::StartServer() {
  std::optional<api::CallWatch> watch;
  if (metrics_) {
    watch.emplace(api::CallWatch{.meter = *metrics_, .clock = clock_});
  }
  SB_TRY(
      server_,
      api::GrpcServer::Start(
          {.tcp_address = config_.listen.address,
           .tls = {.certificate = config_.listen.tls.cert_file,
                   .key = config_.listen.tls.key_file,
                   .client_ca = config_.listen.tls.client_ca_file},
           .unix_socket = config_.listen.unix_socket,
           .receive_bytes_max = static_cast<int>(config_.limits.request_bytes),
           .streams_per_connection_max = static_cast<int>(config_.limits.requests_per_connection)},
          {.commands = *commands_,
           .engine = *engine_,
           .storage = *storage_,
           .connectors = *connectors_,
           .random = random_,
           .log = *log_},
          watch));
  SB_CHECK(StartMetrics());
  SB_CHECK(StartWebhooks());
  // Last: a server that cannot listen has not touched a store.
  engine_->Start();
  log_->Write(ports::LogLevel::kInfo,
              "started",
              {{"version", std::string(kVersion)},
               {"listening", fmt::format("{}", fmt::join(server_->addresses(), ","))},
               {"data", config_.data.folder}});
  return Ok();
}

std::string App::Impl::ReadyLine() const {
  const std::vector<ports::ConnectorInfo> connectors = connectors_->List();
  const auto ready = std::count_if(
      connectors.begin(), connectors.end(), [](const ports::ConnectorInfo& connector) {
        return connector.manifest != nullptr;
      });
  const auto others = static_cast<std::int64_t>(connectors.size()) - ready;
  const std::string metrics =
      metrics_listener_ == nullptr
          ? ""
          : fmt::format("; metrics on http://{}/metrics", metrics_listener_->address());
  const std::string webhooks =
      webhooks_listener_ == nullptr
          ? ""
          : fmt::format("; webhooks on http://{}/webhooks/", webhooks_listener_->address());
  return fmt::format("storebridged {} listening on {}; {} connector{}{}; data in {}{}{}",
                     kVersion,
                     fmt::join(server_->addresses(), " and "),
                     ready,
                     ready == 1 ? "" : "s",
                     others == 0 ? "" : fmt::format(", {} not usable (see ListConnectors)", others),
                     config_.data.folder,
                     metrics,
                     webhooks);
}

void App::Impl::DrainEngine(std::chrono::steady_clock::time_point deadline) {
  const auto drained = std::make_shared<std::promise<void>>();
  engine_->Drain([drained] { drained->set_value(); });
  if (drained->get_future().wait_until(deadline) == std::future_status::timeout) {
    log_->Write(
        ports::LogLevel::kWarning,
        "runs did not end in time and are cut off; they go on where they were at the next start",
        {{"stop_seconds", std::to_string(config_.limits.stop_seconds)}});
  }
}

void App::Impl::ReportHungStep() {
  const auto step = step_watch_.Current();
  const std::int64_t now_ms = clock_.SteadyMs();
  if (step && now_ms - step->began_ms >= kHungStepMs) {
    log_->Write(ports::LogLevel::kError,
                "a connector does not come back from a step, and all stores wait for it; restart "
                "the server, without it in connectors.in_process if that happens again",
                {{"connector", step->connector},
                 {"seconds", std::to_string((now_ms - step->began_ms) / 1000)}});
  }
}

// A thread that is in a connector's step cannot be joined.
void App::Impl::EndNow() {
  const auto step = step_watch_.Current();
  log_->Write(
      ports::LogLevel::kError,
      "the server did not come to its end in time and ends now; what was answered is on disk",
      {{"connector", step ? step->connector : "none is in a step"}});
  std::_Exit(kEndedNow);
}

void App::Impl::Stop() {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(config_.limits.stop_seconds);
  const bool was_serving = server_ != nullptr;
  std::optional<Deadline> end_limit;
  if (was_serving) {
    log_->Write(ports::LogLevel::kInfo, "stopping", {});
    end_limit.emplace(deadline + kEndTime, [this] { EndNow(); });
    // Half of the time at most: the other is for runs, which calls may wait for.
    const std::chrono::milliseconds all = std::chrono::seconds(config_.limits.stop_seconds);
    webhooks_listener_.reset();
    server_->Shutdown(std::min(all / 2, kCallsStopTime));
    DrainEngine(deadline);
    metrics_listener_.reset();
    server_.reset();
  }
  if (connectors_) {
    connectors_->Stop();
  }
  if (executor_) {
    // From here on nothing calls back, so the parts may go in any order that their references
    // allow.
    executor_->Stop(runtime::ThreadExecutor::OnStop::kDrain);
    executor_->Join();
  }
  engine_.reset();
  commands_.reset();
  metered_egress_.reset();
  egress_.reset();
  connectors_.reset();
  secrets_.reset();
  vault_.reset();
  // Finishes what was accepted.
  storage_.reset();
  executor_.reset();
  if (was_serving) {
    log_->Write(ports::LogLevel::kInfo, "stopped", {});
  }
  grpc_log_.reset();
}

Result<std::unique_ptr<App>> App::Start(const config::ServerConfig& config) {
  std::unique_ptr<App> app(new App(std::make_unique<Impl>(config)));
  SB_CHECK(app->impl_->Start());
  return app;
}

App::App(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

App::~App() = default;

std::string App::ReadyLine() const {
  return impl_->ReadyLine();
}

void App::ReportHungStep() {
  impl_->ReportHungStep();
}

void App::Stop() {
  impl_->Stop();
}

}  // namespace storebridge::app
