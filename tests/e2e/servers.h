#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "day_kit/demo_side.h"
#include "day_kit/npm_side.h"
#include "day_kit/process.h"

namespace storebridge::e2e {

// What a busy machine may take to start a server; a store from npm that has to be installed first
// takes longer.
inline constexpr std::chrono::milliseconds kStartMost{60'000};
inline constexpr std::chrono::milliseconds kNpmStoreStartMost{900'000};

// A demo store of its own, on a free port.
struct DemoStore {
  std::unique_ptr<day::Process> process;
  std::unique_ptr<day::DemoSide> side;
  // host:port, for the allow-list.
  std::string place;
  std::string url;
};

struct DemoStoreOptions {
  // Further flags of demo_store.
  std::vector<std::string> flags = {};
  std::string auth = "oauth1";
  int page_size = 100;
};

// `name` tells several stores in one folder apart. With the flag --tls its certificate is in
// `<folder>/<name>.pem`.
Result<DemoStore> StartDemoStore(const day::TempFolder& folder,
                                 const std::string& name,
                                 const DemoStoreOptions& options = {});

// A real store from npm of its own, filled with 200 products.
struct NpmStore {
  std::unique_ptr<day::Process> process;
  std::unique_ptr<day::NpmSide> side;
  std::string place;
  std::string ready_file;
};

Result<NpmStore> StartVendure(const day::TempFolder& folder, int page_size = 100);
Result<NpmStore> StartMedusa(const day::TempFolder& folder, int page_size = 100);

// The script `shop` of a store; `name` is that of its folder in tools, without `_store`.
std::string ShopOf(const std::string& name);

// Our server, on a free port, with its data in `<folder>/data`.
struct Server {
  std::unique_ptr<day::Process> process;
  std::string address;
};

struct ServerOptions {
  // The stores that it may reach.
  std::vector<std::string> places = {};
  // A certificate to believe, or empty.
  std::string ca_file = {};
  // The folder that it takes connectors from.
  std::string connectors = E2E_CONNECTORS;
  // Those of them that run inside it; as it is by default when empty.
  std::vector<std::string> in_process = {};
  // All of them run outside of it.
  bool is_all_in_sandbox = false;
  // debug, info, warning or error; as it is by default when empty.
  std::string log_level = {};
  // `limits.stop_seconds`; as it is by default when 0.
  int stop_seconds = 0;
  // It shows metrics, at an address that is in its first line.
  bool has_metrics = false;
  // Stores can call it, at an address that is in its first line.
  bool hears_stores = false;
};

// Writes `<folder>/storebridged.yaml`. Gives the command line that starts a server with it.
std::vector<std::string> ServerCommand(const day::TempFolder& folder, const ServerOptions& options);

Result<Server> StartServer(const day::TempFolder& folder, const ServerOptions& options);

// `places` are the stores that it may reach; `ca_file` is a certificate to believe, or empty;
// `connectors` is the folder that it takes them from.
Result<Server> StartServer(const day::TempFolder& folder,
                           const std::vector<std::string>& places,
                           const std::string& ca_file = "",
                           const std::string& connectors = E2E_CONNECTORS);

}  // namespace storebridge::e2e
