// A store's first 20,000 orders: pages of 100 over TLS, durable.
#include <utility>

#include <fmt/format.h>

#include "bench/figures.h"
#include "day_kit/wait.h"

namespace storebridge::bench {
namespace {

constexpr std::size_t kProducts = 200;

struct Taken {
  double cpu_us = 0;
  double wall_us = 0;
};

Error Unexpected(const std::string& what) {
  return Error{.code = Code::kInternal, .reason = "BENCH_WRONG", .message = what};
}

// Waits until the store's products are here: orders without them would be drafts.
Status TakeProducts(Server& server) {
  SB_TRY(const v1::SyncRun run, server.platform().Run("web", v1::FLOW_PRODUCTS));
  return day::WaitUntil("all products are here", day::kPatience, [&]() -> Status {
    SB_TRY(const std::vector<v1::Product> products, server.platform().ListProducts());
    if (products.size() != kProducts) {
      return day::NotYet(fmt::format("{} after {}", products.size(), run.ShortDebugString()));
    }
    return Ok();
  });
}

Result<Taken> ImportOnce(const Tools& tools, Store& store, std::size_t orders) {
  SB_CHECK(store.Show(0));
  SB_TRY(const std::unique_ptr<Server> server, Server::Start(tools, store.certificate()));
  SB_CHECK(server->Connect("web", store, 0, store.Settings()));
  SB_CHECK(TakeProducts(*server));
  // Every order becomes NEW.
  SB_CHECK(server->SetAllStock(kProducts, 1'000'000));
  SB_CHECK(server->WaitUntilIdle());
  SB_CHECK(store.Show(orders));
  SB_TRY(const double before, CpuMicroseconds(server->pid()));
  const auto began = std::chrono::steady_clock::now();
  SB_TRY(const v1::SyncRun run, server->platform().Run("web", v1::FLOW_ORDERS));
  const double wall = MicrosecondsSince(began);
  SB_TRY(const double after, CpuMicroseconds(server->pid()));
  // A run that began by itself may have taken some of them: what counts is that all are here.
  for (const std::size_t number : {std::size_t{0}, orders - 1}) {
    SB_TRY(const v1::Order order, server->platform().GetOrder(std::to_string(100'000 + number)));
    if (run.counts().failed() != 0 || order.state() != v1::ORDER_STATE_NEW) {
      return Unexpected(fmt::format("order {} is {}; {}",
                                    order.order_number(),
                                    v1::OrderState_Name(order.state()),
                                    run.ShortDebugString()));
    }
  }
  const auto count = static_cast<double>(orders);
  return Taken{.cpu_us = (after - before) / count, .wall_us = wall / count};
}

Result<Taken> PeerOnce(const Tools& tools,
                       const std::string& kind,
                       Store& store,
                       std::size_t orders) {
  SB_CHECK(store.Show(orders));
  SB_TRY(const PeerRun run, RunPeer(tools, kind, "import", store, orders));
  if (run.done != static_cast<std::int64_t>(orders)) {
    return Unexpected(fmt::format("{} took {} of {} orders over", kind, run.done, orders));
  }
  const auto count = static_cast<double>(orders);
  return Taken{.cpu_us = run.cpu_us / count, .wall_us = run.wall_us / count};
}

}  // namespace

Result<std::vector<Row>> MeasureImport(const Tools& tools) {
  const std::size_t orders = tools.is_smoke ? 300 : 20'000;
  SB_TRY(const std::unique_ptr<Store> store,
         Store::Start(tools, {.orders = orders, .products = kProducts}));
  Rounds cpu_woo;
  Rounds cpu_undici;
  Rounds wall_woo;
  Rounds wall_undici;
  for (int round = 0; round < tools.rounds; ++round) {
    SB_TRY(const Taken ours, ImportOnce(tools, *store, orders));
    for (Rounds* rounds : {&cpu_woo, &cpu_undici}) {
      rounds->ours.push_back(ours.cpu_us);
    }
    for (Rounds* rounds : {&wall_woo, &wall_undici}) {
      rounds->ours.push_back(ours.wall_us);
    }
    if (!HasPeers(tools)) {
      continue;
    }
    SB_TRY(const Taken woo, PeerOnce(tools, "woo", *store, orders));
    SB_TRY(const Taken undici, PeerOnce(tools, "undici", *store, orders));
    cpu_woo.beside.push_back(woo.cpu_us);
    cpu_undici.beside.push_back(undici.cpu_us);
    wall_woo.beside.push_back(woo.wall_us);
    wall_undici.beside.push_back(undici.wall_us);
  }
  const std::string note = "the connector's own limit of 10 requests per second is lifted";
  const std::string woo = "WooCommerce's Node client + better-sqlite3";
  const std::string undici = "undici + better-sqlite3";
  const Reach less{.text = "less", .ratio = 1.0};
  return std::vector<Row>{
      MakeRow({"import: CPU per order", "us", woo, less, note}, cpu_woo),
      MakeRow({"import: CPU per order", "us", undici, less, note}, cpu_undici),
      MakeRow({"import: CPU per order, goal", "us", "", {.text = "at most 20", .ours = 20.0}, note},
              {.ours = cpu_woo.ours}),
      MakeRow({"import: wall time per order", "us", woo, less, note}, wall_woo),
      MakeRow({"import: wall time per order", "us", undici, less, note}, wall_undici)};
}

Result<std::vector<Row>> MeasureDefaults(const Tools& tools) {
  const std::size_t orders = tools.is_smoke ? 150 : 5'000;
  SB_TRY(const std::unique_ptr<Store> store,
         Store::Start(tools, {.orders = orders, .visible = orders, .products = kProducts}));
  v1::StoreSettings settings;
  *settings.mutable_orders_from() = store->Settings().orders_from();
  const std::string last = std::to_string(100'000 + orders - 1);
  Rounds hourly;
  Rounds requests;
  Rounds limited;
  for (int round = 0; round < tools.rounds; ++round) {
    SB_TRY(const std::unique_ptr<Server> server,
           Server::Start(tools, store->certificate(), {.is_fast = false}));
    SB_TRY([[maybe_unused]] const StoreCounts before, store->Counts());
    const auto began = std::chrono::steady_clock::now();
    SB_CHECK(server->Connect("web", *store, 0, settings));
    SB_CHECK(day::WaitUntil("the last order is here", std::chrono::minutes(2), [&]() -> Status {
      SB_TRY([[maybe_unused]] const v1::Order order, server->platform().GetOrder(last));
      return Ok();
    }));
    const double seconds = MicrosecondsSince(began) / 1e6;
    SB_TRY(const StoreCounts after, store->Counts());
    hourly.ours.push_back(static_cast<double>(orders) / seconds * 3'600);
    requests.ours.push_back(static_cast<double>(after.order_requests) /
                            static_cast<double>(orders));
    limited.ours.push_back(seconds * 1e6 / static_cast<double>(orders));
    if (HasPeers(tools)) {
      SB_TRY(const Taken undici, PeerOnce(tools, "undici", *store, orders));
      limited.beside.push_back(undici.wall_us);
    }
  }
  const std::string openlinker = "OpenLinker 0.7, measured elsewhere: ";
  return std::vector<Row>{
      MakeRow({"orders per hour with default settings, from connecting on",
               "1/h",
               "",
               {.text = "at least 100000", .ours = 100'000.0, .is_least = true},
               openlinker + "179 as shipped, 39000 with its limits raised"},
              hourly),
      MakeRow({"requests per order, with default settings",
               "",
               "",
               {.text = "at most 0.05", .ours = 0.05},
               openlinker + "7"},
              requests),
      MakeRow({"import: wall time per order with the connector's limit of 10 requests per second",
               "us",
               "undici + better-sqlite3",
               {.text = "-"},
               "a store is spared on purpose"},
              limited)};
}

}  // namespace storebridge::bench
