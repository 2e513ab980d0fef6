// Polls that find nothing: what one costs, and how many stores a server keeps fresh.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "bench/figures.h"
#include "day_kit/wait.h"

namespace storebridge::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kPollSeconds = 10;
constexpr std::size_t kPollStores = 200;
constexpr milliseconds kConnectEvery{1'000 * kPollSeconds / kPollStores};
// Peers ask one after the other, without a pause: the best that they can do.
constexpr std::size_t kPeerPolls = 400;
// Stores that libcurl alone asks, in as many polls as that, as often as the server does.
constexpr std::size_t kBarePolls = 100;
constexpr std::size_t kBareInARow = 20;
constexpr int kBarePauseMs = 1000;
constexpr std::chrono::minutes kBareMost{2};
// As the connector asks.
constexpr std::string_view kTarget =
    "/wp-json/wc/v3/orders?status=any&orderby=modified&order=asc&dates_are_gmt=true&per_page=100"
    "&_fields=id%2Cnumber%2Cstatus%2Ccurrency%2Cdate_created_gmt%2Cdate_modified_gmt"
    "%2Cdate_paid_gmt%2Cdiscount_total%2Cdiscount_tax%2Cshipping_total%2Cshipping_tax%2Ctotal"
    "%2Ctotal_tax%2Cbilling%2Cshipping%2Cpayment_method%2Ccustomer_note%2Cline_items"
    "%2Cshipping_lines%2Cfee_lines%2Ccoupon_lines%2Crefunds%2Cmeta_data"
    "&modified_after=2100-01-01T00%3A00%3A00";
// Files besides the connections: database, sockets of the API, epoll.
constexpr std::size_t kFilesBeside = 200;
constexpr std::size_t kPortsPerStoreProcess = 2'000;

v1::StoreSettings PollSettings(const Store& store) {
  v1::StoreSettings settings = store.Settings();
  settings.set_orders_interval_seconds(kPollSeconds);
  return settings;
}

struct Window {
  double cpu_us = 0;
  double seconds = 0;
  std::int64_t polls = 0;
};

// Lets the server poll for a while.
Result<Window> Watch(Server& server, Store& store, milliseconds length) {
  SB_TRY([[maybe_unused]] const StoreCounts before, store.Counts());
  SB_TRY(const double cpu, CpuMicroseconds(server.pid()));
  const auto began = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(length);
  SB_TRY(const double cpu_after, CpuMicroseconds(server.pid()));
  const double took = MicrosecondsSince(began);
  SB_TRY(const StoreCounts after, store.Counts());
  return Window{.cpu_us = cpu_after - cpu, .seconds = took / 1e6, .polls = after.order_requests};
}

// Microseconds for one poll of libcurl alone.
Result<double> BarePollUs(const Tools& tools, const Store& store) {
  const day::TempFolder folder;
  const std::string urls = folder.File("urls");
  const std::size_t stores = std::min(store.ports().size(), kBarePolls);
  std::ofstream file(urls);
  for (std::size_t port = 0; port < stores; ++port) {
    file << store.Url(port) << '\n';
  }
  file.close();
  const std::size_t polls = tools.is_smoke ? stores : kBarePolls;
  SB_TRY(const day::CommandResult result,
         day::RunCommand({tools.bare_poller,
                          "--url-file",
                          urls,
                          "--ca-file",
                          store.certificate(),
                          "--target",
                          std::string(kTarget),
                          "--polls",
                          std::to_string(polls),
                          "--in-a-row",
                          std::to_string(kBareInARow),
                          "--pause-ms",
                          std::to_string(tools.is_smoke ? 0 : kBarePauseMs)},
                         "",
                         kBareMost));
  if (result.exit_code != 0) {
    return Error{
        .code = Code::kUnavailable, .reason = "BARE_POLLER_FAILED", .message = result.errors};
  }
  const double cpu_us = std::strtod(result.output.c_str(), nullptr);
  if (cpu_us <= 0) {
    return Error{.code = Code::kInternal,
                 .reason = "BARE_POLLER_FAILED",
                 .message = "bench_bare_poller printed no time: " + result.output};
  }
  return cpu_us / static_cast<double>(polls);
}

// Rows of one number of open orders.
Result<std::vector<Row>> PollRows(const Tools& tools,
                                  Server& server,
                                  Store& store,
                                  std::size_t open_orders) {
  Rounds woo;
  Rounds undici;
  Rounds bare;
  std::vector<double> writes;
  for (int round = 0; round < tools.rounds; ++round) {
    SB_TRY(const std::int64_t commits, Commits(server.data()));
    SB_TRY(const Window window,
           Watch(server, store, tools.is_smoke ? milliseconds(100) : milliseconds(12'000)));
    SB_TRY(const std::int64_t commits_after, Commits(server.data()));
    writes.push_back(static_cast<double>(commits_after - commits));
    const double polls = static_cast<double>(std::max<std::int64_t>(window.polls, 1));
    woo.ours.push_back(window.cpu_us / polls);
    undici.ours.push_back(window.cpu_us / polls);
    bare.ours.push_back(window.cpu_us / polls);
    SB_TRY(const double bare_us, BarePollUs(tools, store));
    bare.beside.push_back(bare_us);
    if (!HasPeers(tools)) {
      continue;
    }
    for (const auto& [kind, rounds] : {std::pair{"woo", &woo}, std::pair{"undici", &undici}}) {
      SB_TRY(const PeerRun run, RunPeer(tools, kind, "poll", store, kPeerPolls));
      rounds->beside.push_back(run.cpu_us / static_cast<double>(kPeerPolls));
    }
  }
  const std::string name = fmt::format("poll without changes, {} open orders: ", open_orders);
  const std::string note = "ours 20 in a second, which begin together; the peer back to back";
  return std::vector<Row>{
      MakeRow({name + "CPU",
               "us",
               "WooCommerce's Node client + better-sqlite3",
               {.text = "less, at most 60", .ours = 60.0, .ratio = 1.0},
               note},
              woo),
      MakeRow({name + "CPU",
               "us",
               "undici + better-sqlite3",
               {.text = "less, at most 60", .ours = 60.0, .ratio = 1.0},
               note},
              undici),
      MakeRow({name + "CPU",
               "us",
               "libcurl alone, as often",
               {},
               "twenty polls in a row each second; it does nothing with the answers, "
               "none of which has an order"},
              bare),
      MakeRow({name + "commits in all polls", "", "", {.text = "0", .ours = 0.0}, ""},
              {.ours = writes})};
}

}  // namespace

Result<std::vector<Row>> MeasurePolls(const Tools& tools) {
  const std::size_t stores = tools.is_smoke ? 2 : kPollStores;
  constexpr std::size_t kOpen = 200;
  SB_TRY(const std::unique_ptr<Store> store,
         Store::Start(tools, {.orders = kOpen, .products = 20, .ports = stores}));
  SB_TRY(const std::unique_ptr<Server> server, Server::Start(tools, store->certificate()));
  for (std::size_t i = 0; i < stores; ++i) {
    SB_CHECK(server->ConnectAlone(i, *store, i, PollSettings(*store)));
    // A store is polled an interval after its first orders came: so the polls are spread, too.
    std::this_thread::sleep_for(tools.is_smoke ? milliseconds(0) : kConnectEvery);
  }
  // Every store polls once in it.
  const milliseconds quiet = tools.is_smoke ? milliseconds(500) : seconds(kPollSeconds + 1);
  SB_CHECK(server->WaitUntilQuiet(quiet));
  SB_TRY(std::vector<Row> rows, PollRows(tools, *server, *store, 0));
  SB_CHECK(store->Show(kOpen));
  SB_CHECK(server->WaitUntilQuiet(quiet));
  SB_TRY(const std::vector<Row> open, PollRows(tools, *server, *store, kOpen));
  rows.insert(rows.end(), open.begin(), open.end());
  return rows;
}

namespace {

// Stores with default settings on ports of their own, in as few processes as open files allow.
class ManyStores {
 public:
  static Result<ManyStores> Start(const Tools& tools, std::size_t count) {
    ManyStores many;
    for (std::size_t left = count; left > 0;) {
      const std::size_t ports = std::min(left, kPortsPerStoreProcess);
      SB_TRY(std::unique_ptr<Store> store, Store::Start(tools, {.products = 3, .ports = ports}));
      many.stores_.push_back(std::move(store));
      left -= ports;
    }
    return many;
  }

  // One file with every certificate.
  Result<std::string> Certificates(const day::TempFolder& folder) const {
    const std::string path = folder.File("all.pem");
    std::vector<std::string> files;
    files.reserve(stores_.size());
    for (const auto& store : stores_) {
      files.push_back(store->certificate());
    }
    SB_CHECK(Concatenate(files, path));
    return path;
  }

  Status Connect(Server& server) {
    std::size_t number = 0;
    for (const auto& store : stores_) {
      v1::StoreSettings settings;
      *settings.mutable_orders_from() = store->Settings().orders_from();
      for (std::size_t port = 0; port < store->ports().size(); ++port) {
        SB_CHECK(server.ConnectAlone(number++, *store, port, settings));
      }
    }
    return Ok();
  }

 private:
  std::vector<std::unique_ptr<Store>> stores_;
};

struct Limits {
  double core_percent;
  double mib;
};

// Stores are polled when their minute is over, which may be that of many: less than a minute says
// nothing. The minutes that are measured overlap.
constexpr int kLooksPerMinute = 3;

// What a process had used by then.
struct Moment {
  std::chrono::steady_clock::time_point time;
  double cpu_us = 0;
};

double PercentSince(const Moment& before, const Moment& after) {
  const std::chrono::duration<double, std::micro> passed = after.time - before.time;
  return 100 * (after.cpu_us - before.cpu_us) / passed.count();
}

Result<std::vector<Row>> StoreRows(const Tools& tools, std::size_t count, const Limits& limits) {
  const std::string name = fmt::format("{} stores, polled each minute, nothing changed: ", count);
  const Figure cpu{
      name + "CPU",
      "% of a core",
      "",
      {.text = fmt::format("at most {}", limits.core_percent), .ours = limits.core_percent}};
  const Figure memory{name + "memory",
                      "MiB",
                      "",
                      {.text = fmt::format("at most {}", limits.mib), .ours = limits.mib}};
  if (const std::size_t files = OpenFilesMax(); files < count + kFilesBeside) {
    const std::string why = fmt::format("a process may open {} files here", files);
    return std::vector<Row>{NotRun(cpu, why), NotRun(memory, why)};
  }
  const day::TempFolder folder;
  SB_TRY(ManyStores stores, ManyStores::Start(tools, count));
  SB_TRY(const std::string certificates, stores.Certificates(folder));
  SB_TRY(const std::unique_ptr<Server> server, Server::Start(tools, certificates));
  SB_CHECK(stores.Connect(*server));
  // By then every store has been polled once, and is polled on.
  if (const Status quiet = server->WaitUntilQuiet(tools.is_smoke ? milliseconds(500) : seconds(65));
      !quiet) {
    return std::vector<Row>{NotRun(cpu, quiet.error().message),
                            NotRun(memory, quiet.error().message)};
  }
  Rounds used;
  Rounds kept;
  std::vector<Moment> moments;
  for (int look = 0; look < tools.rounds + kLooksPerMinute; ++look) {
    SB_TRY(const double cpu_us, CpuMicroseconds(server->pid()));
    moments.push_back({.time = std::chrono::steady_clock::now(), .cpu_us = cpu_us});
    if (look >= kLooksPerMinute) {
      used.ours.push_back(PercentSince(moments.at(static_cast<std::size_t>(look - kLooksPerMinute)),
                                       moments.back()));
      SB_TRY(const double mib, MemoryMib(server->pid()));
      kept.ours.push_back(mib);
    }
    std::this_thread::sleep_for(tools.is_smoke ? milliseconds(100)
                                               : milliseconds(60'000 / kLooksPerMinute));
  }
  return std::vector<Row>{MakeRow(cpu, used), MakeRow(memory, kept)};
}

}  // namespace

Result<std::vector<Row>> MeasureManyStores(const Tools& tools) {
  SB_TRY(std::vector<Row> rows,
         StoreRows(tools, tools.is_smoke ? 3 : 1'000, {.core_percent = 5, .mib = 150}));
  if (!tools.is_smoke) {
    SB_TRY(const std::vector<Row> more,
           StoreRows(tools, 10'000, {.core_percent = 25, .mib = 1'536}));
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

}  // namespace storebridge::bench
