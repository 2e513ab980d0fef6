#include "servers.h"

#include <fstream>
#include <regex>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "day_kit/json_text.h"
#include "day_kit/medusa_side.h"
#include "day_kit/vendure_side.h"

namespace storebridge::e2e {
namespace {

// The address in the ready line, once it is there.
std::string FindAddress(const std::string& output) {
  static const std::regex kReady("listening on (127\\.0\\.0\\.1:[0-9]+)");
  std::smatch match;
  return std::regex_search(output, match, kReady) ? match[1].str() : "";
}

std::string WithoutScheme(const std::string& url) {
  const std::size_t start = url.find("://");
  return start == std::string::npos ? url : url.substr(start + 3);
}

std::string YamlList(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", text);
  }
  return "[" + list + "]";
}

template <class Side>
Result<NpmStore> StartNpmStore(const day::TempFolder& folder,
                               const std::string& name,
                               int page_size) {
  NpmStore store;
  store.ready_file = folder.File(name + ".json");
  const std::string start = fmt::format("{}/tools/{}_store/start", E2E_SOURCE_DIR, name);
  SB_TRY(store.process,
         day::Process::Start({.arguments = {start, "--ready-file", store.ready_file},
                              .output_file = folder.File(name + ".log")}));
  SB_TRY(const std::string ready, store.process->WaitForFile(store.ready_file, kNpmStoreStartMost));
  SB_TRY(const boost::json::value json, day::ParseJson(ready));
  store.place = WithoutScheme(day::TextAt(json, "url"));
  SB_TRY(store.side, Side::Open(ShopOf(name), store.ready_file, page_size));
  return store;
}

}  // namespace

Result<DemoStore> StartDemoStore(const day::TempFolder& folder,
                                 const std::string& name,
                                 const DemoStoreOptions& options) {
  const std::string port_file = folder.File(name + ".port");
  const std::string certificate = folder.File(name + ".pem");
  std::vector<std::string> arguments{E2E_DEMO_STORE, "--port", "0", "--port-file", port_file};
  bool is_tls = false;
  for (const std::string& flag : options.flags) {
    is_tls = is_tls || flag == "--tls";
    arguments.push_back(flag);
  }
  if (is_tls) {
    arguments.insert(arguments.end(), {"--tls-cert-out", certificate});
  }
  DemoStore store;
  SB_TRY(store.process,
         day::Process::Start({.arguments = arguments, .output_file = folder.File(name + ".log")}));
  SB_TRY(const std::string port, store.process->WaitForFile(port_file, kStartMost));
  store.place = "127.0.0.1:" + port.substr(0, port.find('\n'));
  store.url = (is_tls ? "https://" : "http://") + store.place;
  store.side =
      std::make_unique<day::DemoSide>(day::DemoAccess{.url = store.url,
                                                      .auth = options.auth,
                                                      .page_size = options.page_size,
                                                      .ca_file = is_tls ? certificate : ""});
  return store;
}

Result<NpmStore> StartVendure(const day::TempFolder& folder, int page_size) {
  return StartNpmStore<day::VendureSide>(folder, "vendure", page_size);
}

Result<NpmStore> StartMedusa(const day::TempFolder& folder, int page_size) {
  return StartNpmStore<day::MedusaSide>(folder, "medusa", page_size);
}

std::string ShopOf(const std::string& name) {
  return fmt::format("{}/tools/{}_store/shop", E2E_SOURCE_DIR, name);
}

std::vector<std::string> ServerCommand(const day::TempFolder& folder,
                                       const ServerOptions& options) {
  const std::string config_file = folder.File("storebridged.yaml");
  std::ofstream config(config_file);
  config << "egress:\n  allow_private: " << YamlList(options.places) << "\n";
  if (!options.ca_file.empty()) {
    config << "  extra_ca_file: " << options.ca_file << "\n";
  }
  if (!options.in_process.empty() || options.is_all_in_sandbox) {
    config << "connectors:\n  in_process: " << YamlList(options.in_process) << "\n";
  }
  if (options.stop_seconds > 0) {
    config << "limits:\n  stop_seconds: " << options.stop_seconds << "\n";
  }
  if (options.has_metrics) {
    config << "metrics:\n  address: 127.0.0.1:0\n";
  }
  if (options.hears_stores) {
    config << "webhooks:\n  address: 127.0.0.1:0\n";
  }
  config.close();
  std::vector<std::string> command{E2E_SERVER,
                                   "--config",
                                   config_file,
                                   "--data",
                                   folder.File("data"),
                                   "--listen",
                                   "127.0.0.1:0",
                                   "--connectors",
                                   options.connectors};
  if (!options.log_level.empty()) {
    command.insert(command.end(), {"--log-level", options.log_level});
  }
  return command;
}

Result<Server> StartServer(const day::TempFolder& folder, const ServerOptions& options) {
  Server server;
  SB_TRY(server.process,
         day::Process::Start({.arguments = ServerCommand(folder, options),
                              .output_file = folder.File("server.log")}));
  SB_TRY(server.address, server.process->WaitForOutput(FindAddress, kStartMost));
  return server;
}

Result<Server> StartServer(const day::TempFolder& folder,
                           const std::vector<std::string>& places,
                           const std::string& ca_file,
                           const std::string& connectors) {
  return StartServer(folder,
                     ServerOptions{.places = places, .ca_file = ca_file, .connectors = connectors});
}

}  // namespace storebridge::e2e
