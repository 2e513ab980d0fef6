#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "core/result.h"
#include "day_kit/platform.h"
#include "day_kit/process.h"
#include "day_kit/store_side.h"

namespace storebridge::bench {

// Where the programs are, and how much is done.
struct Tools {
  std::string server;
  // With the connector's manifest as it is, and with its rate limit lifted.
  std::string connectors;
  std::string fast_connectors;
  std::string store;
  std::string bare_server;
  std::string bare_poller;
  // tools/quickstart, and the build folder that it takes.
  std::string quickstart;
  std::string build;
  // Folder of the peers' scripts, and of what npm installed; the latter is empty when the peers are
  // not to be run.
  std::string peer_scripts;
  std::string peer_modules;
  // Rounds of each figure.
  int rounds = 5;
  // A few records instead of thousands: shows that everything runs, and measures nothing.
  bool is_smoke = false;
};

// What a process has used so far, user and system; exact to the microsecond or better.
Result<double> CpuMicroseconds(pid_t pid);
// Resident memory of a process: now, and the most since ResetPeak.
Result<double> MemoryMib(pid_t pid);
Result<double> PeakMib(pid_t pid);
Status ResetPeak(pid_t pid);

// Transactions that were committed to the database in a server's data folder since its log began;
// only differences mean something.
Result<std::int64_t> Commits(const std::string& data);

// How many files a process may open.
std::size_t OpenFilesMax();
// Writes some files into one.
Status Concatenate(const std::vector<std::string>& files, const std::string& into);

// Commits a row to a SQLite database of its own, durably; how long that took.
Result<double> BareCommitMs();

double MicrosecondsSince(std::chrono::steady_clock::time_point start);

struct StoreOptions {
  std::size_t orders = 0;
  std::size_t visible = 0;
  std::size_t products = 0;
  std::size_t variations = 0;
  std::size_t ports = 1;
};

struct StoreCounts {
  std::int64_t requests = 0;
  std::int64_t order_requests = 0;
  std::int64_t product_requests = 0;
  std::int64_t stock_requests = 0;
  std::int64_t stock_levels = 0;
  std::int64_t last_stock_ns = 0;
};

// A running bench_store.
class Store {
 public:
  static Result<std::unique_ptr<Store>> Start(const Tools& tools, const StoreOptions& options);

  // When its first order was paid: settings of a store that take all of them.
  [[nodiscard]] v1::StoreSettings Settings() const;
  [[nodiscard]] std::string Url(std::size_t port = 0) const;
  [[nodiscard]] const std::string& certificate() const { return certificate_; }
  [[nodiscard]] const std::vector<std::string>& ports() const { return ports_; }
  [[nodiscard]] std::size_t products() const { return products_; }

  Status Show(std::size_t orders);
  // Since the last call.
  Result<StoreCounts> Counts();

 private:
  Store() = default;

  day::TempFolder folder_;
  std::unique_ptr<day::Process> process_;
  std::vector<std::string> ports_;
  std::string certificate_;
  std::int64_t first_order_s_ = 0;
  std::size_t products_ = 0;
};

struct ServerOptions {
  // With the rate limit of the connector lifted.
  bool is_fast = true;
  // A folder for its data that outlives it; one of its own when empty. It is of an earlier server
  // unless `is_new`.
  std::string data = {};
  bool is_new = false;
};

// A running storebridged with a merchant `bench`.
class Server {
 public:
  static Result<std::unique_ptr<Server>> Start(const Tools& tools,
                                               const std::string& certificate,
                                               const ServerOptions& options = {});

  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] day::Platform& platform() { return *platform_; }

  // Connects a store, by the port `port` of `store`.
  Status Connect(const std::string& id,
                 const Store& store,
                 std::size_t port,
                 const v1::StoreSettings& settings);
  // The same as the only store, `web`, of a merchant of its own, `m<number>`.
  Status ConnectAlone(std::size_t number,
                      const Store& store,
                      std::size_t port,
                      const v1::StoreSettings& settings);
  // The newest run of a flow that is kept; an empty one when there is none.
  Result<v1::SyncRun> LastRun(const std::string& id, v1::Flow flow);
  // Puts so many pieces of the first `products` on the shelf, many calls at once.
  Status SetAllStock(std::size_t products, std::int64_t on_hand);
  // Waits until nothing has been used for a moment.
  Status WaitUntilIdle();
  // Waits until what stores bring about at their beginning is over: until nothing was written for
  // `window`. A poll that finds nothing writes nothing.
  Status WaitUntilQuiet(std::chrono::milliseconds window);
  [[nodiscard]] const std::string& data() const { return data_; }

 private:
  Server() = default;

  day::TempFolder folder_;
  std::unique_ptr<day::Process> process_;
  std::string data_;
  std::string address_;
  std::unique_ptr<day::Platform> platform_;
};

// What a peer's task took.
struct PeerRun {
  double cpu_us = 0;
  double wall_us = 0;
  double peak_mib = 0;
  std::int64_t done = 0;
};

// Whether the peers are there to be run.
bool HasPeers(const Tools& tools);
// Runs a task of tests/bench/peers; `kind` is `woo` or `undici`.
Result<PeerRun> RunPeer(const Tools& tools,
                        const std::string& kind,
                        const std::string& task,
                        const Store& store,
                        std::size_t count);

}  // namespace storebridge::bench
