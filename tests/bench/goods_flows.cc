// Products in and stock out.
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "bench/figures.h"
#include "day_kit/wait.h"

namespace storebridge::bench {
namespace {

constexpr std::size_t kVariations = 3;

struct Catalogue {
  double cpu_us = 0;
  double wall_us = 0;
  // Above what the server used at rest.
  double peak_mib = 0;
  std::int64_t requests = 0;
};

// A new server takes over everything that `store` sells.
Result<Catalogue> TakeCatalogue(const Tools& tools, const Store& store, std::size_t expected) {
  SB_TRY(const std::unique_ptr<Server> server, Server::Start(tools, store.certificate()));
  SB_CHECK(server->WaitUntilIdle());
  SB_CHECK(ResetPeak(server->pid()));
  SB_TRY(const double rest_mib, MemoryMib(server->pid()));
  SB_TRY(const double before, CpuMicroseconds(server->pid()));
  const auto began = std::chrono::steady_clock::now();
  SB_CHECK(server->Connect("web", store, 0, store.Settings()));
  v1::SyncRun run;
  SB_CHECK(day::WaitUntil("the catalogue is here", std::chrono::minutes(2), [&]() -> Status {
    SB_TRY(run, server->LastRun("web", v1::FLOW_PRODUCTS));
    if (run.state() != v1::SyncRun::STATE_SUCCEEDED) {
      return day::NotYet(run.error());
    }
    return Ok();
  }));
  const double wall = MicrosecondsSince(began);
  SB_TRY(const double after, CpuMicroseconds(server->pid()));
  SB_TRY(const double peak_mib, PeakMib(server->pid()));
  if (run.counts().changed() != static_cast<std::int64_t>(expected)) {
    return Error{.code = Code::kInternal,
                 .reason = "BENCH_WRONG",
                 .message = fmt::format(
                     "{} of {} products were taken over", run.counts().changed(), expected)};
  }
  return Catalogue{.cpu_us = after - before,
                   .wall_us = wall,
                   .peak_mib = peak_mib - rest_mib,
                   .requests = run.counts().requests()};
}

}  // namespace

Result<std::vector<Row>> MeasureCatalogue(const Tools& tools) {
  const std::size_t products = tools.is_smoke ? 150 : 10'000;
  const std::size_t variants = products * kVariations;
  SB_TRY(const std::unique_ptr<Store> store,
         Store::Start(tools, {.products = products, .variations = kVariations}));
  const std::size_t few = tools.is_smoke ? 50 : 1'000;
  SB_TRY(const std::unique_ptr<Store> small,
         Store::Start(tools, {.products = few, .variations = kVariations}));
  SB_TRY(const std::unique_ptr<Store> simple, Store::Start(tools, {.products = few}));
  Rounds woo;
  Rounds undici;
  Rounds peak;
  Rounds requests;
  Rounds seconds;
  Rounds each;
  for (int round = 0; round < tools.rounds; ++round) {
    SB_TRY(const Catalogue ours, TakeCatalogue(tools, *store, variants));
    SB_TRY(const Catalogue less, TakeCatalogue(tools, *small, few * kVariations));
    SB_TRY(const Catalogue first, TakeCatalogue(tools, *simple, few));
    const auto per_variant = static_cast<double>(variants);
    woo.ours.push_back(ours.cpu_us / per_variant);
    undici.ours.push_back(ours.cpu_us / per_variant);
    peak.ours.push_back(ours.peak_mib);
    peak.beside.push_back(less.peak_mib);
    requests.ours.push_back(static_cast<double>(first.requests));
    seconds.ours.push_back(first.wall_us / 1e6);
    each.ours.push_back(first.cpu_us / 1e3 / static_cast<double>(few));
    if (!HasPeers(tools)) {
      continue;
    }
    for (const auto& [kind, rounds] : {std::pair{"woo", &woo}, std::pair{"undici", &undici}}) {
      SB_TRY(const PeerRun run, RunPeer(tools, kind, "catalogue", *store, variants));
      rounds->beside.push_back(run.cpu_us / per_variant);
    }
  }
  const Reach less{.text = "less", .ratio = 1.0};
  const std::string openlinker =
      "OpenLinker 0.7, measured elsewhere: 2 requests each, 37 s with raised limits, 10 to 50 ms "
      "each";
  return std::vector<Row>{
      MakeRow({"catalogue of 10000 products with 3 variants: CPU per variant",
               "us",
               "WooCommerce's Node client + better-sqlite3",
               less},
              woo),
      MakeRow({"catalogue of 10000 products with 3 variants: CPU per variant",
               "us",
               "undici + better-sqlite3",
               less},
              undici),
      MakeRow({"the same: memory above rest",
               "MiB",
               "1000 products",
               {.text = "at most 64", .ours = 64.0}},
              peak),
      MakeRow({"1000 products, first import: requests (13 where a shop calculates taxes)",
               "",
               "",
               {.text = "at most 12", .ours = 12.0},
               openlinker},
              requests),
      MakeRow({"1000 products, first import: time", "s", "", {.text = "at most 2", .ours = 2.0}},
              seconds),
      MakeRow(
          {"1000 products, first import: CPU each", "ms", "", {.text = "at most 0.3", .ours = 0.3}},
          each)};
}

namespace {

// Waits until the store was told so many levels; gives the requests that it took.
Result<std::int64_t> WaitForLevels(Store& store, std::int64_t levels) {
  std::int64_t requests = 0;
  std::int64_t told = 0;
  SB_CHECK(day::WaitUntil("the store has its stock", std::chrono::minutes(1), [&]() -> Status {
    SB_TRY(const StoreCounts counts, store.Counts());
    requests += counts.stock_requests;
    told += counts.stock_levels;
    if (told < levels) {
      return day::NotYet(fmt::format("{} of {} levels", told, levels));
    }
    return Ok();
  }));
  return requests;
}

}  // namespace

Result<std::vector<Row>> MeasureStockPush(const Tools& tools) {
  const std::size_t products = tools.is_smoke ? 250 : 10'000;
  SB_TRY(const std::unique_ptr<Store> store, Store::Start(tools, {.products = products}));
  SB_TRY(const std::unique_ptr<Server> server, Server::Start(tools, store->certificate()));
  SB_CHECK(server->Connect("web", *store, 0, store->Settings()));
  SB_TRY([[maybe_unused]] const v1::SyncRun run, server->platform().Run("web", v1::FLOW_PRODUCTS));
  SB_CHECK(server->SetAllStock(products, 1'000));
  SB_CHECK(server->WaitUntilIdle());
  Rounds cpu;
  Rounds requests;
  for (int round = 0; round < tools.rounds; ++round) {
    // Another number for every code, at once.
    v1::StoreSettings settings;
    settings.set_stock_buffer(round + 1);
    SB_TRY([[maybe_unused]] const StoreCounts old, store->Counts());
    SB_TRY(const double before, CpuMicroseconds(server->pid()));
    SB_CHECK(server->platform().ChangeSettings("web", settings));
    SB_TRY(const std::int64_t asked, WaitForLevels(*store, static_cast<std::int64_t>(products)));
    SB_CHECK(server->WaitUntilIdle());
    SB_TRY(const double after, CpuMicroseconds(server->pid()));
    requests.ours.push_back(static_cast<double>(asked));
    cpu.ours.push_back((after - before) / static_cast<double>(products));
    if (HasPeers(tools)) {
      SB_TRY(const PeerRun peer, RunPeer(tools, "undici", "stock", *store, products));
      cpu.beside.push_back(peer.cpu_us / static_cast<double>(products));
    }
  }
  const auto batches = static_cast<double>((products + 99) / 100);
  return std::vector<Row>{
      MakeRow({"stock push of 10000 codes: requests",
               "",
               "",
               {.text = fmt::format("{}", batches), .ours = batches}},
              requests),
      MakeRow({"stock push of 10000 codes: CPU per code",
               "us",
               "undici + better-sqlite3",
               {.text = "less", .ratio = 1.0},
               "ours from the change of stock_buffer on, which changes them all"},
              cpu)};
}

namespace {

double Percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return values.at(static_cast<std::size_t>(last * share + 0.5));
}

// The store has one thread, and a question is a TLS handshake, for which a request would wait: it
// is asked after most requests are there.
constexpr std::chrono::milliseconds kAskDelayStep{25};

// How long after SetStock was called the store had the new number, in milliseconds.
Result<double> DelayOnce(Server& server, Store& store, std::int64_t quantity) {
  SB_TRY([[maybe_unused]] const StoreCounts old, store.Counts());
  const std::int64_t began = std::chrono::steady_clock::now().time_since_epoch().count();
  SB_TRY([[maybe_unused]] const v1::Stock stock, server.platform().SetStock("P-000000", quantity));
  for (const auto start = std::chrono::steady_clock::now(); MicrosecondsSince(start) < 30e6;) {
    std::this_thread::sleep_for(kAskDelayStep);
    SB_TRY(const StoreCounts counts, store.Counts());
    if (counts.stock_requests > 0) {
      return static_cast<double>(counts.last_stock_ns - began) / 1e6;
    }
  }
  return Error{.code = Code::kDeadlineExceeded,
               .reason = "BENCH_WRONG",
               .message = "the store was not told of a new stock within 30 s"};
}

}  // namespace

Result<std::vector<Row>> MeasureStockDelay(const Tools& tools) {
  const int samples = tools.is_smoke ? 3 : 40;
  SB_TRY(const std::unique_ptr<Store> store, Store::Start(tools, {.products = 5}));
  SB_TRY(const std::unique_ptr<Server> server, Server::Start(tools, store->certificate()));
  SB_CHECK(server->Connect("web", *store, 0, store->Settings()));
  SB_TRY([[maybe_unused]] const v1::SyncRun run, server->platform().Run("web", v1::FLOW_PRODUCTS));
  SB_TRY([[maybe_unused]] const double first, DelayOnce(*server, *store, 10));
  Rounds half;
  Rounds most;
  std::int64_t quantity = 11;
  for (int round = 0; round < tools.rounds; ++round) {
    std::vector<double> delays;
    std::vector<double> commits;
    for (int i = 0; i < samples; ++i) {
      SB_TRY(const double delay, DelayOnce(*server, *store, quantity++));
      SB_TRY(const double commit, BareCommitMs());
      delays.push_back(delay);
      commits.push_back(commit);
    }
    half.ours.push_back(Percentile(delays, 0.5));
    half.beside.push_back(Percentile(commits, 0.5));
    most.ours.push_back(Percentile(delays, 0.99));
    most.beside.push_back(Percentile(commits, 0.99));
  }
  const std::string commit = "a bare commit of SQLite with fsync";
  const std::string note = "until the store has read the request";
  return std::vector<Row>{MakeRow({"stock change to request, p50",
                                   "ms",
                                   commit,
                                   {.text = "at most 3x", .ratio = 3.0},
                                   note},
                                  half),
                          MakeRow({"stock change to request, p99",
                                   "ms",
                                   commit,
                                   {.text = "at most 100 ms", .ours = 100.0},
                                   note},
                                  most)};
}

}  // namespace storebridge::bench
